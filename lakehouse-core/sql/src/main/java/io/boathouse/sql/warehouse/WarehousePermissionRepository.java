package io.boathouse.sql.warehouse;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** The sql_warehouse_permission table. Joins the transaction of the calling thread. */
final class WarehousePermissionRepository {
  private static final String ALL =
      """
      SELECT warehouse_id, principal_id, level FROM sql_warehouse_permission
      """;
  private static final String OF =
      ALL
          + """
          WHERE warehouse_id = :warehouse
          """;
  private static final String PUT =
      """
      INSERT INTO sql_warehouse_permission (warehouse_id, principal_id, level)
      VALUES (:warehouse, :principal, :level)
      ON CONFLICT (warehouse_id, principal_id) DO UPDATE SET level = excluded.level
      """;
  private static final String REMOVE =
      """
      DELETE FROM sql_warehouse_permission
      WHERE warehouse_id = :warehouse AND principal_id = :principal
      """;
  private static final String FORGET =
      """
      DELETE FROM sql_warehouse_permission WHERE warehouse_id = :warehouse
      """;

  private final Database database;

  WarehousePermissionRepository(Database database) {
    this.database = database;
  }

  /** What one principal or group may do with one warehouse. */
  record Row(String warehouse, UUID principal, WarehouseLevel level) {}

  List<Row> all() {
    return database.read(handle -> handle.createQuery(ALL).map((row, context) -> row(row)).list());
  }

  List<Row> of(String warehouse) {
    return database.read(
        handle ->
            handle
                .createQuery(OF)
                .bind("warehouse", warehouse)
                .map((row, context) -> row(row))
                .list());
  }

  void put(Row row) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(PUT)
                  .bind("warehouse", row.warehouse())
                  .bind("principal", row.principal())
                  .bind("level", row.level().name())
                  .execute();
        });
  }

  void remove(String warehouse, UUID principal) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(REMOVE)
                  .bind("warehouse", warehouse)
                  .bind("principal", principal)
                  .execute();
        });
  }

  void forget(String warehouse) {
    database.useTransaction(
        handle -> {
          int unused = handle.createUpdate(FORGET).bind("warehouse", warehouse).execute();
        });
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("warehouse_id"),
        row.getObject("principal_id", UUID.class),
        WarehouseLevel.valueOf(row.getString("level")));
  }
}
