package io.boathouse.registry.version;

import io.boathouse.registry.model.Tag;
import java.util.List;
import java.util.Optional;

/** What a version is created from. */
public record NewVersion(
    String source,
    Optional<String> runId,
    Optional<String> runLink,
    Optional<String> loggedModelId,
    String comment,
    List<Tag> tags) {
  public NewVersion {
    tags = List.copyOf(tags);
  }
}
