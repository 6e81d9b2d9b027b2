package io.boathouse.table.write;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of governed writes. */
final class TableErrors {
  private TableErrors() {}

  static LakeException notWritable(FullName name, String kind) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TABLE_NOT_WRITABLE",
        "'%s' is %s; only managed tables can be written here.".formatted(name, kind),
        Map.of("field", "name", "value", name.toString()));
  }

  static LakeException noColumns(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_COLUMNS",
        "Table '%s' would have no columns. Name at least one.".formatted(name),
        Map.of("field", "columns"));
  }

  static LakeException unknownPartitionColumn(String column, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_PARTITION_COLUMN",
        "Partition column '%s' is not a column of the table. It has: %s."
            .formatted(column, String.join(", ", known)),
        Map.of("field", "partition_columns", "value", column));
  }
}
