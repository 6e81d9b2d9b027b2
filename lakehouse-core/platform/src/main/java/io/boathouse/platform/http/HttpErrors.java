package io.boathouse.platform.http;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of HTTP requests that are the same in every protocol. */
public final class HttpErrors {
  private HttpErrors() {}

  /** A required field or parameter is absent. The wording is MLflow's, which clients match. */
  public static LakeException missingParameter(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_PARAMETER",
        ("Missing value for required parameter '%s'. See the API docs for more information about"
                + " request parameters.")
            .formatted(name),
        Map.of("field", name));
  }

  /** A field or parameter has a value outside its domain. */
  public static LakeException invalidParameter(String name, String value, String expected) {
    String shown = value.length() > 200 ? value.substring(0, 200) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER",
        "Invalid value '%s' for parameter '%s' supplied: expected %s."
            .formatted(shown, name, expected),
        Map.of("field", name, "value", shown));
  }
}
