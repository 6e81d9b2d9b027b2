package io.boathouse.featurestore.join;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;

import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of training sets. */
final class TrainingSetErrors {
  private TrainingSetErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TRAINING_SET",
        "Training set: %s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException missing(String field, String column, List<String> columns) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_LABEL_COLUMN",
        "The labels have no column '%s', which %s needs. They have %s."
            .formatted(column, field, columns),
        Map.of("field", field, "value", column));
  }

  static LakeException notFound(String id) {
    String shown = id.length() > 64 ? id.substring(0, 64) + "…" : id;
    return new LakeException(
        NOT_FOUND,
        "TRAINING_SET_NOT_FOUND",
        "There is no training set '%s', or it is somebody else's.".formatted(shown),
        Map.of("id", shown));
  }

  /** Policies let the caller see other rows or values than the set holds. */
  static LakeException shownOtherwise(String id) {
    return new LakeException(
        PERMISSION_DENIED,
        "TRAINING_SET_OUTDATED",
        "What you may see of the tables of training set '%s' is not what it was made of. Make the set again."
            .formatted(id),
        Map.of("id", id));
  }

  static LakeException different(String id, String was, String now) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TRAINING_SET_NOT_REPRODUCED",
        "Training set '%s' was made again from the same versions and has other values. Use a labels query without random or time-dependent functions."
            .formatted(id),
        Map.of("id", id, "expected_sha256", was, "sha256", now));
  }

  static LakeException io(String what, Throwable cause) {
    return new LakeException(
        INTERNAL,
        "TRAINING_SET_IO",
        "The training set could not be %s. See the server's log.".formatted(what),
        Map.of(),
        cause);
  }
}
