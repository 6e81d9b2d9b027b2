package io.boathouse.catalog.lineage;

import io.boathouse.catalog.securable.FullName;
import java.util.Optional;
import java.util.UUID;

/** A version of a governed table that was read. */
public record TableRead(UUID id, FullName name, Optional<Long> version) {}
