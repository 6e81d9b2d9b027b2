package io.boathouse.table.delta;

import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.Metadata;
import java.util.Optional;

/**
 * Where the files of a table keep the numbers of rows that were in other files before: Delta's row
 * tracking. Rows for which they are null have the numbers that the log gives their files.
 *
 * @param idColumn of the numbers that tell rows apart across versions
 * @param versionColumn of the versions that rows were written in last
 */
public record RowTracking(String idColumn, String versionColumn) {

  /** Empty if the rows of the table cannot be relied upon to have numbers. */
  static Optional<RowTracking> of(Metadata metadata) {
    if (!TableConfig.ROW_TRACKING_ENABLED.fromMetadata(metadata)) {
      return Optional.empty();
    }
    return Optional.of(
        new RowTracking(
            named(metadata, TableConfig.MATERIALIZED_ROW_ID_COLUMN_NAME),
            named(metadata, TableConfig.MATERIALIZED_ROW_COMMIT_VERSION_COLUMN_NAME)));
  }

  private static String named(Metadata metadata, TableConfig<String> property) {
    String name = metadata.getConfiguration().get(property.getKey());
    if (name == null || name.isEmpty()) {
      throw DeltaErrors.broken(
          "it tracks rows and lacks " + property.getKey(),
          new IllegalArgumentException(property.getKey()));
    }
    return name;
  }
}
