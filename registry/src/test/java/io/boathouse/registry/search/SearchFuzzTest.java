package io.boathouse.registry.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SearchFuzzTest {
  private static final SearchTarget TARGET =
      SearchTarget.orderedBy("r.id")
          .attribute(SearchField.text("r.name").withLists(), "name")
          .attribute(SearchField.number("r.time"), "time")
          .open(SearchField.doubles("m WHERE m.r = r.id", "m.key", "m.value"), "metrics")
          .open(SearchField.texts("t WHERE t.r = r.id", "t.key", "t.value"), "tags")
          .build();
  private static final Pattern OURS =
      Pattern.compile(
          "(EXISTS|SELECT|FROM|WHERE|AND|NOT|IN|ESCAPE|LIKE|ILIKE|TRUE|NaN|[rmt]\\.[a-z]+|[mt]|1"
              + "|:q[0-9]+|<>|[<>=(),' ]+)+");

  /** case31: without bound values (texts glued into the condition) this finds 'OR' and quotes. */
  @Property(tries = 3000)
  void case31_noTextOfTheFilterReachesTheSql(@ForAll("fragments") List<String> fragments) {
    String filter = String.join(" ", fragments);
    try {
      SearchSql sql = TARGET.compile(Optional.of(filter), List.of());
      assertThat(sql.condition()).matches(OURS);
    } catch (LakeException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Property(tries = 3000)
  void anyTextCompilesOrIsRefusedAsInvalid(@ForAll String text) {
    try {
      TARGET.compile(Optional.of(text), List.of(text));
    } catch (LakeException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  @Property(tries = 1000)
  void everyQuotedValueComesBackAsWritten(@ForAll String value) {
    String clean = value.replace("\0", "");
    SearchSql sql =
        TARGET.compile(Optional.of("name = '" + clean.replace("'", "''") + "'"), List.of());
    assertThat(sql.bindings()).containsEntry("q0", clean);
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return Arbitraries.of(
            "name",
            "tags.x",
            "tags.`a b`",
            "metrics.\"m-1\"",
            "time",
            "=",
            "!=",
            "<",
            "LIKE",
            "ILIKE",
            "IN",
            "NOT",
            "IS",
            "NULL",
            "AND",
            "OR",
            "(",
            ")",
            ",",
            ";",
            "'v'",
            "'; DROP TABLE x --'",
            "\"w\"",
            "1",
            "-2.5e3",
            "'NOTHING''S'",
            "--",
            "/*",
            "*/")
        .list()
        .ofMinSize(1)
        .ofMaxSize(9);
  }
}
