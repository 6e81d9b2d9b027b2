package io.boathouse.table.iceberg;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** What cannot be told to readers of Iceberg. */
final class IcebergErrors {
  private IcebergErrors() {}

  static LakeException noRowCount(String file) {
    return new LakeException(
        UNSUPPORTED,
        "ICEBERG_ROW_COUNT",
        ("The log does not tell how many rows the file '%s' has, which Iceberg needs. Rewrite the"
                + " table's files, or read it as Delta.")
            .formatted(file),
        Map.of("file", file));
  }

  static LakeException noWarehouse() {
    return new LakeException(
        INVALID_ARGUMENT,
        "WAREHOUSE_MISSING",
        "The parameter 'warehouse' is missing. Set it to the name of a catalog, such as main.",
        Map.of("field", "warehouse"));
  }

  static LakeException notATable(String name) {
    return new LakeException(
        NOT_FOUND,
        "TABLE_NOT_FOUND",
        "'%s' is no Delta table. Views and tables of other formats are not told to Iceberg readers; read them through SQL."
            .formatted(name),
        Map.of("name", name));
  }

  static LakeException noView(String name) {
    return new LakeException(
        NOT_FOUND,
        "VIEW_NOT_FOUND",
        "There is no Iceberg view '%s'. Views are read through SQL.".formatted(name),
        Map.of("name", name));
  }
}
