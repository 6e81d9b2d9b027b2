package io.boathouse.catalog.function;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of functions. */
final class FunctionErrors {
  private FunctionErrors() {}

  static LakeException notByOwner(FullName function, String owner) {
    return new LakeException(
        FAILED_PRECONDITION,
        "FUNCTION_NOT_BY_OWNER",
        "The body of the function '%s' was not written by its owner '%s', or its owner is disabled,"
                .formatted(function, owner)
            + " so that nobody's rights are there for the tables and functions in it. Let one user"
            + " own it and write it again with CREATE OR REPLACE FUNCTION.",
        Map.of("function", function.toString()));
  }
}
