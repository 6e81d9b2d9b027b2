package io.boathouse.catalog.securable;

import java.util.Map;
import java.util.Optional;

/**
 * What to change about a securable; empty means as it is.
 *
 * @param newName the new last part of the name
 * @param comment the new comment; the empty text removes it
 * @param owner the name of the new owner, a principal or a group
 * @param properties all properties from now on; they replace the present ones
 */
public record SecurableChange(
    Optional<String> newName,
    Optional<String> comment,
    Optional<String> owner,
    Optional<Map<String, String>> properties) {
  public SecurableChange {
    comment.ifPresent(text -> SecurableErrors.checkText("comment", text));
    properties = properties.map(SecurableErrors::checkProperties);
  }

  /** Only a new name. */
  public static SecurableChange rename(String newName) {
    return new SecurableChange(
        Optional.of(newName), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Only a new comment. */
  public static SecurableChange comment(String comment) {
    return new SecurableChange(
        Optional.empty(), Optional.of(comment), Optional.empty(), Optional.empty());
  }

  /** Only a new owner. */
  public static SecurableChange owner(String owner) {
    return new SecurableChange(
        Optional.empty(), Optional.empty(), Optional.of(owner), Optional.empty());
  }

  /** Only other properties. */
  public static SecurableChange properties(Map<String, String> properties) {
    return new SecurableChange(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(properties));
  }
}
