package io.boathouse.table.delta;

import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.delta.kernel.expressions.Literal;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Values of partition columns, which are text everywhere but in Kernel's own calls. */
final class PartitionValues {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSS][.SSSSS][.SSSS][.SSS][.SS][.S]");

  private PartitionValues() {}

  static Literal literal(@Nullable String text, DataType type) {
    if (text == null) {
      return Literal.ofNull(DeltaTypes.kernel(type));
    }
    return switch (type) {
      case DataType.BooleanType t -> Literal.ofBoolean(Boolean.parseBoolean(text));
      case DataType.ByteType t -> Literal.ofByte(Byte.parseByte(text));
      case DataType.ShortType t -> Literal.ofShort(Short.parseShort(text));
      case DataType.IntegerType t -> Literal.ofInt(Integer.parseInt(text));
      case DataType.LongType t -> Literal.ofLong(Long.parseLong(text));
      case DataType.FloatType t -> Literal.ofFloat(Float.parseFloat(text));
      case DataType.DoubleType t -> Literal.ofDouble(Double.parseDouble(text));
      case DataType.DecimalType t ->
          Literal.ofDecimal(new BigDecimal(text), t.precision(), t.scale());
      case DataType.StringType t -> Literal.ofString(text);
      case DataType.DateType t -> Literal.ofDate((int) LocalDate.parse(text).toEpochDay());
      case DataType.TimestampType t -> Literal.ofTimestamp(micros(text));
      case DataType.TimestampNtzType t -> Literal.ofTimestampNtz(micros(text));
      case DataType.BinaryType t -> throw DeltaErrors.unsupported("partitions by " + t.text());
      case DataType.ArrayType t -> throw DeltaErrors.unsupported("partitions by " + t.text());
      case DataType.MapType t -> throw DeltaErrors.unsupported("partitions by " + t.text());
      case DataType.StructType t -> throw DeltaErrors.unsupported("partitions by " + t.text());
    };
  }

  /** In UTC as DuckDB casts them to text, with or without its "+00", or as ISO 8601 has them. */
  private static long micros(String text) {
    if (text.indexOf('T') > 0) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(text).toInstant());
    }
    String local = text.endsWith("+00") ? text.substring(0, text.length() - 3) : text;
    Instant instant = LocalDateTime.parse(local, TIMESTAMP).toInstant(ZoneOffset.UTC);
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
