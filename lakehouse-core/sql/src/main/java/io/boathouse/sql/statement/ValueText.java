package io.boathouse.sql.statement;

import io.boathouse.platform.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts of values in JSON_ARRAY results: every value is a text or null. Timestamps have at
 * least milliseconds and, where they say more, microseconds.
 */
public final class ValueText {
  private static final DateTimeFormatter DATE_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 3, 9, true)
          .toFormatter();

  private ValueText() {}

  /** The text of a value of the types that a row sink gets; null for NULL. */
  public static @Nullable String of(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case BigDecimal number -> number.toPlainString();
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case LocalDate date -> date.toString();
      case LocalDateTime time -> DATE_TIME.format(time);
      case Instant time -> DATE_TIME.format(time.atOffset(ZoneOffset.UTC)) + "Z";
      case List<?> list -> Json.writeText(texts(list));
      case Map<?, ?> map -> Json.writeText(texts(map));
      default -> value.toString();
    };
  }

  /** Inside arrays, structs and maps numbers and booleans keep their JSON form. */
  private static @Nullable Object nested(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean flag -> flag;
      case Double number -> Double.isFinite(number) ? number : number.toString();
      case Float number -> Float.isFinite(number) ? number : number.toString();
      case Number number -> number;
      case List<?> list -> texts(list);
      case Map<?, ?> map -> texts(map);
      default -> of(value);
    };
  }

  private static List<@Nullable Object> texts(List<?> list) {
    List<@Nullable Object> texts = new ArrayList<>(list.size());
    list.forEach(element -> texts.add(nested(element)));
    return texts;
  }

  private static Map<String, @Nullable Object> texts(Map<?, ?> map) {
    Map<String, @Nullable Object> texts = new LinkedHashMap<>();
    map.forEach((key, item) -> texts.put(String.valueOf(of(key)), nested(item)));
    return texts;
  }
}
