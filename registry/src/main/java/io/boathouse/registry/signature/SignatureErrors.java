package io.boathouse.registry.signature;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of reading model descriptions. */
final class SignatureErrors {
  private SignatureErrors() {}

  static LakeException invalid(String where, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_MLMODEL",
        "The MLmodel file cannot be read at '%s': %s. Correct the file and register again."
            .formatted(where, problem),
        Map.of("field", where));
  }
}
