package io.boathouse.platform.secret;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of resolving references to secrets. */
final class SecretErrors {
  private SecretErrors() {}

  /** The text is not shown: it may be the secret itself, written where its reference belongs. */
  static LakeException notAReference() {
    return new LakeException(
        INVALID_ARGUMENT,
        "SECRET_NOT_A_REFERENCE",
        "A secret is written out. Write where it is: ${env:NAME} or ${file:/path}.",
        Map.of());
  }

  static LakeException missing(String reference, String why) {
    return new LakeException(
        FAILED_PRECONDITION,
        "SECRET_MISSING",
        "%s: %s. Set it before the server starts.".formatted(reference, why),
        Map.of("reference", reference));
  }
}
