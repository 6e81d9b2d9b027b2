package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

/** The catalog_access_key table. Joins the transaction of the calling thread. */
final class AccessKeyRepository {
  private static final String LIST =
      """
      SELECT id, sealed, public_key, created_at, signs_from FROM catalog_access_key
      ORDER BY signs_from DESC, id
      """;
  private static final String INSERT =
      """
      INSERT INTO catalog_access_key (id, sealed, public_key, created_at, signs_from)
      VALUES (:id, :sealed, :public, :at, :from)
      """;

  private final Database database;

  AccessKeyRepository(Database database) {
    this.database = database;
  }

  /**
   * A key as stored.
   *
   * @param sealed the private half
   * @param publicKey the public half as JSON (RFC 7517)
   */
  record Row(String id, byte[] sealed, String publicKey, Instant createdAt, Instant signsFrom) {}

  /** Lets one transaction at a time make or forget keys. */
  void lock() {
    database.useTransaction(
        handle -> handle.execute("LOCK TABLE catalog_access_key IN EXCLUSIVE MODE"));
  }

  /** The newest first. */
  List<Row> list() {
    return database.read(
        handle ->
            handle
                .createQuery(LIST)
                .map(
                    (row, context) ->
                        new Row(
                            row.getString("id"),
                            row.getBytes("sealed"),
                            row.getString("public_key"),
                            row.getObject("created_at", OffsetDateTime.class).toInstant(),
                            row.getObject("signs_from", OffsetDateTime.class).toInstant()))
                .list());
  }

  void insert(Row key) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(INSERT)
                  .bind("id", key.id())
                  .bind("sealed", key.sealed())
                  .bind("public", key.publicKey())
                  .bind("at", key.createdAt().atOffset(ZoneOffset.UTC))
                  .bind("from", key.signsFrom().atOffset(ZoneOffset.UTC))
                  .execute();
        });
  }

  void delete(String id) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate("DELETE FROM catalog_access_key WHERE id = :id")
                  .bind("id", id)
                  .execute();
        });
  }
}
