package io.boathouse.catalog.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What is kept about a token; its value is not.
 *
 * @param principal the name of whom it speaks for
 * @param lastUsedAt to about a minute
 */
public record Token(
    UUID id,
    UUID principalId,
    String principal,
    Optional<String> comment,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> lastUsedAt) {}
