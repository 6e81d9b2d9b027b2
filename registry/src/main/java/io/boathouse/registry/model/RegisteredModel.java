package io.boathouse.registry.model;

import io.boathouse.catalog.securable.FullName;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A registered model.
 *
 * @param mlflowName how MLflow clients call it: the bare name in the default schema, else the full
 *     one; the last part as it was first spelled
 * @param createdAt in milliseconds since 1970
 * @param updatedAt when it or its tags last changed, in milliseconds since 1970
 * @param aliases version numbers by alias
 */
public record RegisteredModel(
    UUID id,
    FullName name,
    String mlflowName,
    String description,
    long createdAt,
    String createdBy,
    long updatedAt,
    String updatedBy,
    List<Tag> tags,
    Map<String, Integer> aliases) {
  public RegisteredModel {
    tags = List.copyOf(tags);
    aliases = Map.copyOf(aliases);
  }
}
