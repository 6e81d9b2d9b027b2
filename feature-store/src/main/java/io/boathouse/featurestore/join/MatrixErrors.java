package io.boathouse.featurestore.join;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures of training matrix files. */
public final class MatrixErrors {
  private MatrixErrors() {}

  static LakeException invalid(String field, String value, String problem) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TRAINING_MATRIX",
        "Training matrix: %s '%s' %s.".formatted(field, shown, problem),
        Map.of("field", field, "value", shown));
  }

  static LakeException malformed(Path file, String problem, @Nullable Throwable cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MALFORMED_TRAINING_MATRIX",
        "File '%s' is not a training matrix: %s. Write it again."
            .formatted(file.getFileName(), problem),
        Map.of("field", "file", "value", String.valueOf(file.getFileName())),
        cause);
  }

  static LakeException noSuchFile(Path file) {
    return new LakeException(
        NOT_FOUND,
        "TRAINING_MATRIX_NOT_FOUND",
        "Training matrix '%s' does not exist. Write it before it is read."
            .formatted(file.getFileName()),
        Map.of("field", "file", "value", String.valueOf(file.getFileName())));
  }

  static LakeException noSuchColumn(String name, List<MatrixColumn> columns) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TRAINING_MATRIX_COLUMN_NOT_FOUND",
        "The training matrix has no column '%s'. It has: %s."
            .formatted(name, String.join(", ", columns.stream().map(MatrixColumn::name).toList())),
        Map.of("field", "column", "value", name));
  }

  static LakeException rowCount(Path file, long promised, long written) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TRAINING_MATRIX_ROW_COUNT",
        "Training matrix '%s' was promised %d rows and got %d. Count the rows again, then write it."
            .formatted(file.getFileName(), promised, written),
        Map.of(
            "field", "rows",
            "value", Long.toString(written),
            "expected", Long.toString(promised)));
  }

  static LakeException alreadyFinished(Path file) {
    return new LakeException(
        INTERNAL,
        "TRAINING_MATRIX_FINISHED",
        "Training matrix '%s' is finished; nothing can be added.".formatted(file.getFileName()),
        Map.of("field", "file", "value", String.valueOf(file.getFileName())));
  }

  static LakeException io(Path file, String doing, IOException cause) {
    return new LakeException(
        UNAVAILABLE,
        "TRAINING_MATRIX_IO",
        "Training matrix '%s' could not be %s: %s. Check the disk's space and rights."
            .formatted(file.getFileName(), doing, cause.getMessage()),
        Map.of("field", "file", "value", String.valueOf(file.getFileName())),
        cause);
  }
}
