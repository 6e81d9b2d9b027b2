package io.boathouse.platform.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer hunter22secret",
        "authorization=Basic aHVudGVyMjJzZWNyZXQ=hunter22secret",
        "password=hunter22secret&user=a",
        "{\"password\":\"hunter22secret\"}",
        "db_password: 'hunter22secret'",
        "AWS_SECRET_ACCESS_KEY=hunter22secret",
        "jdbc:postgresql://ann:hunter22secret@db/x",
        "api-key = hunter22secret, next",
        "got sk-hunter22secret here",
        "token eyJhbGciOiJIUzI1NiJ9.hunter22secret.hunter22secret"
      })
  void hidesWhatLooksLikeASecret(String text) {
    assertThat(Redaction.line(text)).doesNotContain("hunter22secret").contains("***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Table main.default.flights has 3000000 rows",
        "Listening on http://127.0.0.1:8080",
        "basic training of 3 models"
      })
  void leavesOtherTextAlone(String text) {
    assertThat(Redaction.line(text)).isEqualTo(text);
  }

  /** Without escape() the forged second line stood in the log. */
  @Test
  void case35_keepsTextOnItsLine() {
    assertThat(Redaction.line("name\r\n2026 ERROR forged\u2028\u202e\u001b[31m"))
        .isEqualTo("name\\r\\n2026 ERROR forged\\u2028\\u202e\\u001b[31m");
  }

  @Test
  void resolvesReferences(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("p"), "from-file\n");
    Secrets secrets = new Secrets(Map.of("P", "from-env"));
    assertThat(secrets.resolve("${env:P}").reveal()).isEqualTo("from-env");
    assertThat(secrets.resolve("${file:" + file + "}").reveal()).isEqualTo("from-file");
    assertThatThrownBy(() -> secrets.resolve("${env:Q}"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("${env:Q}");
    assertThatThrownBy(() -> secrets.resolve("hunter2"))
        .isInstanceOf(LakeException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void neverPrintsASecret() {
    Secret secret = new Secret("hunter2");
    assertThat(secret.toString()).isEqualTo("***");
    assertThat(Json.writeText(Map.of("password", secret))).isEqualTo("{\"password\":\"***\"}");
  }
}
