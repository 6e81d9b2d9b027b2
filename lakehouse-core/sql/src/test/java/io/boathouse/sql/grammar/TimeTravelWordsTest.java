package io.boathouse.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTravelWordsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      delimiter = '|',
      value = {
        "FROM t VERSION AS OF 3 WHERE x|FROM t AT(VERSION=>3) WHERE x",
        "FROM t version as of 12|FROM t AT(VERSION=>12)",
        "FROM a.b.c TIMESTAMP AS OF '2026-01-01' AS x|FROM a.b.c AT(TIMESTAMP=>'2026-01-01') AS x",
        "FROM \"t\" FOR VERSION AS OF :v|FROM \"t\" AT(VERSION=>:v)",
        "FROM t TIMESTAMP AS OF TIMESTAMP '2026-01-01'|FROM t AT(TIMESTAMP=>TIMESTAMP"
            + " '2026-01-01')",
        "FROM t TIMESTAMP AS OF CAST('x' AS TIMESTAMP), u VERSION AS OF 1|FROM t"
            + " AT(TIMESTAMP=>CAST('x' AS TIMESTAMP)), u AT(VERSION=>1)",
      })
  void aClauseIsSaidInTheEnginesWords(String sql, String expected) {
    String text = TimeTravelWords.rewrite(sql);
    assertThat(text).hasSameSizeAs(sql);
    assertThat(text.replaceAll(" +", " ").replace(" ,", ",").strip()).isEqualTo(expected);
  }

  @Test
  void whatIsNoClauseStays() {
    for (String sql :
        new String[] {
          "SELECT version AS of FROM t",
          "SELECT 'VERSION AS OF 3' FROM t -- VERSION AS OF 3",
          "SELECT timestamp AS of, version",
          "t VERSION AS OF",
          "t VERSION AS OF (1"
        }) {
      assertThat(TimeTravelWords.rewrite(sql)).isEqualTo(sql);
    }
  }
}
