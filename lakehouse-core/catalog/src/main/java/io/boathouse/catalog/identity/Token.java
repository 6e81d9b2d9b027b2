package io.boathouse.catalog.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is kept about a token; its value is not.
 *
 * @param principal the name of whom it speaks for
 * @param scopes what it reaches; none is named for a token that reaches every operation
 * @param createdBy the name of who made it
 * @param lastUsedAt to about a minute
 */
public record Token(
    UUID id,
    UUID principalId,
    String principal,
    Optional<String> comment,
    Set<String> scopes,
    Instant createdAt,
    String createdBy,
    Optional<Instant> expiresAt,
    Optional<Instant> lastUsedAt) {
  public Token {
    scopes = Set.copyOf(scopes);
  }
}
