package io.boathouse.table.type;

import java.util.Optional;

/**
 * A column of a table or a field of a struct.
 *
 * @param filling what it gets where a row does not say; without one it is null then
 */
public record Column(
    String name,
    DataType type,
    boolean nullable,
    Optional<String> comment,
    Optional<Filling> filling) {
  public Column {
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw TypeErrors.invalidColumnName(name);
    }
  }

  /** A column that nothing fills. */
  public Column(String name, DataType type, boolean nullable, Optional<String> comment) {
    this(name, type, nullable, comment, Optional.empty());
  }

  /** A column that may be null and has no comment. */
  public static Column of(String name, DataType type) {
    return new Column(name, type, true, Optional.empty());
  }

  public Column withType(DataType other) {
    return new Column(name, other, nullable, comment, filling);
  }

  public Column notNull() {
    return new Column(name, type, false, comment, filling);
  }

  /** The column with what it gets where a row does not say. */
  public Column filledBy(Filling other) {
    return new Column(name, type, nullable, comment, Optional.of(other));
  }
}
