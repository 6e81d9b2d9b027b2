package io.boathouse.sql.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sql_warehouse table. Joins the transaction of the calling thread. */
final class WarehouseRepository {
  private static final String COLUMNS =
      """
      SELECT id, name, size, clusters, auto_stop_minutes, tags, stopped, creator, created_at
      FROM sql_warehouse
      """;
  private static final String FIND =
      COLUMNS
          + """
          WHERE id = :id
          """;
  private static final String LIST =
      COLUMNS
          + """
          ORDER BY lower(name)
          """;
  private static final String INSERT =
      """
      INSERT INTO sql_warehouse
        (id, name, size, clusters, auto_stop_minutes, tags, stopped, creator, created_at)
      VALUES (:id, :name, :size, :clusters, :autoStop, :tags, :stopped, :creator, :createdAt)
      ON CONFLICT DO NOTHING
      """;
  private static final String UPDATE =
      """
      UPDATE sql_warehouse
      SET name = :name, size = :size, clusters = :clusters, auto_stop_minutes = :autoStop,
        tags = :tags, stopped = :stopped
      WHERE id = :id
        AND NOT EXISTS (
          SELECT 1 FROM sql_warehouse other WHERE lower(other.name) = lower(:name)
            AND other.id <> :id)
      """;
  private static final String DELETE =
      """
      DELETE FROM sql_warehouse WHERE id = :id
      """;

  private final Database database;

  WarehouseRepository(Database database) {
    this.database = database;
  }

  Optional<Warehouse> find(String id) {
    return database.read(
        handle ->
            handle
                .createQuery(FIND)
                .bind("id", id)
                .map((row, context) -> warehouse(row))
                .findOne());
  }

  List<Warehouse> list() {
    return database.read(
        handle -> handle.createQuery(LIST).map((row, context) -> warehouse(row)).list());
  }

  /** False if the name is taken. */
  boolean insert(Warehouse warehouse) {
    return database.inTransaction(
        handle -> handle.createUpdate(INSERT).bindMap(values(warehouse)).execute() == 1);
  }

  /** False if the name is taken, or there is no such warehouse. */
  boolean update(Warehouse warehouse) {
    return database.inTransaction(
        handle -> handle.createUpdate(UPDATE).bindMap(values(warehouse)).execute() == 1);
  }

  void delete(String id) {
    database.useTransaction(handle -> handle.createUpdate(DELETE).bind("id", id).execute());
  }

  private static Map<String, Object> values(Warehouse warehouse) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", warehouse.id());
    values.put("name", warehouse.name());
    values.put("size", warehouse.details().size().label());
    values.put("clusters", warehouse.details().clusters());
    values.put("autoStop", warehouse.details().autoStopMinutes());
    values.put("tags", Json.writeText(warehouse.details().tags()));
    values.put("stopped", warehouse.stopped());
    values.put("creator", warehouse.creator());
    values.put("createdAt", warehouse.createdAt().atOffset(ZoneOffset.UTC));
    return values;
  }

  private static Warehouse warehouse(ResultSet row) throws SQLException {
    Map<String, String> tags = new HashMap<>();
    JsonNode kept = Json.parse(row.getString("tags").getBytes(StandardCharsets.UTF_8));
    kept.properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().textValue()));
    return new Warehouse(
        row.getString("id"),
        WarehouseDetails.of(
            row.getString("name"),
            WarehouseSize.parse(row.getString("size")),
            row.getInt("clusters"),
            row.getInt("auto_stop_minutes"),
            tags),
        row.getBoolean("stopped"),
        row.getString("creator"),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
