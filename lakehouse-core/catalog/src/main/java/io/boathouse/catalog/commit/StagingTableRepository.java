package io.boathouse.catalog.commit;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table catalog_staging_table; joins the thread's transaction. */
final class StagingTableRepository {
  private final Database database;

  StagingTableRepository(Database database) {
    this.database = database;
  }

  void insert(StagingTable table, Instant now) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_staging_table
                        (id, schema_id, name, principal_id, created_at)
                      VALUES (:id, :schema, :name, :principal, :now)
                      """)
                  .bind("id", table.id())
                  .bind("schema", table.schemaId())
                  .bind("name", table.name())
                  .bind("principal", table.principalId())
                  .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                  .execute();
        });
  }

  /** One that was not made before an instant. */
  Optional<StagingTable> find(UUID id, Instant since) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id, schema_id, name, principal_id FROM catalog_staging_table
                    WHERE id = :id AND created_at >= :since
                    """)
                .bind("id", id)
                .bind("since", OffsetDateTime.ofInstant(since, ZoneOffset.UTC))
                .map((row, context) -> table(row))
                .findOne());
  }

  /** Whether it was there. */
  boolean delete(UUID id) {
    return database.inTransaction(
        handle -> {
          return handle
                  .createUpdate("DELETE FROM catalog_staging_table WHERE id = :id")
                  .bind("id", id)
                  .execute()
              == 1;
        });
  }

  /** The oldest of those that were made before an instant. */
  List<StagingTable> madeBefore(Instant instant, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT id, schema_id, name, principal_id FROM catalog_staging_table
                    WHERE created_at < :instant
                    ORDER BY created_at LIMIT :limit
                    """)
                .bind("instant", OffsetDateTime.ofInstant(instant, ZoneOffset.UTC))
                .bind("limit", limit)
                .map((row, context) -> table(row))
                .list());
  }

  private static StagingTable table(ResultSet row) throws SQLException {
    return new StagingTable(
        row.getObject("id", UUID.class),
        row.getObject("schema_id", UUID.class),
        row.getString("name"),
        row.getObject("principal_id", UUID.class));
  }
}
