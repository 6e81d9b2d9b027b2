package io.boathouse.table.maintain;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Failures of maintenance. */
final class MaintainErrors {
  private MaintainErrors() {}

  static LakeException notMaintained(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TABLE_NOT_MAINTAINED",
        "'%s' is a view, which has no files to maintain.".formatted(name),
        Map.of("field", "name", "value", name.toString()));
  }

  static LakeException retentionTooShort(Duration asked, Duration least) {
    return new LakeException(
        FAILED_PRECONDITION,
        "RETENTION_TOO_SHORT",
        ("The table keeps files for %d hours after their removal"
             + " (delta.deletedFileRetentionDuration), so that older versions can be read; %d hours"
             + " would break them. Ask for more.")
            .formatted(least.toHours(), asked.toHours()),
        Map.of(
            "field", "retention",
            "value", Long.toString(asked.toHours()),
            "least", Long.toString(least.toHours())));
  }

  static LakeException versionBeingRead(long version, Instant until) {
    return new LakeException(
        FAILED_PRECONDITION,
        "VERSION_BEING_READ",
        "Somebody reads version %d, which the log does not tell any more, so that it is not known what he needs. Vacuum after %s."
            .formatted(version, until),
        Map.of("version", Long.toString(version), "until", until.toString()));
  }

  static LakeException noPartitionColumn(String column, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_PARTITION_COLUMN",
        "OPTIMIZE can be narrowed by partition columns only, and '%s' is none. There are: %s."
            .formatted(column, known.isEmpty() ? "none" : String.join(", ", known)),
        Map.of("field", "where", "value", column));
  }

  static LakeException notSortable(String column, String why) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_CLUSTERING_COLUMN",
        "Rows cannot be kept together by '%s': %s.".formatted(column, why),
        Map.of("field", "zorder", "value", column));
  }

  static LakeException isClustered(List<String> columns) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DELTA_CLUSTERING_WITH_ZORDER_BY",
        "The table is clustered by %s, which OPTIMIZE keeps to. Leave ZORDER BY out, or change the table with ALTER TABLE … CLUSTER BY."
            .formatted(String.join(", ", columns)),
        Map.of("field", "zorder"));
  }

  static LakeException tooManyColumns(int found, int most) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TOO_MANY_CLUSTERING_COLUMNS",
        "Rows can be kept together by at most %d columns, not by %d. Name the most used."
            .formatted(most, found),
        Map.of("field", "zorder", "value", Integer.toString(found)));
  }

  static LakeException rowsDiffer(long before, long after) {
    return new LakeException(
        INTERNAL,
        "REWRITE_LOST_ROWS",
        "The rewritten files have %d rows instead of %d. Nothing was changed; report this."
            .formatted(after, before),
        Map.of());
  }
}
