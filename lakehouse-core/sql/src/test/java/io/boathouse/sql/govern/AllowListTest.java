package io.boathouse.sql.govern;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.AllowList.NodeKind;
import io.boathouse.sql.govern.AllowList.Position;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine itself says what there is; what it names and nobody classified fails here. */
class AllowListTest {
  private static final String SAMPLE = "select x = 1 from t order by 1";
  private static final Pattern CANDIDATE = Pattern.compile("\"([A-Z_0-9]+)\"");

  private final AllowList allowList = AllowList.standard();
  @TempDir Path temp;
  private DuckSession session;

  @BeforeEach
  void open() {
    session = new DuckDb(new DuckDbConfig("256MB", 1, temp)).open(DuckAccess.scratchOnly());
  }

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void everyFunctionOfTheEngineIsClassified() {
    List<String> unclassified =
        session
            .query(
                "SELECT DISTINCT function_name, function_type FROM duckdb_functions()",
                row -> List.of(row.getString(1), row.getString(2)))
            .stream()
            .filter(
                function ->
                    allowList.function(position(function.get(1)), function.get(0)).isEmpty())
            .map(function -> function.get(1) + " " + function.get(0))
            .sorted()
            .toList();

    assertThat(unclassified).isEmpty();
  }

  private static Position position(String functionType) {
    return switch (functionType) {
      case "table", "table_macro" -> Position.TABLE;
      case "pragma" -> Position.PRAGMA;
      default -> Position.EXPRESSION;
    };
  }

  /**
   * The engine answers a wrong name with the names that come near: asked often, it lists them all.
   */
  @ParameterizedTest
  @CsvSource({
    "QUERY_NODE, type, SELECT_NODE",
    "TABLE, type, BASE_TABLE",
    "CLASS, class, COMPARISON",
    "EXPRESSION, type, COMPARE_EQUAL",
    "MODIFIER, type, ORDER_MODIFIER",
    "ORDER, type, ORDER_DEFAULT"
  })
  void everyNodeTypeOfTheEngineIsClassified(String kind, String field, String sample) {
    NodeKind nodeKind = NodeKind.valueOf(kind);

    Set<String> found = namesOfTheEngine(field, sample, allowList.names(nodeKind));

    assertThat(found).contains(sample).hasSizeGreaterThan(2);
    assertThat(found)
        .allSatisfy(
            name -> assertThat(allowList.node(nodeKind, name)).as(kind + " " + name).isPresent());
  }

  private Set<String> namesOfTheEngine(String field, String sample, List<String> known) {
    String tree =
        session.query("SELECT json_serialize_sql(?)", row -> row.getString(1), SAMPLE).getFirst();
    Deque<String> asked = new ArrayDeque<>(known);
    for (char letter = 'A'; letter <= 'Z'; letter++) {
      asked.add(String.valueOf(letter));
    }
    Set<String> done = new HashSet<>();
    Set<String> found = new TreeSet<>();
    while (!asked.isEmpty()) {
      String name = asked.poll();
      if (done.add(name)) {
        for (String candidate : candidates(tree, field, sample, name)) {
          if (found.add(candidate)) {
            asked.addAll(List.of(candidate.split("_")));
          }
        }
      }
    }
    return found;
  }

  private List<String> candidates(String tree, String field, String sample, String name) {
    String key = "\"" + field + "\":\"";
    String wrong = tree.replace(key + sample + '"', key + "?" + name + '"');
    try {
      session.query("SELECT json_deserialize_sql(CAST(? AS JSON))", row -> row.getString(1), wrong);
      throw new AssertionError("the engine takes a node of type ?" + name);
    } catch (LakeException e) {
      String message = String.valueOf(e.getCause() == null ? "" : e.getCause().getMessage());
      Matcher matcher = CANDIDATE.matcher(message.substring(message.indexOf("Candidates")));
      return matcher.results().map(result -> result.group(1)).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read_parquet",
        "parquet_scan",
        "read_csv",
        "read_csv_auto",
        "read_json",
        "read_text",
        "read_blob",
        "read_duckdb",
        "glob",
        "sniff_csv",
        "query",
        "query_table",
        "arrow_scan",
        "duckdb_settings",
        "duckdb_secrets",
        "duckdb_views",
        "duckdb_tables",
        "pragma_table_info",
        "which_secret",
        "json_execute_serialized_sql",
        "checkpoint",
        "enable_logging"
      })
  void tableFunctionsThatReachOutsideAreRefused(String name) {
    assertThat(allowList.function(Position.TABLE, name))
        .hasValueSatisfying(verdict -> assertThat(verdict.allowed()).isFalse());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "current_setting",
        "getvariable",
        "nextval",
        "currval",
        "write_log",
        "pg_sleep",
        "sleep_ms",
        "pg_get_viewdef",
        "current_query",
        "stats",
        "json_serialize_plan",
        "setseed"
      })
  void functionsThatTellOfTheServerOrChangeItAreRefused(String name) {
    assertThat(allowList.function(Position.EXPRESSION, name))
        .hasValueSatisfying(verdict -> assertThat(verdict.allowed()).isFalse());
  }

  @Test
  void whatTheEngineMayGetTomorrowIsNotAllowedToday() {
    assertThat(allowList.function(Position.EXPRESSION, "getenv")).isEmpty();
    assertThat(allowList.node(NodeKind.TABLE, "NEW_REF")).isEmpty();
  }
}
