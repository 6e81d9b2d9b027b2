package io.boathouse.featurestore.online;

import java.time.Instant;

/** The types that an online value can have; narrower ones of a table widen to these. */
public enum ValueType {
  /** All whole numbers; Java {@link Long}. */
  LONG,
  /** All floating-point numbers, kept bit for bit; Java {@link Double}. */
  DOUBLE,
  BOOLEAN,
  STRING,
  /** Microseconds since the epoch; Java {@link Instant}. */
  TIMESTAMP;

  /**
   * The value in this type's own class, widened where nothing is lost.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column and value
   */
  public Object convert(String column, Object value) {
    return switch (this) {
      case LONG ->
          switch (value) {
            case Long number -> number;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            default -> throw OnlineErrors.wrongType(column, value, this);
          };
      case DOUBLE ->
          switch (value) {
            case Double number -> number;
            case Float number -> number.doubleValue();
            case Integer number -> number.doubleValue();
            case Long number when (long) number.doubleValue() == number -> number.doubleValue();
            default -> throw OnlineErrors.wrongType(column, value, this);
          };
      case BOOLEAN -> {
        if (value instanceof Boolean flag) {
          yield flag;
        }
        throw OnlineErrors.wrongType(column, value, this);
      }
      case STRING -> {
        if (value instanceof String text) {
          yield text;
        }
        throw OnlineErrors.wrongType(column, value, this);
      }
      case TIMESTAMP -> {
        if (value instanceof Instant time) {
          yield time;
        }
        throw OnlineErrors.wrongType(column, value, this);
      }
    };
  }
}
