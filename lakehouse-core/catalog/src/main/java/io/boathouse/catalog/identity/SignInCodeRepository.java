package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The catalog_sign_in_code table. Joins the transaction of the calling thread. */
final class SignInCodeRepository {
  private static final String INSERT =
      """
      INSERT INTO catalog_sign_in_code
        (hash, principal_id, token_id, scopes, remote_address, expires_at)
      VALUES (:hash, :principal, :token, :scopes, :address, :until)
      """;
  private static final String TAKE =
      """
      DELETE FROM catalog_sign_in_code WHERE hash = :hash
      RETURNING principal_id, token_id, scopes, remote_address, expires_at
      """;
  private static final String FORGET =
      """
      DELETE FROM catalog_sign_in_code
      WHERE expires_at <= :now OR hash IN (
        SELECT hash FROM catalog_sign_in_code WHERE principal_id = :principal
        ORDER BY expires_at DESC OFFSET :most)
      """;

  private final Database database;

  SignInCodeRepository(Database database) {
    this.database = database;
  }

  /**
   * Whom a code signs in.
   *
   * @param token the one that it was made with, if it is kept here
   */
  record Waiting(
      UUID principal,
      Optional<UUID> token,
      Set<String> scopes,
      String remoteAddress,
      Instant until) {}

  void insert(byte[] hash, Waiting waiting) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(INSERT)
                .bind("hash", hash)
                .bind("principal", waiting.principal())
                .bind("token", waiting.token().orElse(null))
                .bind("scopes", waiting.scopes().toArray(new String[0]))
                .bind("address", waiting.remoteAddress())
                .bind("until", waiting.until().atOffset(ZoneOffset.UTC))
                .execute());
  }

  /** What a code stands for, which from then on is no code any more. */
  Optional<Waiting> take(byte[] hash) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(TAKE)
                .bind("hash", hash)
                .map(
                    (row, context) ->
                        new Waiting(
                            row.getObject("principal_id", UUID.class),
                            Optional.ofNullable(row.getObject("token_id", UUID.class)),
                            Set.of((String[]) row.getArray("scopes").getArray()),
                            row.getString("remote_address"),
                            row.getObject("expires_at", OffsetDateTime.class).toInstant()))
                .findOne());
  }

  /** Forgets codes that are too late, and of this principal all but the newest. */
  void forget(UUID principal, int most, Instant now) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(FORGET)
                .bind("principal", principal)
                .bind("most", most)
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .execute());
  }
}
