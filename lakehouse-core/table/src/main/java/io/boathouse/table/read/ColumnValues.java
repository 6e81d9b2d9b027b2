package io.boathouse.table.read;

import io.boathouse.table.type.DataType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** Values of columns as text, as partitions and SQL have them, in the form of file statistics. */
public final class ColumnValues {
  private ColumnValues() {}

  /**
   * The value that the text stands for.
   *
   * @return empty if it is no value of the type, or the type has no order
   */
  public static Optional<Comparable<?>> parse(String text, DataType type) {
    try {
      return switch (type) {
        case DataType.BooleanType t -> bool(text);
        case DataType.ByteType t -> Optional.of(Long.valueOf(text));
        case DataType.ShortType t -> Optional.of(Long.valueOf(text));
        case DataType.IntegerType t -> Optional.of(Long.valueOf(text));
        case DataType.LongType t -> Optional.of(Long.valueOf(text));
        case DataType.FloatType t -> Optional.of((double) Float.parseFloat(text));
        case DataType.DoubleType t -> Optional.of(Double.valueOf(text));
        case DataType.DecimalType t -> Optional.of(new BigDecimal(text));
        case DataType.StringType t -> Optional.of(text);
        case DataType.DateType t -> Optional.of(LocalDate.parse(text));
        case DataType.TimestampType t -> Optional.of(time(text).toInstant());
        case DataType.TimestampNtzType t -> Optional.of(time(text).toLocalDateTime());
        case DataType.BinaryType t -> Optional.empty();
        case DataType.ArrayType t -> Optional.empty();
        case DataType.MapType t -> Optional.empty();
        case DataType.StructType t -> Optional.empty();
      };
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Comparable<?>> bool(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
        ? Optional.of(Boolean.valueOf(text))
        : Optional.empty();
  }

  /** UTC where the text names no zone. */
  private static OffsetDateTime time(String text) {
    String iso = text.strip().replace(' ', 'T');
    if (iso.length() == "2001-06-30".length()) {
      return LocalDate.parse(iso).atStartOfDay().atOffset(ZoneOffset.UTC);
    }
    boolean zoned = iso.endsWith("Z") || iso.lastIndexOf('+') > 0 || iso.lastIndexOf('-') > 9;
    return zoned ? OffsetDateTime.parse(iso) : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
  }
}
