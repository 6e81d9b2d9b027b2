package io.boathouse.featurestore.spec;

import io.boathouse.featurestore.online.ValueType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Turns the values of requests into the classes of {@link ValueType}. */
public final class RequestValues {
  private RequestValues() {}

  /**
   * The value in its type's class; times may come as ISO 8601 text with an offset.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column and value
   */
  public static Object typed(String column, ValueType type, Object value) {
    if (type == ValueType.TIMESTAMP && value instanceof String text) {
      return instant(column, text);
    }
    return type.convert(column, value);
  }

  private static Object instant(String column, String text) {
    try {
      Instant time =
          text.endsWith("Z") ? Instant.parse(text) : OffsetDateTime.parse(text).toInstant();
      return time.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      return ValueType.TIMESTAMP.convert(column, text);
    }
  }
}
