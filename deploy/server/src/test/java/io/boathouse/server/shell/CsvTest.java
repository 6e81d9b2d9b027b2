package io.boathouse.server.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.json.Json;
import org.junit.jupiter.api.Test;

class CsvTest {
  // Fails without the quote that Csv.quoted puts before a formula.
  @Test
  void case34_aFormulaInACellIsTextAndANumberStaysOne() {
    assertThat(
            Csv.line(
                Json.parse(
                    """
                    ["=HYPERLINK(\\"http://x\\")", "+1", "@SUM(A1)", "-2.5e3", "-2+cmd", "\\t=1", "", null]
                    """)))
        .isEqualTo("\"'=HYPERLINK(\"\"http://x\"\")\",+1,'@SUM(A1),-2.5e3,'-2+cmd,'\t=1,\"\",");
    assertThat(Csv.quoted("=A1")).isEqualTo("'=A1");
  }
}
