package io.boathouse.catalog.commit;

import java.util.UUID;

/**
 * A table to be: it has a place, and gets its name when its first version lies there.
 *
 * @param principalId who may fill and name it
 */
public record StagingTable(UUID id, UUID schemaId, String name, UUID principalId) {}
