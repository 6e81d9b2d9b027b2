package io.boathouse.registry.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchTargetTest {
  private static final SearchTarget RUNS =
      SearchTarget.orderedBy("r.run_id")
          .attribute(SearchField.text("r.run_id").withLists(), "run_id")
          .attribute(SearchField.text("r.run_name"), "run_name", "run name", "Run Name")
          .attribute(SearchField.text("r.status"), "status")
          .attribute(SearchField.text("r.artifact_uri"), "artifact_uri")
          .attribute(SearchField.number("r.start_time"), "start_time", "created", "Created")
          .open(SearchField.doubles("m WHERE m.r = r.id", "m.key", "m.value"), "metric", "metrics")
          .open(SearchField.texts("p WHERE p.r = r.id", "p.key", "p.value"), "param", "params")
          .open(SearchField.texts("t WHERE t.r = r.id", "t.key", "t.value"), "tag", "tags")
          .entity(
              Map.of(
                  "name", SearchField.related("d WHERE d.r = r.id", "d.name"),
                  "digest", SearchField.related("d WHERE d.r = r.id", "d.digest"),
                  "context", SearchField.related("d WHERE d.r = r.id", "d.context")),
              "dataset",
              "datasets")
          .missingCountsAs("tag", "mlflow.prompt.is_prompt", "false")
          .build();

  private static SearchSql filter(String filter) {
    return RUNS.compile(Optional.of(filter), List.of());
  }

  @Test
  void absentOrBlankFilterHoldsForEverything() {
    assertThat(RUNS.compile(Optional.empty(), List.of()).condition()).isEqualTo("TRUE");
    assertThat(filter("   ").condition()).isEqualTo("TRUE");
  }

  @Test
  void valuesAndKeysAreBoundAndNeverPartOfTheText() {
    SearchSql sql = filter("params.\"k'; DROP TABLE x\" = 'v'' OR 1=1 --'");
    assertThat(sql.condition())
        .isEqualTo("EXISTS (SELECT 1 FROM p WHERE p.r = r.id AND p.key = :q1 AND p.value = :q0)");
    assertThat(sql.bindings())
        .containsEntry("q0", "v' OR 1=1 --")
        .containsEntry("q1", "k'; DROP TABLE x");
  }

  @Test
  void clausesAreJoinedByAndInAnyCase() {
    SearchSql sql = filter("metrics.rmse < 1 and `params`.model = 'LR' AnD status LIKE 'F%'");
    assertThat(sql.condition())
        .contains(" AND EXISTS")
        .endsWith(" AND (r.status LIKE :q4 ESCAPE '')");
    assertThat(sql.bindings()).containsValues(1.0, "rmse", "LR", "model", "F%");
  }

  @Test
  void dottedKeysNeedNoQuotes() {
    assertThat(filter("tags.mlflow.source.name = 'x'").bindings())
        .containsValue("mlflow.source.name");
  }

  @Test
  void nanNeverComparesButIsUnequal() {
    assertThat(filter("metrics.a >= 1").condition()).contains("m.value <> 'NaN'");
    assertThat(filter("metrics.a != 1").condition()).doesNotContain("NaN");
  }

  @Test
  void missingKeyCountsAsItsDefault() {
    SearchSql sql = filter("tags.`mlflow.prompt.is_prompt` != 'true'");
    assertThat(sql.condition()).contains(" OR (NOT EXISTS ");
    assertThat(sql.bindings()).containsValues("true", "false");
  }

  @Test
  void absenceIsTestedByIsNull() {
    assertThat(filter("tags.x IS NULL").condition()).startsWith("NOT EXISTS (");
    assertThat(filter("params.x is not null").condition()).startsWith("EXISTS (");
  }

  @Test
  void listsAreBoundOneByOne() {
    SearchSql sql = filter("attributes.run_id NOT IN ('a', \"b\") AND datasets.name IN ('n')");
    assertThat(sql.condition()).startsWith("(r.run_id NOT IN (:q0, :q1)) AND EXISTS");
    assertThat(sql.bindings()).containsValues("a", "b", "n");
  }

  @Test
  void ordersPutNanAndAbsentLastAndEndInTheTieBreak() {
    SearchSql sql =
        RUNS.compile(Optional.empty(), List.of("metrics.loss DESC", "attributes.`Run Name`"));
    assertThat(sql.joins()).contains("LEFT JOIN LATERAL (SELECT m.value AS sort_value FROM m");
    assertThat(sql.orderBy())
        .isEqualTo(
            "CASE WHEN o0.sort_value IS NULL THEN 2 WHEN o0.sort_value = 'NaN' THEN 1 ELSE 0 END,"
                + " o0.sort_value DESC, (r.run_name) COLLATE \"C\" ASC NULLS LAST, r.run_id");
  }

  @Test
  void numbersBeyondLongCompareAsFloatingPoint() {
    assertThat(filter("start_time < 1e400").bindings()).containsValue(Double.POSITIVE_INFINITY);
    assertThat(filter("start_time > -12").bindings()).containsValue(-12L);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '|',
      textBlock =
          """
          metric.acc >= 0.94; metrics.rmse < 1 | Search filter contained multiple expression
          m.acc >= 0.94                        | Invalid entity type 'm'
          acc >= 0.94                          | Invalid attribute key 'acc'
          attribute.start != 1                 | Invalid attribute key 'start'
          dataset.profile = 'num_rows: 10'     | Invalid dataset key 'profile'
          metrics.A > 0.1 OR params.B = 'LR'   | Invalid clause(s) in filter string: 'OR params.B
          metrics.A > 0.1 NAND params.B = 'LR' | Invalid clause(s) in filter string
          metrics.A > 0.1 AND (params.B = 'L') | Invalid clause(s) in filter string
          `metrics.A > 0.1                     | Invalid clause(s) in filter string
          param`.A > 0.1                       | Invalid clause(s) in filter string
          params.acc = 'LR                     | Invalid clause(s) in filter string
          params.acc = LR'                     | Invalid clause(s) in filter string
          tags.acc = = 'LR'                    | Invalid clause(s) in filter string
          params.acc LR !=                     | Invalid clause(s) in filter string
          metrics.acc >                        | Invalid clause(s) in filter string
          status IS 'RUNNING'                  | Invalid clause(s) in filter string
          metrics.acc > 1;                     | Invalid clause(s) in filter string: ';'
          1=1                                  | Expected 'Identifier' found '1'
          1.0 > metrics.acc                    | Expected 'Identifier' found '1.0'
          metric.model = '5'                   | Expected numeric value type for metric. Found '5'
          metrics.acc != metrics.acc           | Expected numeric value type for metric
          start_time = 'x'                     | Expected numeric value type for numeric attribute: start_time. Found 'x'
          params.acc = 5                       | Expected a quoted string value for param
          attribute.status = 1                 | Expected a quoted string value for attributes
          params.acc = LR                      | value is either not quoted or unidentified quote types
          params.acc = `LR`                    | value is either not quoted or unidentified quote types
          params.acc > 'a'                     | Invalid comparator '>' not one of
          metrics.acc ~ 1                      | Invalid comparator '~' not one of
          start_time LIKE 1                    | Invalid comparator 'LIKE' not one of
          status IN ('a')                      | Only the ['run_id'] attribute supports comparison with a list
          metrics.acc IN ('a')                 | Invalid comparator 'IN' not one of
          run_id IN (1)                        | While parsing a list in the query
          run_id IN ('a'                       | Invalid clause(s) in filter string
          run_id IN ()                         | While parsing a list in the query
          start_time IS NULL                   | Invalid comparator 'IS NULL' not one of
          """)
  void whatIsNotInTheGrammarIsRefusedInMlflowsWords(String filter, String message) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> filter(filter));
    assertThat(failure).hasMessageContaining(message);
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '|',
      textBlock =
          """
          metrics.x SIDEWAYS | Invalid order_by clause
          1                  | Invalid order_by clause
          a b c              | Invalid order_by clause
          'run_id'           | Invalid order_by clause
          nosuch DESC        | Invalid order_by key 'nosuch'
          datasets.name      | Invalid order_by key 'name'
          nosuch.x           | Invalid entity type
          """)
  void whatCannotBeSortedByIsRefused(String order, String message) {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> RUNS.compile(Optional.empty(), List.of(order)));
    assertThat(failure).hasMessageContaining(message);
  }

  @Test
  void oversizedFiltersAndOrdersAreRefusedBeforeAnyWork() {
    assertThat(catchThrowableOfType(LakeException.class, () -> filter("a".repeat(200_001))))
        .hasMessageContaining("200001");
    String clauses = "tags.a = 'b'" + " AND tags.a = 'b'".repeat(64);
    assertThat(catchThrowableOfType(LakeException.class, () -> filter(clauses)))
        .hasMessageContaining("65");
  }
}
