package io.boathouse.catalog.relation;

import java.util.Optional;

/**
 * A column as the catalog knows it.
 *
 * @param typeText the type as SQL writes it, such as {@code decimal(10,2)}
 * @param typeName the type's family, such as {@code DECIMAL}
 * @param typeJson the type as the client gave it, kept to the letter
 * @param partitionIndex its place among the partition columns, from 0; empty if it is none
 */
public record RelationColumn(
    String name,
    String typeText,
    String typeName,
    Optional<String> typeJson,
    Optional<Integer> typePrecision,
    Optional<Integer> typeScale,
    boolean nullable,
    Optional<String> comment,
    Optional<Integer> partitionIndex) {
  public RelationColumn {
    if (name.isBlank() || name.length() > 255) {
      throw RelationErrors.invalid("columns.name", name, "1 to 255 characters");
    }
    if (typeText.isBlank()) {
      throw RelationErrors.invalid("columns.type_text", typeText, "the type of column " + name);
    }
  }
}
