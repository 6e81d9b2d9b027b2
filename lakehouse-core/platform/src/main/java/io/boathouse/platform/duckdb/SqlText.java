package io.boathouse.platform.duckdb;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The quoting functions: the only way for a name or a value into the text of a DuckDB statement.
 */
public final class SqlText {
  private static final int MAX_DECIMAL_DIGITS = 38;

  private SqlText() {}

  /** A quoted identifier, whatever the name holds. */
  public static String identifier(String name) {
    if (name.isEmpty()) {
      throw DuckDbErrors.notQuotable("name", "is empty");
    }
    if (name.indexOf('\0') >= 0) {
      throw DuckDbErrors.notQuotable("name", "has the character U+0000");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Quoted identifiers separated by commas. */
  public static String identifiers(Collection<String> names) {
    return names.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
  }

  /**
   * A literal with the value's own type: text, numbers, booleans, UUIDs, bytes, java.time dates and
   * times (an instant becomes TIMESTAMPTZ), paths as text, collections as lists, null as NULL.
   *
   * @throws IllegalArgumentException if the class is none of these
   */
  public static String literal(@Nullable Object value) {
    return switch (value) {
      case null -> "NULL";
      case String text -> string(text);
      case Path path -> string(path.toString());
      case Boolean flag -> flag ? "TRUE" : "FALSE";
      case Byte number -> cast(number.toString(), "TINYINT");
      case Short number -> cast(number.toString(), "SMALLINT");
      case Integer number -> number < 0 ? "(" + number + ")" : number.toString();
      case Long number -> cast(number.toString(), "BIGINT");
      case BigInteger number -> cast(number.toString(), "HUGEINT");
      case Float number -> cast(number.toString(), "FLOAT");
      case Double number -> cast(number.toString(), "DOUBLE");
      case BigDecimal number -> decimal(number);
      case UUID id -> cast(id.toString(), "UUID");
      case byte[] bytes -> blob(bytes);
      case LocalDate date -> "(DATE '1970-01-01' + CAST(" + date.toEpochDay() + " AS INTEGER))";
      case LocalDateTime time -> timestamp(time.toInstant(ZoneOffset.UTC));
      case OffsetDateTime time -> "CAST(" + timestamp(time.toInstant()) + " AS TIMESTAMPTZ)";
      case Instant instant -> "CAST(" + timestamp(instant) + " AS TIMESTAMPTZ)";
      case Collection<?> list ->
          list.stream().map(SqlText::literal).collect(Collectors.joining(", ", "[", "]"));
      default ->
          throw new IllegalArgumentException(
              "value: a " + value.getClass().getName() + " (expected: a type that SQL has)");
    };
  }

  private static String string(String text) {
    if (text.indexOf('\0') >= 0) {
      throw DuckDbErrors.notQuotable("text", "has the character U+0000");
    }
    return '\'' + text.replace("'", "''") + '\'';
  }

  private static String cast(String text, String type) {
    return "CAST('" + text + "' AS " + type + ")";
  }

  private static String decimal(BigDecimal number) {
    BigDecimal plain = number.scale() < 0 ? number.setScale(0) : number;
    int precision = Math.max(plain.precision(), plain.scale());
    if (precision > MAX_DECIMAL_DIGITS) {
      throw DuckDbErrors.notQuotable("number", "has more than 38 digits");
    }
    return cast(plain.toPlainString(), "DECIMAL(" + precision + ", " + plain.scale() + ")");
  }

  private static String blob(byte[] bytes) {
    return "from_hex('" + HexFormat.of().formatHex(bytes) + "')";
  }

  private static String timestamp(Instant instant) {
    return "make_timestamp(CAST('"
        + ChronoUnit.MICROS.between(Instant.EPOCH, instant)
        + "' AS BIGINT))";
  }
}
