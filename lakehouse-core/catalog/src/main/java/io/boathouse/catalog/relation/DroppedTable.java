package io.boathouse.catalog.relation;

import io.boathouse.catalog.securable.FullName;
import java.time.Instant;
import java.util.UUID;

/**
 * A table that was dropped and can be had back.
 *
 * @param name as it would come back, below its schema's name of now
 */
public record DroppedTable(
    UUID id,
    FullName name,
    Relation.Kind kind,
    String owner,
    Instant createdAt,
    String createdBy,
    Instant droppedAt,
    String droppedBy) {}
