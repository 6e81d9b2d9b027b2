package io.boathouse.catalog.securable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A governed thing: its place in the tree and what every kind has in common. The module that owns
 * the kind keeps the details under the same id.
 *
 * @param parentId the securable above; empty only for the metastore
 * @param ancestors ids from the parent up to the metastore, in that order
 * @param owner the principal or group that owns it
 */
public record Securable(
    UUID id,
    SecurableType type,
    FullName name,
    Optional<UUID> parentId,
    List<UUID> ancestors,
    String owner,
    Optional<String> comment,
    Map<String, String> properties,
    Instant createdAt,
    String createdBy,
    Instant updatedAt,
    String updatedBy) {
  public Securable {
    ancestors = List.copyOf(ancestors);
    properties = Map.copyOf(properties);
  }
}
