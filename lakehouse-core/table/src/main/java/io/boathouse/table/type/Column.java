package io.boathouse.table.type;

import java.util.Optional;

/** A column of a table or a field of a struct. */
public record Column(String name, DataType type, boolean nullable, Optional<String> comment) {
  public Column {
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw TypeErrors.invalidColumnName(name);
    }
  }

  /** A column that may be null and has no comment. */
  public static Column of(String name, DataType type) {
    return new Column(name, type, true, Optional.empty());
  }

  public Column withType(DataType other) {
    return new Column(name, other, nullable, comment);
  }

  public Column notNull() {
    return new Column(name, type, false, comment);
  }
}
