package io.boathouse.sql.asset;

import java.time.Instant;
import java.util.UUID;

/**
 * A statement that somebody keeps by name.
 *
 * @param ownerId who may always manage it
 * @param modifiedBy the name of who changed it last
 */
public record SavedQuery(
    UUID id,
    SavedQueryDetails details,
    UUID ownerId,
    String modifiedBy,
    Instant createdAt,
    Instant updatedAt) {}
