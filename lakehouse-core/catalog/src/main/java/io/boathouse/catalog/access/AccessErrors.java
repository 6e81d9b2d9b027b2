package io.boathouse.catalog.access;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of files of rights. */
final class AccessErrors {
  private AccessErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_ACCESS_FILE",
        "The file says '%s' for '%s' (expected: %s). Correct it.".formatted(value, field, expected),
        Map.of("field", field, "value", value));
  }

  static LakeException principalNotFound(String field, String name) {
    return new LakeException(
        NOT_FOUND,
        "PRINCIPAL_NOT_FOUND",
        "'%s' names '%s', which is not there. Create it first, or take it out of the file."
            .formatted(field, name),
        Map.of("field", field, "value", name));
  }

  static LakeException otherPlan(String wanted, String found) {
    return new LakeException(
        CONFLICT,
        "PLAN_CHANGED",
        "The file would change something else than what was planned: rights were changed meanwhile,"
            + " or the file was. Plan again.",
        Map.of("field", "plan", "value", wanted, "found", found));
  }
}
