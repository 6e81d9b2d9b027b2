package io.boathouse.catalog.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What is kept about a token; its value is not.
 *
 * @param principal the name of whom it speaks for
 * @param scopes what it reaches; none is named for a token that reaches every operation
 * @param createdBy the name of who made it
 * @param lastUsedAt to about a minute
 * @param idle after which time without use it is over; given for those who signed in with a browser
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
    Optional<Instant> lastUsedAt,
    Optional<Duration> idle) {
  public Token {
    scopes = Set.copyOf(scopes);
  }

  /** Until when it is good if it is not used again. */
  Optional<Instant> until() {
    Optional<Instant> rested = idle.map(lastUsedAt.orElse(createdAt)::plus);
    return Stream.of(expiresAt, rested).flatMap(Optional::stream).min(Comparator.naturalOrder());
  }
}
