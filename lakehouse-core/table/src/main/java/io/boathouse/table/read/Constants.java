package io.boathouse.table.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.table.type.DataType;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Constants of the SQL engine's syntax trees as values of a column's type, where the engine's own
 * comparison of the two is surely the one of such values. Those of floating point are as near as
 * the type gets, and whoever compares them has to allow for that.
 */
final class Constants {
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,9}(?:\\.\\d{1,9})?");
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d(?:[ T]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,6})?)?)?");
  private static final Pattern ZONE = Pattern.compile("(?:Z|[+-]\\d\\d:\\d\\d)$");
  private static final Set<String> WHOLE_TYPES =
      Set.of("", "TINYINT", "SMALLINT", "INTEGER", "INT", "BIGINT");
  private static final Set<String> DOUBLE_TYPES = Set.of("", "DOUBLE");
  private static final Set<String> FLOAT_TYPES = Set.of("", "DOUBLE", "FLOAT", "REAL");
  private static final Set<String> TRUTH_TYPES = Set.of("", "BOOLEAN", "BOOL");
  private static final Set<String> TEXT_TYPES = Set.of("", "VARCHAR");
  private static final Set<String> DATE_TYPES = Set.of("", "DATE");
  private static final Set<String> TIME_TYPES = Set.of("", "TIMESTAMP", "DATE");
  private static final Set<String> ZONED_TYPES =
      Set.of("", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE");

  private Constants() {}

  /** Empty for what is no constant, or none of which the comparison is sure. */
  static Optional<Comparable<?>> value(JsonNode node, DataType type) {
    boolean isCast =
        node.path("type").asText().equals("OPERATOR_CAST") && !node.path("try_cast").asBoolean();
    JsonNode constant = isCast ? node.path("child") : node;
    if (!constant.path("class").asText().equals("CONSTANT")) {
      return Optional.empty();
    }
    String cast =
        isCast ? node.at("/type_expr/type_name").asText("?").toUpperCase(Locale.ROOT) : "";
    String kind = constant.at("/literal/kind").asText();
    String text = constant.at("/literal/text").asText();
    boolean number = kind.equals("INTEGER") || kind.equals("NUMERIC");
    return switch (type) {
      case DataType.ByteType t -> whole(kind, text, cast);
      case DataType.ShortType t -> whole(kind, text, cast);
      case DataType.IntegerType t -> whole(kind, text, cast);
      case DataType.LongType t -> whole(kind, text, cast);
      case DataType.DecimalType t ->
          number && cast.isEmpty() && DECIMAL.matcher(text).matches()
              ? Optional.of(new BigDecimal(text))
              : whole(kind, text, cast.equals("DECIMAL") ? "" : cast);
      case DataType.FloatType t -> number(kind, text, FLOAT_TYPES.contains(cast));
      case DataType.DoubleType t -> number(kind, text, DOUBLE_TYPES.contains(cast));
      case DataType.BooleanType t -> truth(kind, text, cast);
      case DataType.StringType t ->
          kind.equals("STRING") && TEXT_TYPES.contains(cast) ? Optional.of(text) : Optional.empty();
      case DataType.DateType t -> time(kind, text, DATE_TYPES.contains(cast), DAY, type);
      case DataType.TimestampType t -> instant(kind, text, cast, type);
      case DataType.TimestampNtzType t -> time(kind, text, TIME_TYPES.contains(cast), cast, type);
      default -> Optional.empty();
    };
  }

  private static Optional<Comparable<?>> number(String kind, String text, boolean fits) {
    boolean plain = kind.equals("INTEGER") || kind.equals("NUMERIC") || kind.equals("STRING");
    return fits && plain && DECIMAL.matcher(text).matches()
        ? Optional.of(Double.valueOf(text))
        : Optional.empty();
  }

  private static Optional<Comparable<?>> truth(String kind, String text, String cast) {
    boolean fits = (kind.equals("STRING") || kind.equals("BOOLEAN")) && TRUTH_TYPES.contains(cast);
    return switch (fits ? text.toLowerCase(Locale.ROOT) : "") {
      case "true", "t" -> Optional.of(true);
      case "false", "f" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Comparable<?>> whole(String kind, String text, String cast) {
    boolean fits = kind.equals("INTEGER") || kind.equals("STRING");
    return fits && WHOLE_TYPES.contains(cast) && WHOLE.matcher(text).matches()
        ? Optional.of(Long.valueOf(text))
        : Optional.empty();
  }

  /** Sessions are in UTC, so that a time without a zone is one there. */
  private static Optional<Comparable<?>> instant(
      String kind, String text, String cast, DataType type) {
    if (ZONED_TYPES.contains(cast) && ZONE.matcher(text).find()) {
      String local = ZONE.matcher(text).replaceFirst("");
      return local.length() > 10 && TIME.matcher(local).matches() && kind.equals("STRING")
          ? ColumnValues.parse(text, type)
          : Optional.empty();
    }
    return ZONED_TYPES.contains(cast)
        ? time(kind, text, true, TIME, type)
        : time(kind, text, TIME_TYPES.contains(cast), cast, type);
  }

  private static Optional<Comparable<?>> time(
      String kind, String text, boolean fits, String cast, DataType type) {
    return time(kind, text, fits, cast.equals("DATE") ? DAY : TIME, type);
  }

  private static Optional<Comparable<?>> time(
      String kind, String text, boolean fits, Pattern pattern, DataType type) {
    return fits && kind.equals("STRING") && pattern.matcher(text).matches()
        ? ColumnValues.parse(text, type)
        : Optional.empty();
  }
}
