package io.boathouse.catalog.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditParametersTest {
  @Test
  void secretsAreBlottedOutByNameAndByLook() {
    Map<String, String> clean =
        AuditParameters.clean(
            Map.of(
                "password", "hunter2",
                "client_secret", "s3cr3t",
                "Authorization", "Bearer abc",
                "note", "curl -H 'Authorization: Bearer bh_abcdefghijkl' works",
                "token_id", "0d5f",
                "table", "main.default.tokens"));
    assertThat(clean)
        .containsEntry("password", "***")
        .containsEntry("client_secret", "***")
        .containsEntry("Authorization", "***")
        .containsEntry("token_id", "0d5f")
        .containsEntry("table", "main.default.tokens");
    assertThat(clean.get("note")).doesNotContain("bh_abc").contains("works");
  }

  // Fails without the replacement of control characters: one value becomes two lines.
  @Test
  void case35_lineBreaksAndEscapesBecomeBlanksAndLengthIsBounded() {
    assertThat(AuditParameters.text("a\r\nADMIN logged in\u001b[2J"))
        .doesNotContain("\n", "\u001b");
    assertThat(AuditParameters.text("x".repeat(100_000))).hasSizeLessThan(1_100);
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      many.put("k" + i, "v");
    }
    assertThat(AuditParameters.clean(many)).hasSize(50);
  }
}
