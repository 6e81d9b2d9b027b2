package io.boathouse.catalog.tag;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A governed tag: who sets or removes it must manage the thing, and its values are listed.
 *
 * @param values which values it may have; empty for any
 */
public record TagPolicy(
    String key,
    UUID id,
    Optional<String> description,
    List<String> values,
    Instant createdAt,
    Instant updatedAt) {
  private static final int MOST_VALUES = 50;

  public TagPolicy {
    TagService.checkKey(key);
    values = List.copyOf(values);
    values.forEach(TagService::checkValue);
    if (values.size() > MOST_VALUES || new HashSet<>(values).size() != values.size()) {
      throw TagErrors.invalid("values", values.toString(), "at most 50, each once");
    }
  }
}
