package io.boathouse.sql.warehouse;

import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of warehouses. */
final class WarehouseErrors {
  private WarehouseErrors() {}

  static LakeException notFound(String id) {
    String shown = id.length() > 80 ? id.substring(0, 80) : id;
    return new LakeException(
        NOT_FOUND,
        "WAREHOUSE_NOT_FOUND",
        "The warehouse '%s' does not exist. Use '%s'.".formatted(shown, Warehouse.DEFAULT_ID),
        Map.of("field", "warehouse_id", "value", shown));
  }
}
