package io.boathouse.table.read;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
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

  static LakeException isExternal(FullName name) {
    return new LakeException(
        UNSUPPORTED,
        "EXTERNAL_TABLE_NOT_READABLE",
        "'%s' is an external table, whose data cannot be read here yet. Load it into a managed table."
            .formatted(name),
        Map.of("name", name.toString()));
  }
}
