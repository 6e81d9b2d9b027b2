package io.boathouse.table.delta;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.OUTCOME_UNKNOWN;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.exceptions.CommitStateUnknownException;
import io.delta.kernel.exceptions.ConcurrentWriteException;
import io.delta.kernel.exceptions.InvalidTableException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.exceptions.UnsupportedProtocolVersionException;
import io.delta.kernel.exceptions.UnsupportedTableFeatureException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Failures of the Delta log. */
public final class DeltaErrors {
  private static final int MAX_SHOWN = 400;

  private DeltaErrors() {}

  /** What a failure inside Kernel means; a LakeException of our own below it is that one. */
  static LakeException of(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LakeException ours) {
        return ours;
      }
      if (cause instanceof DamagedFile damage) {
        return lacksSchema(damage) ? noSchema(damage) : damaged(damage);
      }
    }
    return switch (failure) {
      case TableNotFoundException e -> noTable(e);
      case TableAlreadyExistsException e -> logExists();
      case UnsupportedTableFeatureException e -> unsupportedFeatures(e);
      case UnsupportedProtocolVersionException e -> unsupportedVersion(e);
      case UnsupportedOperationException e -> unsupported(shown(e), e);
      case CommitStateUnknownException e -> outcomeUnknown(e);
      case MaxCommitRetryLimitReachedException e -> conflict(e);
      case ConcurrentWriteException e -> conflict(e);
      case InvalidTableException e -> broken(shown(e), e);
      case KernelException e -> kernel(e);
      default -> lacksSchema(failure) ? noSchema(failure) : broken(shown(failure), failure);
    };
  }

  static LakeException logExists() {
    return new LakeException(
        ALREADY_EXISTS,
        "DELTA_LOG_ALREADY_EXISTS",
        "The folder already holds a Delta table. Use another folder.",
        Map.of());
  }

  /** Kernel has no other word for a table whose metadata is complete but for the schema. */
  private static boolean lacksSchema(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("schemaString") && message.contains("null");
  }

  private static LakeException noSchema(RuntimeException cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TABLE_HAS_NO_SCHEMA",
        "The table has no schema, so its rows cannot be read. Whoever made it has to set one.",
        Map.of(),
        cause);
  }

  private static LakeException unsupportedFeatures(UnsupportedTableFeatureException cause) {
    String features =
        cause.getUnsupportedFeatures().stream().sorted().collect(Collectors.joining(", "));
    return new LakeException(
        UNSUPPORTED,
        "TABLE_FEATURE_NOT_SUPPORTED",
        "The table uses features of Delta that are not supported here: %s.".formatted(features),
        Map.of("feature", features),
        cause);
  }

  private static LakeException unsupportedVersion(UnsupportedProtocolVersionException cause) {
    return new LakeException(
        UNSUPPORTED,
        "TABLE_FEATURE_NOT_SUPPORTED",
        "The table needs version %d of Delta's %s protocol, which is not supported here."
            .formatted(cause.getVersion(), cause.getVersionType().name().toLowerCase(Locale.ROOT)),
        Map.of("feature", "protocol version " + cause.getVersion()),
        cause);
  }

  /** There is no version of that number, or not any more. */
  public static LakeException noVersion(long version, long latest) {
    return new LakeException(
        NOT_FOUND,
        "VERSION_NOT_FOUND",
        "The table has no version %d; its latest is %d. List its history to see which exist."
            .formatted(version, latest),
        Map.of("field", "version", "value", Long.toString(version)));
  }

  static LakeException versionCleaned(long version, long oldest) {
    return new LakeException(
        NOT_FOUND,
        "VERSION_NOT_FOUND",
        "Version %d was cleaned out of the table's log, which begins at version %d now. Begin there."
            .formatted(version, oldest),
        Map.of(
            "field", "version",
            "value", Long.toString(version),
            "oldest", Long.toString(oldest)));
  }

  static LakeException noVersionAt(String instant, RuntimeException cause) {
    return new LakeException(
        NOT_FOUND,
        "VERSION_NOT_FOUND",
        "The table has no version at %s. List its history to see from when on it has."
            .formatted(instant),
        Map.of("field", "timestamp", "value", instant),
        cause);
  }

  static LakeException noTable(RuntimeException cause) {
    return new LakeException(
        NOT_FOUND,
        "DELTA_LOG_NOT_FOUND",
        "There is no Delta table in the folder of this table. Drop it, or restore its files.",
        Map.of(),
        cause);
  }

  static LakeException otherFormat(FullName table, String format) {
    return new LakeException(
        UNSUPPORTED,
        "FORMAT_NOT_READABLE",
        "'%s' is an external table of format %s (expected: DELTA). Load its files into a Delta table."
            .formatted(table, format),
        Map.of("table", table.toString(), "field", "data_source_format", "value", format));
  }

  static LakeException unsupported(String what, Throwable cause) {
    return new LakeException(
        UNSUPPORTED,
        "TABLE_FEATURE_NOT_SUPPORTED",
        "The table uses something of Delta that is not supported here: %s".formatted(what),
        Map.of(),
        cause);
  }

  static LakeException unsupported(String what) {
    return new LakeException(
        UNSUPPORTED,
        "TABLE_FEATURE_NOT_SUPPORTED",
        "The table uses something of Delta that is not supported here: %s.".formatted(what),
        Map.of("feature", what));
  }

  static LakeException notInCatalog(String tableId) {
    return new LakeException(
        NOT_FOUND,
        "TABLE_NOT_FOUND",
        "The catalog does not know the table '%s' any more.".formatted(tableId),
        Map.of("table_id", tableId));
  }

  static LakeException noTimeInCommit(long version) {
    return new LakeException(
        FAILED_PRECONDITION,
        "NO_IN_COMMIT_TIMESTAMP",
        "Version %d of a catalog-managed table has no time inside. Enable in-commit timestamps."
            .formatted(version),
        Map.of("version", Long.toString(version)));
  }

  static LakeException appendOnly() {
    return new LakeException(
        FAILED_PRECONDITION,
        "TABLE_IS_APPEND_ONLY",
        "The table is append-only (delta.appendOnly), so its rows cannot be replaced. Append, or"
            + " unset the property.",
        Map.of("property", "delta.appendOnly"));
  }

  static LakeException invalidColumnName(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_COLUMN_NAME",
        "Column name '%s' has a character that Delta does not allow (space , ; { } ( ) = tab newline). Rename the column."
            .formatted(name),
        Map.of("field", "columns", "value", name));
  }

  static LakeException outcomeUnknown(RuntimeException cause) {
    return new LakeException(
        OUTCOME_UNKNOWN,
        "COMMIT_OUTCOME_UNKNOWN",
        "Storage stopped answering during the commit: it may have happened or not. Read the table's"
            + " history before you retry; a retry with the same transaction id is safe.",
        Map.of(),
        cause);
  }

  static LakeException conflict(RuntimeException cause) {
    return new LakeException(
        CONFLICT,
        "CONCURRENT_CHANGE",
        "Another writer changed the table at the same time. Read it again and retry.",
        Map.of(),
        cause);
  }

  static LakeException conflict(LoggedCommit winner, String what) {
    return new LakeException(
        CONFLICT,
        winner.altered() ? "SCHEMA_CHANGED" : "CONCURRENT_CHANGE",
        "Version %d (%s) was committed meanwhile and %s. Read the table again and retry."
            .formatted(winner.version(), winner.operation(), what),
        Map.of(
            "version", Long.toString(winner.version()),
            "operation", winner.operation(),
            "conflict", what));
  }

  static LakeException propertyNotSettable(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "PROPERTY_NOT_SETTABLE",
        "The property '%s' cannot be changed, or Delta has none of that name.".formatted(name),
        Map.of("field", "properties", "value", name));
  }

  static LakeException noField(List<String> path, Collection<String> known) {
    String name = String.join(".", path);
    return new LakeException(
        NOT_FOUND,
        "COLUMN_NOT_FOUND",
        "The table has no column '%s'. At that place it has: %s."
            .formatted(name, String.join(", ", known)),
        Map.of("field", "column", "value", name));
  }

  static LakeException fieldExists(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "COLUMN_ALREADY_EXISTS",
        "There is a column '%s' already (case does not count). Take another name.".formatted(name),
        Map.of("field", "column", "value", name));
  }

  static LakeException lastField(List<String> path) {
    String name = String.join(".", path);
    return new LakeException(
        INVALID_ARGUMENT,
        "LAST_COLUMN",
        "'%s' is the only one left and cannot be dropped. Drop the whole instead.".formatted(name),
        Map.of("field", "column", "value", name));
  }

  static LakeException mappingNeeded(String name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "COLUMN_MAPPING_NEEDED",
        "Column '%s' can be renamed or dropped only if the table maps its columns. Switch that on"
                .formatted(name)
            + " first: ALTER TABLE … SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name').",
        Map.of("field", "column", "value", name, "property", "delta.columnMapping.mode"));
  }

  static LakeException notWider(String name, String from, String to) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TYPE_CHANGE_NOT_ALLOWED",
        "Column '%s' is %s and cannot become %s: only whole numbers, float, decimal and date can"
                .formatted(name, from, to)
            + " become wider. Write the rows into a new table.",
        Map.of("field", name, "found", from, "expected", to));
  }

  static LakeException wideningNeeded(String name, String to) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TYPE_WIDENING_NEEDED",
        "Column '%s' can become %s only if the table's types may be widened. Switch that on first:"
                .formatted(name, to)
            + " ALTER TABLE … SET TBLPROPERTIES ('delta.enableTypeWidening' = 'true').",
        Map.of("field", name, "expected", to, "property", "delta.enableTypeWidening"));
  }

  static LakeException propertyValue(String name, String value, String expected) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PROPERTY_VALUE",
        "The property '%s' cannot be '%s' (expected: %s).".formatted(name, value, expected),
        Map.of("field", name, "value", value, "expected", expected));
  }

  static LakeException tooManyTries(long version) {
    return new LakeException(
        CONFLICT,
        "CONCURRENT_CHANGE",
        "Other writers took every version up to %d. Retry later.".formatted(version),
        Map.of("version", Long.toString(version)));
  }

  static LakeException notWritable(String feature) {
    return new LakeException(
        UNSUPPORTED,
        "TABLE_FEATURE_NOT_SUPPORTED",
        "The table uses the Delta feature '%s', which this change cannot keep. Change it with the"
                .formatted(feature)
            + " engine that uses it.",
        Map.of("feature", feature));
  }

  static LakeException schemaChanged() {
    return new LakeException(
        CONFLICT,
        "SCHEMA_CHANGED",
        "The table's schema was changed while rows for it were computed. Retry.",
        Map.of());
  }

  static LakeException rowsUncounted(String file) {
    return new LakeException(
        FAILED_PRECONDITION,
        "ROWS_NOT_COUNTED",
        "The rows of file '%s' cannot get numbers, because the log does not count them. Write the file again."
            .formatted(file),
        Map.of("file", file));
  }

  static LakeException fileGone(StoragePath file, long version) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DATA_FILE_GONE",
        "Version %d cannot come back, because its file '%s' is not there any more. Restore a newer version."
            .formatted(version, file),
        Map.of("file", file.value(), "version", Long.toString(version)));
  }

  static LakeException schemaDiffers(long version) {
    return new LakeException(
        UNSUPPORTED,
        "RESTORE_OF_OTHER_SCHEMA",
        "Version %d has another schema than the latest one, which RESTORE cannot bring back. Query it and write its rows."
            .formatted(version),
        Map.of("version", Long.toString(version)));
  }

  private static LakeException damaged(DamagedFile damage) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TABLE_LOG_BROKEN",
        "The table's log cannot be read: its file '%s' is damaged (%s). Restore the file, or read"
                .formatted(damage.file(), shown(damage))
            + " a version before it.",
        Map.of("file", damage.file()),
        damage);
  }

  static LakeException broken(String what, RuntimeException cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TABLE_LOG_BROKEN",
        "The table's log cannot be read: %s".formatted(what),
        Map.of(),
        cause);
  }

  private static LakeException kernel(KernelException e) {
    String message = shown(e);
    boolean feature = message.contains("Unsupported Delta") || message.contains("not supported");
    return feature
        ? unsupported(message, e)
        : new LakeException(INVALID_ARGUMENT, "TABLE_CHANGE_REFUSED", message, Map.of(), e);
  }

  static LakeException internal(String what, Throwable cause) {
    return new LakeException(INTERNAL, "DELTA_FAILED", what, Map.of(), cause);
  }

  private static String shown(RuntimeException e) {
    String message = String.valueOf(e.getMessage()).replace(StoreFileIo.ROOT, "").strip();
    return message.length() > MAX_SHOWN ? message.substring(0, MAX_SHOWN) + "…" : message;
  }
}
