package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The catalog_client_secret table. Joins the transaction of the calling thread. */
final class ClientSecretRepository {
  private static final String COLUMNS =
      """
      SELECT id, principal_id, hash, created_at, created_by, expires_at FROM catalog_client_secret
      """;
  private static final String INSERT =
      """
      INSERT INTO catalog_client_secret
        (id, principal_id, hash, created_at, created_by, expires_at)
      VALUES (:id, :principal, :hash, :at, :by, :expires)
      """;

  private final Database database;

  ClientSecretRepository(Database database) {
    this.database = database;
  }

  void insert(ClientSecret secret) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(INSERT)
                  .bind("id", secret.id())
                  .bind("principal", secret.principalId())
                  .bind("hash", HexFormat.of().parseHex(secret.hash()))
                  .bind("at", secret.createdAt().atOffset(ZoneOffset.UTC))
                  .bind("by", secret.createdBy())
                  .bind("expires", secret.expiresAt().atOffset(ZoneOffset.UTC))
                  .execute();
        });
  }

  Optional<ClientSecret> findByValue(String value) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + "WHERE hash = :hash")
                .bind("hash", TokenValue.hash(value))
                .map((row, context) -> secret(row))
                .findOne());
  }

  Optional<ClientSecret> find(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + "WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> secret(row))
                .findOne());
  }

  /** Those of one service principal that have not expired, oldest first. */
  List<ClientSecret> list(UUID principal, Instant now) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + "WHERE principal_id = :principal AND expires_at > :now"
                        + " ORDER BY created_at, id")
                .bind("principal", principal)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .map((row, context) -> secret(row))
                .list());
  }

  boolean delete(UUID principal, UUID id) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(
                        "DELETE FROM catalog_client_secret"
                            + " WHERE id = :id AND principal_id = :principal")
                    .bind("id", id)
                    .bind("principal", principal)
                    .execute()
                == 1);
  }

  private static ClientSecret secret(ResultSet row) throws SQLException {
    return new ClientSecret(
        row.getObject("id", UUID.class),
        row.getObject("principal_id", UUID.class),
        HexFormat.of().formatHex(row.getBytes("hash")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getString("created_by"),
        row.getObject("expires_at", OffsetDateTime.class).toInstant());
  }
}
