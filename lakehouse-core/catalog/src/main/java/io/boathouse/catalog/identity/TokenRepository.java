package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The catalog_token table. Joins the transaction of the calling thread. */
final class TokenRepository {
  private static final String COLUMNS =
      """
      SELECT t.id, t.principal_id, p.name AS principal, t.comment, t.scopes, t.created_at,
        t.created_by, t.expires_at, t.last_used_at, t.idle_seconds, t.hash
      FROM catalog_token t JOIN catalog_principal p ON p.id = t.principal_id
      """;
  private static final String INSERT =
      """
      INSERT INTO catalog_token
        (id, principal_id, hash, comment, scopes, created_at, created_by, expires_at,
         idle_seconds)
      VALUES (:id, :principal, :hash, :comment, :scopes, :at, :by, :expires, :idle)
      """;

  private final Database database;

  TokenRepository(Database database) {
    this.database = database;
  }

  /** A stored token with the hash that it was found by. */
  record Stored(Token token, byte[] hash) {}

  void insert(Token token, byte[] hash) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(INSERT)
                .bind("id", token.id())
                .bind("principal", token.principalId())
                .bind("hash", hash)
                .bind("comment", token.comment().orElse(null))
                .bind("scopes", token.scopes().toArray(new String[0]))
                .bind("at", token.createdAt().atOffset(ZoneOffset.UTC))
                .bind("by", token.createdBy())
                .bind("expires", at(token.expiresAt()))
                .bind("idle", token.idle().map(Duration::toSeconds).orElse(null))
                .execute());
  }

  Optional<Stored> find(byte[] hash) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + "WHERE t.hash = :hash")
                .bind("hash", hash)
                .map((row, context) -> new Stored(token(row), row.getBytes("hash")))
                .findOne());
  }

  Optional<Token> find(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + "WHERE t.id = :id")
                .bind("id", id)
                .map((row, context) -> token(row))
                .findOne());
  }

  /** Tokens of one principal that have not expired, newest first. */
  List<Token> list(UUID principal, Instant now) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + "WHERE t.principal_id = :principal"
                        + " AND (t.expires_at IS NULL OR t.expires_at > :now)"
                        + " ORDER BY t.created_at DESC, t.id")
                .bind("principal", principal)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .map((row, context) -> token(row))
                .list());
  }

  /** Everybody's tokens that have not expired, newest first. @param by who made them, if given */
  List<Token> listAll(Optional<String> by, Instant now) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + "WHERE (t.expires_at IS NULL OR t.expires_at > :now)"
                        + " AND (CAST(:by AS text) IS NULL OR lower(t.created_by) = lower(:by))"
                        + " ORDER BY t.created_at DESC, t.id")
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("by", by.orElse(null))
                .map((row, context) -> token(row))
                .list());
  }

  /** From now on the session ends when this token does. */
  void begun(UUID session, UUID by) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate("UPDATE catalog_token SET begun_by = :by WHERE id = :id")
                .bind("by", by)
                .bind("id", session)
                .execute());
  }

  boolean delete(UUID id) {
    return database.inTransaction(
        handle ->
            handle.createUpdate("DELETE FROM catalog_token WHERE id = :id").bind("id", id).execute()
                == 1);
  }

  /** Forgets tokens of a principal that have expired. */
  void deleteExpired(UUID principal, Instant now) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(
                    "DELETE FROM catalog_token"
                        + " WHERE principal_id = :principal AND expires_at <= :now")
                .bind("principal", principal)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .execute());
  }

  void used(UUID id, Instant at) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate("UPDATE catalog_token SET last_used_at = :at WHERE id = :id")
                .bind("id", id)
                .bind("at", at.atOffset(ZoneOffset.UTC))
                .execute());
  }

  private static Token token(ResultSet row) throws SQLException {
    return new Token(
        row.getObject("id", UUID.class),
        row.getObject("principal_id", UUID.class),
        row.getString("principal"),
        Optional.ofNullable(row.getString("comment")),
        Set.of((String[]) row.getArray("scopes").getArray()),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getString("created_by"),
        Optional.ofNullable(row.getObject("expires_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getObject("last_used_at", OffsetDateTime.class))
            .map(OffsetDateTime::toInstant),
        Optional.ofNullable(row.getObject("idle_seconds", Long.class)).map(Duration::ofSeconds));
  }

  private static @Nullable OffsetDateTime at(Optional<Instant> instant) {
    return instant.map(value -> value.atOffset(ZoneOffset.UTC)).orElse(null);
  }
}
