package io.boathouse.platform.secret;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
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

  static LakeException shortKey(int least) {
    return new LakeException(
        INVALID_ARGUMENT,
        "SEALING_KEY_TOO_SHORT",
        "secrets.sealing_key is too short (expected: at least %d random characters)."
            .formatted(least),
        Map.of("field", "secrets.sealing_key"));
  }

  static LakeException unreadableKey(Path file, Exception cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "SEALING_KEY_UNREADABLE",
        ("%s cannot be read: %s. Put the key back that was there, or delete the file and set the"
                + " secrets in the database anew.")
            .formatted(file, cause.getMessage()),
        Map.of("file", file.toString()),
        cause);
  }

  static LakeException cannotOpen() {
    return new LakeException(
        FAILED_PRECONDITION,
        "SECRET_CANNOT_BE_OPENED",
        "A secret was sealed under another key, as after a restore without the key's file. Put the"
            + " key back, or set the secret anew.",
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
