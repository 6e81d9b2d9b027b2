package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.online.ValueType;
import java.util.Locale;
import java.util.Optional;

/** The types that an expression can have, and the Java class of their values. */
enum ExpressionType {
  BOOLEAN,
  /** A {@link Long}. */
  LONG,
  /** A {@link Double}. */
  DOUBLE,
  /** A {@link String}. */
  STRING,
  /** Microseconds since the epoch; a {@link Long}. */
  TIMESTAMP,
  /** Days since the epoch; a {@link Long}. Has no column type of its own. */
  DATE,
  /** Of a bare NULL, which takes the type of what stands beside it. */
  NOTHING;

  static ExpressionType of(ValueType type) {
    return switch (type) {
      case LONG -> LONG;
      case DOUBLE -> DOUBLE;
      case BOOLEAN -> BOOLEAN;
      case STRING -> STRING;
      case TIMESTAMP -> TIMESTAMP;
    };
  }

  /** The type as a column; empty for one that no column has. */
  Optional<ValueType> column() {
    return switch (this) {
      case BOOLEAN -> Optional.of(ValueType.BOOLEAN);
      case LONG -> Optional.of(ValueType.LONG);
      case DOUBLE -> Optional.of(ValueType.DOUBLE);
      case STRING -> Optional.of(ValueType.STRING);
      case TIMESTAMP -> Optional.of(ValueType.TIMESTAMP);
      case DATE, NOTHING -> Optional.empty();
    };
  }

  boolean isNumber() {
    return this == LONG || this == DOUBLE;
  }

  /** The type that SQL's word stands for. */
  static Optional<ExpressionType> ofWord(String word) {
    return Optional.ofNullable(
        switch (word.toLowerCase(Locale.ROOT)) {
          case "bigint", "long", "int", "integer" -> LONG;
          case "double", "float" -> DOUBLE;
          case "boolean" -> BOOLEAN;
          case "string", "varchar", "text" -> STRING;
          case "timestamp" -> TIMESTAMP;
          case "date" -> DATE;
          default -> null;
        });
  }

  /** Whether a value of this type can stand where the other is wanted, losing nothing. */
  boolean fits(ExpressionType wanted) {
    return this == wanted
        || this == NOTHING
        || (this == LONG && wanted == DOUBLE)
        || (this == DATE && wanted == TIMESTAMP);
  }

  /** The narrower of both that both fit; empty if there is none. */
  static Optional<ExpressionType> both(ExpressionType left, ExpressionType right) {
    if (left.fits(right)) {
      return Optional.of(right);
    }
    return right.fits(left) ? Optional.of(left) : Optional.empty();
  }
}
