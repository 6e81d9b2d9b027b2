package io.boathouse.table.compute;

import io.boathouse.table.delta.FileStatistics;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What DuckDB says about a file it wrote, all of it text, as statistics. */
final class ParquetStatistics {
  /** More columns than these have no statistics, so that wide tables keep a light log. */
  private static final int MAX_COLUMNS = 64;

  private static final int MAX_TEXT = 32;
  private static final String LAST_CHARACTER = "\uDBFF\uDFFF";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSS][.SSSSS][.SSSS][.SSS][.SS][.S]");

  private ParquetStatistics() {}

  /**
   * @param columns by quoted column name, what is known of it by DuckDB's word for it
   */
  static FileStatistics of(long rows, Map<?, ?> columns, TableShape shape) {
    Map<String, ColumnStatistics> known = new HashMap<>();
    List<Column> all = shape.schema().columns();
    for (Column column : all.subList(0, Math.min(MAX_COLUMNS, all.size()))) {
      Object found = columns.get('"' + shape.stored(column).name().replace("\"", "\"\"") + '"');
      if (found instanceof Map<?, ?> about) {
        known.put(column.name(), one(about, column.type()));
      }
    }
    return new FileStatistics(rows, known);
  }

  private static ColumnStatistics one(Map<?, ?> about, DataType type) {
    Optional<Long> nulls = text(about, "null_count").map(Long::parseLong);
    boolean ordered = !text(about, "has_nan").map("true"::equals).orElse(false);
    return new ColumnStatistics(
        ordered ? text(about, "min").flatMap(value -> min(value, type)) : Optional.empty(),
        ordered ? text(about, "max").flatMap(value -> max(value, type)) : Optional.empty(),
        nulls);
  }

  private static Optional<String> text(Map<?, ?> about, String key) {
    return Optional.ofNullable(about.get(key)).map(Object::toString);
  }

  private static Optional<Comparable<?>> min(String text, DataType type) {
    if (type instanceof DataType.StringType) {
      return Optional.of(text.substring(0, cut(text)));
    }
    return value(text, type);
  }

  private static Optional<Comparable<?>> max(String text, DataType type) {
    if (type instanceof DataType.StringType) {
      int cut = cut(text);
      return Optional.of(cut == text.length() ? text : text.substring(0, cut) + LAST_CHARACTER);
    }
    return value(text, type);
  }

  /** Where a long text is cut, never inside a character. */
  private static int cut(String text) {
    if (text.length() <= MAX_TEXT) {
      return text.length();
    }
    return Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
  }

  private static Optional<Comparable<?>> value(String text, DataType type) {
    try {
      return Optional.ofNullable(parse(text, type));
    } catch (DateTimeParseException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Comparable<?> parse(String text, DataType type) {
    return switch (type) {
      case DataType.ByteType t -> Long.parseLong(text);
      case DataType.ShortType t -> Long.parseLong(text);
      case DataType.IntegerType t -> Long.parseLong(text);
      case DataType.LongType t -> Long.parseLong(text);
      case DataType.FloatType t -> finite(text);
      case DataType.DoubleType t -> finite(text);
      case DataType.DecimalType t -> new BigDecimal(text);
      case DataType.DateType t -> LocalDate.parse(text);
      case DataType.TimestampNtzType t -> LocalDateTime.parse(text, TIMESTAMP);
      case DataType.TimestampType t ->
          LocalDateTime.parse(text.replaceFirst("\\+00$", ""), TIMESTAMP).toInstant(ZoneOffset.UTC);
      case DataType.BooleanType t -> null;
      case DataType.StringType t -> null;
      case DataType.BinaryType t -> null;
      case DataType.ArrayType t -> null;
      case DataType.MapType t -> null;
      case DataType.StructType t -> null;
    };
  }

  private static @Nullable Double finite(String text) {
    double value = Double.parseDouble(text.replace("inf", "Infinity").replace("nan", "NaN"));
    return Double.isFinite(value) ? value : null;
  }
}
