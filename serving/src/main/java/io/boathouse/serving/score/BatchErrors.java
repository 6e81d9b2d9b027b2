package io.boathouse.serving.score;

import static io.boathouse.platform.error.ErrorCode.DEADLINE_EXCEEDED;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of batch inference. */
final class BatchErrors {
  private static final int LONGEST_SHOWN = 200;

  private BatchErrors() {}

  static LakeException invalid(String field, String value, String why) {
    String shown = value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_BATCH_INFERENCE",
        "%s: '%s' %s.".formatted(field, shown, why),
        Map.of("field", field, "value", shown));
  }

  static LakeException notOneInput() {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_BATCH_INFERENCE",
        "Give either input_table or query.",
        Map.of("field", "input_table"));
  }

  static LakeException missingColumn(String column, List<String> found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_COLUMN",
        "The model needs the column '%s', and the input has %s. Name it in the query, with AS if it is called otherwise."
            .formatted(column, found),
        Map.of("field", "query", "column", column));
  }

  static LakeException notStruct(String endpoint, List<String> names) {
    return new LakeException(
        INVALID_ARGUMENT,
        "REQUEST_NOT_STRUCT",
        "The endpoint '%s' takes the columns %s. Give it a struct of them, such as named_struct('%s', …)."
            .formatted(endpoint, names, names.isEmpty() ? "a" : names.getFirst()),
        Map.of("endpoint", endpoint));
  }

  static LakeException notOneEach(String endpoint, int rows) {
    return new LakeException(
        FAILED_PRECONDITION,
        "NOT_A_ROW_EACH",
        "The endpoint '%s' was asked about %d rows and did not answer with one prediction for each. Only models that do can be asked about many."
            .formatted(endpoint, rows),
        Map.of("endpoint", endpoint));
  }

  static LakeException stopped() {
    return new LakeException(
        DEADLINE_EXCEEDED, "CANCELED", "The query was stopped while it waited.", Map.of());
  }
}
