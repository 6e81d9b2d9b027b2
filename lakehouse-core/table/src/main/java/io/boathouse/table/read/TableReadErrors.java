package io.boathouse.table.read;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.time.Instant;
import java.util.Map;

/** Failures of governed reads. */
final class TableReadErrors {
  private TableReadErrors() {}

  static LakeException isView(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_TABLE",
        "'%s' is a view and has no versions or files of its own. Query it with SQL."
            .formatted(name),
        Map.of("field", "name", "value", name.toString()));
  }

  static LakeException startAfterLatest(long start, long latest) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DELTA_CDC_START_VERSION_AFTER_LATEST",
        "Start version %d for the change data feed exceeds the latest table version %d. Begin earlier."
            .formatted(start, latest),
        Map.of("field", "start", "value", Long.toString(start)));
  }

  static LakeException startAfterLatest(Instant start, Instant latest) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DELTA_TIMESTAMP_GREATER_THAN_COMMIT",
        "The start %s is after the table's latest version, of %s. Begin earlier."
            .formatted(start, latest),
        Map.of("field", "start", "value", start.toString()));
  }

  static LakeException emptyRange(long start, long end) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DELTA_INVALID_CDC_RANGE",
        "The range of changes from version %d to version %d is invalid. The end cannot be before the start."
            .formatted(start, end),
        Map.of("field", "end", "value", Long.toString(end)));
  }

  static LakeException noChangeData(long start, long end, long version) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DELTA_MISSING_CHANGE_DATA",
        "Change data for the versions [%d, %d] is not there, as it was not recorded for version %d. See in DESCRIBE HISTORY when the feed was enabled, or enable it with ALTER TABLE … SET TBLPROPERTIES (delta.enableChangeDataFeed = true)."
            .formatted(start, end, version),
        Map.of("version", Long.toString(version), "property", "delta.enableChangeDataFeed"));
  }

  static LakeException otherSchema(long start, long end, long version, String column) {
    return new LakeException(
        UNSUPPORTED,
        "DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE",
        "Changes between version %d and %d cannot be told together: column '%s' of version %d is not the same at the end. Query from %d to before the change, and from there to %d."
            .formatted(start, end, column, version, start, end),
        Map.of("version", Long.toString(version), "column", column));
  }

  static LakeException rangeTooLarge(long start, long end, int files) {
    return new LakeException(
        INVALID_ARGUMENT,
        "CHANGE_RANGE_TOO_LARGE",
        "The changes from version %d to version %d are in more than %d files. Ask for fewer versions at a time."
            .formatted(start, end, files),
        Map.of("field", "end", "value", Long.toString(end), "limit", Integer.toString(files)));
  }

  static LakeException streamOfChanges(long version, String operation) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
        "Version %d (%s) changed or removed rows that the stream may have read. Go on with changes=skip to leave such versions out, with changes=feed to be told what happened to each row, or begin a new stream."
            .formatted(version, operation),
        Map.of("version", Long.toString(version), "operation", operation));
  }

  static LakeException streamOfOtherColumns(long version, String column) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DELTA_STREAMING_INCOMPATIBLE_SCHEMA_CHANGE",
        "Version %d renamed, dropped or changed the column '%s', so that later rows do not fit those that the stream has read. Make its target ready for them and go on with accept_schema_version=%d, or begin a new stream."
            .formatted(version, column, version),
        Map.of("version", Long.toString(version), "column", column));
  }

  static LakeException streamOfOtherTable(FullName name) {
    return new LakeException(
        FAILED_PRECONDITION,
        "DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",
        "'%s' is not the table that the stream was reading: it was made anew. Begin a new stream."
            .formatted(name),
        Map.of("name", name.toString()));
  }

  static LakeException noSuchBatch(StreamOffset from, StreamOffset to) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_SUCH_BATCH",
        "No batch leads from version %d, file %d to version %d, file %d. Give the offsets of one that was read."
            .formatted(from.version(), from.index(), to.version(), to.index()),
        Map.of("field", "to", "value", Long.toString(to.version())));
  }

  static LakeException policyColumnMissing(FullName table, String column) {
    return new LakeException(
        FAILED_PRECONDITION,
        "POLICY_COLUMN_MISSING",
        "A row filter or mask of the table '%s' speaks of the column '%s', which this version has not."
                .formatted(table, column)
            + " Whoever manages the table sets the policy anew, or read another version.",
        Map.of("table", table.toString(), "column", column));
  }

  static LakeException columnUnknownToPolicy(FullName table, String column, long version) {
    return new LakeException(
        FAILED_PRECONDITION,
        "COLUMN_UNKNOWN_TO_POLICY",
        "Version %d of the table '%s' has the column '%s', which is gone or renamed since, so that its"
                .formatted(version, table, column)
            + " policies of now say nothing of it. Read a newer version.",
        Map.of("table", table.toString(), "column", column, "version", Long.toString(version)));
  }
}
