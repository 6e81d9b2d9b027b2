package io.boathouse.featurestore.expression;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of the expressions of feature functions. */
final class ExpressionErrors {
  private static final int SHOWN = 120;

  private ExpressionErrors() {}

  /**
   * What is written at a place cannot be computed at request time.
   *
   * @param position counts from 1
   * @param remedy a sentence
   */
  static LakeException refused(
      String function, String text, int position, String problem, String remedy) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return new LakeException(
        INVALID_ARGUMENT,
        "UNSUPPORTED_EXPRESSION",
        "Feature function '%s', character %d: %s. %s"
            .formatted(function, position, problem, remedy),
        Map.of(
            "field",
            "functions.expression",
            "value",
            shown,
            "function",
            function,
            "position",
            Integer.toString(position)));
  }
}
