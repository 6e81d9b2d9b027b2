package io.boathouse.sql.asset;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/** The sql_query and sql_query_permission tables. Joins the transaction of the calling thread. */
final class SavedQueryRepository {
  private static final String COLUMNS =
      """
      SELECT id, display_name, description, query_text, warehouse_id, catalog, schema_name,
        owner_id, modified_by, created_at, updated_at
      FROM sql_query
      """;
  private static final String FIND =
      COLUMNS
          + """
          WHERE id = :id
          """;
  private static final String VISIBLE =
      COLUMNS
          + """
          WHERE (lower(display_name), id) > (lower(:name), :id)
            AND (:all OR owner_id = ANY (:standing) OR id IN (
              SELECT query_id FROM sql_query_permission WHERE principal_id = ANY (:standing)))
          ORDER BY lower(display_name), id LIMIT :limit
          """;
  private static final String INSERT =
      """
      INSERT INTO sql_query
        (id, display_name, description, query_text, warehouse_id, catalog, schema_name, owner_id,
         modified_by, created_at, updated_at)
      VALUES (:id, :name, :description, :text, :warehouse, :catalog, :schema, :owner, :by, :at, :now)
      """;
  private static final String UPDATE =
      """
      UPDATE sql_query
      SET display_name = :name, description = :description, query_text = :text,
        warehouse_id = :warehouse, catalog = :catalog, schema_name = :schema, modified_by = :by,
        updated_at = :now
      WHERE id = :id
      """;
  private static final String HELD =
      """
      SELECT query_id, principal_id, level FROM sql_query_permission WHERE query_id = :query
      """;
  private static final String PUT =
      """
      INSERT INTO sql_query_permission (query_id, principal_id, level)
      VALUES (:query, :principal, :level)
      ON CONFLICT (query_id, principal_id) DO UPDATE SET level = excluded.level
      """;

  private final Database database;

  SavedQueryRepository(Database database) {
    this.database = database;
  }

  /** What one principal or group may do with one query. */
  record Row(UUID query, UUID principal, SavedQueryLevel level) {}

  /**
   * Whose queries are listed, and after which one.
   *
   * @param all whether rights do not matter
   */
  record Wanted(boolean all, Set<UUID> standing, String name, UUID id, int limit) {}

  Optional<SavedQuery> find(UUID id) {
    return database.read(
        handle ->
            handle.createQuery(FIND).bind("id", id).map((row, context) -> query(row)).findOne());
  }

  List<SavedQuery> list(Wanted wanted) {
    return database.read(
        handle ->
            handle
                .createQuery(VISIBLE)
                .bind("all", wanted.all())
                .bind("standing", wanted.standing().toArray(new UUID[0]))
                .bind("name", wanted.name())
                .bind("id", wanted.id())
                .bind("limit", wanted.limit())
                .map((row, context) -> query(row))
                .list());
  }

  void insert(SavedQuery query) {
    database.useTransaction(
        handle -> {
          int unused =
              bound(handle.createUpdate(INSERT), query)
                  .bind("owner", query.ownerId())
                  .bind("at", query.createdAt().atOffset(ZoneOffset.UTC))
                  .execute();
        });
  }

  void update(SavedQuery query) {
    database.useTransaction(
        handle -> {
          int unused = bound(handle.createUpdate(UPDATE), query).execute();
        });
  }

  private static <S extends SqlStatement<S>> S bound(S statement, SavedQuery query) {
    SavedQueryDetails details = query.details();
    return statement
        .bind("id", query.id())
        .bind("name", details.name())
        .bind("description", details.description())
        .bind("text", details.text())
        .bind("warehouse", details.warehouse().orElse(null))
        .bind("catalog", details.catalog().orElse(null))
        .bind("schema", details.schema().orElse(null))
        .bind("by", query.modifiedBy())
        .bind("now", query.updatedAt().atOffset(ZoneOffset.UTC));
  }

  void delete(UUID id) {
    database.useTransaction(
        handle -> {
          int unused =
              handle.createUpdate("DELETE FROM sql_query WHERE id = :id").bind("id", id).execute();
        });
  }

  List<Row> held(UUID query) {
    return database.read(
        handle ->
            handle
                .createQuery(HELD)
                .bind("query", query)
                .map(
                    (row, context) ->
                        new Row(
                            row.getObject("query_id", UUID.class),
                            row.getObject("principal_id", UUID.class),
                            SavedQueryLevel.valueOf(row.getString("level"))))
                .list());
  }

  void put(Row row) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(PUT)
                  .bind("query", row.query())
                  .bind("principal", row.principal())
                  .bind("level", row.level().name())
                  .execute();
        });
  }

  void forget(UUID query) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate("DELETE FROM sql_query_permission WHERE query_id = :query")
                  .bind("query", query)
                  .execute();
        });
  }

  private static SavedQuery query(ResultSet row) throws SQLException {
    return new SavedQuery(
        row.getObject("id", UUID.class),
        new SavedQueryDetails(
            row.getString("display_name"),
            row.getString("description"),
            row.getString("query_text"),
            Optional.ofNullable(row.getString("warehouse_id")),
            Optional.ofNullable(row.getString("catalog")),
            Optional.ofNullable(row.getString("schema_name"))),
        row.getObject("owner_id", UUID.class),
        row.getString("modified_by"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }
}
