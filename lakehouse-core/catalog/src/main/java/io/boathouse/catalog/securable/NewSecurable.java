package io.boathouse.catalog.securable;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a caller says about a securable to be created.
 *
 * @param id the id that it shall have, for a module that puts data under it first
 */
public record NewSecurable(
    UUID id,
    SecurableType type,
    FullName name,
    Optional<String> comment,
    Map<String, String> properties) {
  public NewSecurable {
    if (name.parts().size() != type.parts() || type == SecurableType.METASTORE) {
      throw SecurableErrors.wrongParts(type, name.toString());
    }
    comment = comment.filter(text -> !text.isEmpty());
    comment.ifPresent(text -> SecurableErrors.checkText("comment", text));
    properties = SecurableErrors.checkProperties(properties);
  }

  /** A securable with a new id. */
  public NewSecurable(
      SecurableType type, FullName name, Optional<String> comment, Map<String, String> properties) {
    this(UUID.randomUUID(), type, name, comment, properties);
  }

  /** A securable without a comment or properties. */
  public static NewSecurable of(SecurableType type, FullName name) {
    return new NewSecurable(type, name, Optional.empty(), Map.of());
  }
}
