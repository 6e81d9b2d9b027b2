package io.boathouse.catalog.search;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import java.util.Optional;
import java.util.UUID;

/** One governed thing whose name or comment has the words. */
public record SearchHit(
    UUID id, SecurableType type, FullName name, String owner, Optional<String> comment) {}
