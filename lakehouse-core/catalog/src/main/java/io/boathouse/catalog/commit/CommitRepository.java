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

/** The table catalog_delta_commit; joins the thread's transaction. */
final class CommitRepository {
  private final Database database;

  CommitRepository(Database database) {
    this.database = database;
  }

  void insert(UUID table, StagedCommit commit, Instant now) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_delta_commit (securable_id, version, file_name, file_size,
                        file_modified_at, committed_at, ratified_at)
                      VALUES (:table, :version, :fileName, :size, :modifiedAt, :at, :now)
                      """)
                  .bind("table", table)
                  .bind("version", commit.version())
                  .bind("fileName", commit.fileName())
                  .bind("size", commit.size())
                  .bind("modifiedAt", commit.modifiedAt())
                  .bind("at", commit.at())
                  .bind("now", OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
                  .execute();
        });
  }

  Optional<StagedCommit> find(UUID table, long version) {
    return between(table, version - 1, version).stream().findFirst();
  }

  /** Those after a version up to another, newest first. */
  List<StagedCommit> between(UUID table, long after, long upTo) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT version, committed_at, file_name, file_size, file_modified_at
                    FROM catalog_delta_commit
                    WHERE securable_id = :table AND version > :after AND version <= :upTo
                    ORDER BY version DESC
                    """)
                .bind("table", table)
                .bind("after", after)
                .bind("upTo", upTo)
                .map((row, context) -> commit(row))
                .list());
  }

  /** Deletes those up to a version that were ratified before an instant, and returns them. */
  List<StagedCommit> forget(UUID table, long upTo, Instant before) {
    return database.inTransaction(
        handle -> {
          return handle
              .createQuery(
                  """
                  DELETE FROM catalog_delta_commit
                  WHERE securable_id = :table AND version <= :upTo AND ratified_at < :before
                  RETURNING version, committed_at, file_name, file_size, file_modified_at
                  """)
              .bind("table", table)
              .bind("upTo", upTo)
              .bind("before", OffsetDateTime.ofInstant(before, ZoneOffset.UTC))
              .map((row, context) -> commit(row))
              .list();
        });
  }

  private static StagedCommit commit(ResultSet row) throws SQLException {
    return new StagedCommit(
        row.getLong("version"),
        row.getLong("committed_at"),
        row.getString("file_name"),
        row.getLong("file_size"),
        row.getLong("file_modified_at"));
  }
}
