package io.boathouse.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceUriTest {
  @Test
  void schemeAndPathAreTakenApart() {
    assertThat(SourceUri.parse("runs:/r/model/")).isEqualTo(new SourceUri("runs", "r/model"));
    assertThat(SourceUri.parse("mlflow-artifacts:///1/r"))
        .isEqualTo(new SourceUri("mlflow-artifacts", "1/r"));
    assertThat(SourceUri.parse("Models:/a@b").scheme()).isEqualTo("models");
  }

  @Test
  void objectStoresAndPromptsAreElsewhere() {
    assertThat(SourceUri.isElsewhere("s3://bucket/model")).isTrue();
    assertThat(SourceUri.isElsewhere("dbfs:/x")).isTrue();
    assertThat(SourceUri.isElsewhere("prompt-template")).isTrue();
    assertThat(SourceUri.isElsewhere("runs:/r/model")).isFalse();
    assertThat(SourceUri.isElsewhere("file:///x")).isFalse();
  }

  /** case06, case03: each of these was accepted by a parser that only looked at the prefix. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs:/r/../x",
        "runs:/r/..%2fx",
        "runs:/r/%2e%2e/x",
        "runs://host/r",
        "runs:r",
        "/etc/passwd",
        "C:\\x",
        "\\\\server\\share",
        "runs:/r?x=1",
        "runs:/r#x",
        "mlflow-artifacts:/a\\..\\b",
        "mlflow-artifacts:/a//b",
        "mlflow-artifacts:/a\u0000b"
      })
  void case06_whatClimbsOrIsNoPlainUriIsRefused(String source) {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> SourceUri.parse(source).storagePath().segments());
    assertThat(failure).as(source).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details()).containsEntry("field", "source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3://b/../x", "s3://b/%2E%2e/x", "https://h/a%2fb", "dbfs:/a\\..\\b"})
  void case06_aSourceElsewhereMayNotClimbEither(String source) {
    assertThat(catchThrowableOfType(LakeException.class, () -> SourceUri.isElsewhere(source)))
        .isNotNull();
  }
}
