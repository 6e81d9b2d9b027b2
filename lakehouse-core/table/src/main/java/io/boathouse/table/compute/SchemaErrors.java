package io.boathouse.table.compute;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.duckdb.DuckDbErrors;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.Filling;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures of rows that do not fit a table, or a table that cannot be shown as a view. */
final class SchemaErrors {
  private SchemaErrors() {}

  static LakeException wrongType(Column expected, DataType found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "COLUMN_TYPE_MISMATCH",
        "Column '%s' is %s, but the rows have %s there. Cast it, or write to another table."
            .formatted(expected.name(), expected.type().text(), found.text()),
        Map.of(
            "field", expected.name(), "expected", expected.type().text(), "found", found.text()));
  }

  static LakeException unknownColumn(String name, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_COLUMN",
        "The table has no column '%s'. It has: %s.".formatted(name, String.join(", ", known)),
        Map.of("field", name));
  }

  static LakeException missingColumn(Column column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MISSING_COLUMN",
        "Column '%s' (%s) must not be null, and the rows do not have it."
            .formatted(column.name(), column.type().text()),
        Map.of("field", column.name(), "expected", column.type().text()));
  }

  static LakeException nullInColumn(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NULL_IN_COLUMN",
        "Column '%s' must not be null, but some rows have null there.".formatted(column),
        Map.of("field", column));
  }

  static LakeException violated(String constraint, String expression, LakeException cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "CHECK_CONSTRAINT_VIOLATED",
        "A row does not meet the constraint '%s': %s must be true. Correct the row, or drop the"
                .formatted(constraint, expression)
            + " constraint.",
        Map.of("field", constraint, "expected", expression),
        cause);
  }

  static LakeException notGenerated(Column column, LakeException cause) {
    String expression =
        column.filling().orElseThrow() instanceof Filling.Generated(String text) ? text : "";
    return new LakeException(
        INVALID_ARGUMENT,
        "GENERATED_COLUMN_MISMATCH",
        "A row has another value in '%s' than %s gives, by which the column is generated. Leave the"
                .formatted(column.name(), expression)
            + " column out.",
        Map.of("field", column.name(), "expected", expression),
        cause);
  }

  static LakeException identityGiven(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "IDENTITY_COLUMN_GIVEN",
        "Column '%s' is GENERATED ALWAYS AS IDENTITY: its values cannot be given. Leave it out."
            .formatted(column),
        Map.of("field", column));
  }

  static LakeException identityUsedUp(String column) {
    return new LakeException(
        FAILED_PRECONDITION,
        "IDENTITY_USED_UP",
        "The identity column '%s' has no number left for so many rows.".formatted(column),
        Map.of("field", column));
  }

  static LakeException wrongFilling(Column column, String why) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_COLUMN_FILLING",
        "Column '%s' cannot be filled like that: %s.".formatted(column.name(), why),
        Map.of("field", column.name()));
  }

  static LakeException notPlain(String what, String expression) {
    return new LakeException(
        UNSUPPORTED,
        "EXPRESSION_NOT_SUPPORTED",
        "Of expressions of tables only plain ones over the row's own columns are evaluated here,"
            + " and %s is more: %s".formatted(what, expression),
        Map.of("feature", what, "value", expression));
  }

  static LakeException severalMatches() {
    return new LakeException(
        INVALID_ARGUMENT,
        "MERGE_SEVERAL_MATCHES",
        "Several rows of the source would change the same row of the table. Make the source"
            + " unique by the columns of ON.",
        Map.of("field", "source"));
  }

  static LakeException outsideReplaced() {
    return new LakeException(
        INVALID_ARGUMENT,
        "ROWS_OUTSIDE_REPLACED",
        "Some of the new rows do not meet the condition of REPLACE WHERE. Filter them, or widen"
            + " the condition.",
        Map.of("field", "predicate"));
  }

  static LakeException wrongWidth(int row, int found, int expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "WRONG_ROW_WIDTH",
        "Row %d has %d values, but the schema has %d columns.".formatted(row, found, expected),
        Map.of("field", "rows", "value", Integer.toString(row)));
  }

  static LakeException wrongValue(Column column, Object value) {
    String type = value.getClass().getSimpleName();
    return new LakeException(
        INVALID_ARGUMENT,
        "VALUE_TYPE_MISMATCH",
        "Column '%s' is %s and cannot hold a %s."
            .formatted(column.name(), column.type().text(), type),
        Map.of("field", column.name(), "expected", column.type().text(), "found", type));
  }

  static LakeException notMappable(String what) {
    return new LakeException(
        UNSUPPORTED,
        "TABLE_FEATURE_NOT_SUPPORTED",
        "The table uses something of Delta that cannot be read here yet: %s.".formatted(what),
        Map.of("feature", what));
  }

  static LakeException rowsNotTracked() {
    return new LakeException(
        FAILED_PRECONDITION,
        "ROW_TRACKING_NOT_ENABLED",
        "The rows of the table have no ids. Set delta.enableRowTracking on the table.",
        Map.of("field", "_metadata", "property", "delta.enableRowTracking"));
  }

  static LakeException rowsWithoutNumbers(StoragePath file) {
    return new LakeException(
        FAILED_PRECONDITION,
        "ROW_IDS_MISSING",
        "The table tracks its rows, but its log gives those of file '%s' no ids. Write the file again."
            .formatted(file),
        Map.of("file", file.value()));
  }

  static LakeException metadataHidden() {
    return new LakeException(
        INVALID_ARGUMENT,
        "METADATA_HIDDEN",
        "The table has a column of its own named '_metadata'. Rename it to ask for what is known of"
            + " its rows.",
        Map.of("field", "_metadata"));
  }

  static LakeException damagedFile(StoragePath file, String problem) {
    return damagedFile(file, problem, null);
  }

  static LakeException damagedFile(StoragePath file, String problem, @Nullable Throwable cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        DuckDbErrors.DAMAGED_FILE,
        "The table's data file '%s' cannot be read: %s. Restore the file, or read a version without it."
            .formatted(file, problem),
        Map.of("file", file.value()),
        cause);
  }
}
