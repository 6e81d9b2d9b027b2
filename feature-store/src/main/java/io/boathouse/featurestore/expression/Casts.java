package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.expression.Compiler.Code;
import org.jspecify.annotations.Nullable;

/** From type to type; null where a value does not fit. */
final class Casts {
  private static final double BEYOND_LONG = 0x1p63;

  private Casts() {}

  /** One cast of a value that is not null. */
  private interface Conversion {
    @Nullable Object of(Object value);
  }

  /** Whether there is such a cast. */
  static boolean exists(ExpressionType from, ExpressionType to) {
    return from == to || from == ExpressionType.NOTHING || conversion(from, to) != null;
  }

  static Code compile(Code value, ExpressionType from, ExpressionType to) {
    Conversion conversion = conversion(from, to);
    if (conversion == null) {
      return value;
    }
    return row -> {
      Object given = value.of(row);
      return given == null ? null : conversion.of(given);
    };
  }

  private static @Nullable Conversion conversion(ExpressionType from, ExpressionType to) {
    return switch (to) {
      case LONG ->
          switch (from) {
            case DOUBLE -> value -> nearest((Double) value);
            case BOOLEAN -> value -> (Boolean) value ? 1L : 0L;
            case STRING -> value -> Texts.whole((String) value);
            case LONG, TIMESTAMP, DATE, NOTHING -> null;
          };
      case DOUBLE ->
          switch (from) {
            case LONG -> value -> (double) (Long) value;
            case BOOLEAN -> value -> (Boolean) value ? 1d : 0d;
            case STRING -> value -> Texts.number((String) value);
            case DOUBLE, TIMESTAMP, DATE, NOTHING -> null;
          };
      case BOOLEAN ->
          switch (from) {
            case LONG -> value -> (Long) value != 0;
            case STRING -> value -> Texts.flag((String) value);
            case BOOLEAN, DOUBLE, TIMESTAMP, DATE, NOTHING -> null;
          };
      case STRING ->
          switch (from) {
            case LONG, BOOLEAN -> Object::toString;
            case DATE -> value -> Calendar.text((Long) value);
            case STRING, DOUBLE, TIMESTAMP, NOTHING -> null;
          };
      case TIMESTAMP ->
          switch (from) {
            case DATE -> value -> (Long) value * Calendar.DAY;
            case STRING -> value -> Texts.time((String) value);
            case TIMESTAMP, BOOLEAN, LONG, DOUBLE, NOTHING -> null;
          };
      case DATE ->
          switch (from) {
            case TIMESTAMP -> value -> Math.floorDiv((Long) value, Calendar.DAY);
            case STRING -> value -> Texts.date((String) value);
            case DATE, BOOLEAN, LONG, DOUBLE, NOTHING -> null;
          };
      case NOTHING -> null;
    };
  }

  /** Halves go to the even neighbour. */
  private static @Nullable Long nearest(double value) {
    double whole = StrictMath.rint(value);
    return whole >= -BEYOND_LONG && whole < BEYOND_LONG ? Long.valueOf((long) whole) : null;
  }
}
