package io.boathouse.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever text arrives, the grammar answers with a statement or an error of ours. */
class StatementParserFuzzTest {
  private static final List<String> PIECES =
      List.of(
          "select",
          "create",
          "table",
          "schema",
          "catalog",
          "if",
          "not",
          "exists",
          "or",
          "replace",
          "insert",
          "into",
          "values",
          "drop",
          "cascade",
          "show",
          "tables",
          "in",
          "like",
          "describe",
          "history",
          "grant",
          "revoke",
          "on",
          "to",
          "from",
          "use",
          "as",
          "with",
          "comment",
          "using",
          "delta",
          "partitioned",
          "by",
          "tblproperties",
          "extended",
          "null",
          "metastore",
          "(",
          ")",
          ",",
          ".",
          ";",
          "=",
          "'x'",
          "\"y\"",
          "`z`",
          "<",
          ">",
          "1",
          "::",
          ":p",
          "--",
          "/*",
          "*/",
          "$$",
          "e'\\'",
          "\n",
          "é",
          "\uFEFF",
          "*");

  @Property(tries = 3000)
  void everyMixOfPiecesIsReadOrRefused(@ForAll("statements") String sql) {
    readOrRefuse(sql);
  }

  @Property(tries = 1000)
  void everyTextIsReadOrRefused(@ForAll String sql) {
    readOrRefuse(sql);
  }

  @Provide
  Arbitrary<String> statements() {
    return Arbitraries.of(PIECES).list().ofMaxSize(25).map(pieces -> String.join(" ", pieces));
  }

  private static void readOrRefuse(String sql) {
    try {
      Statement unused = StatementParser.parse(sql);
      String unusedToo = ParameterMarkers.rewrite(sql, java.util.Set.of("p"));
      assertThat(TimeTravelWords.rewrite(sql)).hasSameSizeAs(sql);
    } catch (LakeException expected) {
      // a refusal is an answer; anything else fails the property
    }
  }
}
