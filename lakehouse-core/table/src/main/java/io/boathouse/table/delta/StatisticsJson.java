package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.statistics.DataFileStatistics;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Statistics of a file between our form, Kernel's and the JSON in the log. */
final class StatisticsJson {
  /** A maximum in the log is cut to milliseconds, so the value may be up to one more. */
  private static final int MILLI_IN_NANOS = 1_000_000;

  private StatisticsJson() {}

  /**
   * @param names the name of each column in the file, by its name in the schema
   */
  static Optional<FileStatistics> parse(
      String json, TableSchema schema, Map<String, String> names) {
    JsonNode stats;
    try {
      stats = Json.parse(json);
    } catch (LakeException e) {
      return Optional.empty();
    }
    if (!stats.path("numRecords").canConvertToLong()) {
      return Optional.empty();
    }
    Map<String, ColumnStatistics> columns = new HashMap<>();
    for (Column column : schema.columns()) {
      String name = names.getOrDefault(column.name(), column.name());
      JsonNode nulls = stats.path("nullCount").path(name);
      ColumnStatistics one =
          new ColumnStatistics(
              value(stats.path("minValues").path(name), column.type(), false),
              value(stats.path("maxValues").path(name), column.type(), true),
              nulls.canConvertToLong() ? Optional.of(nulls.longValue()) : Optional.empty());
      if (one.min().isPresent() || one.max().isPresent() || one.nulls().isPresent()) {
        columns.put(column.name(), one);
      }
    }
    return Optional.of(new FileStatistics(stats.path("numRecords").longValue(), columns));
  }

  private static Optional<Comparable<?>> value(JsonNode node, DataType type, boolean max) {
    if (node.isMissingNode() || node.isNull() || node.isContainerNode()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
          switch (type) {
            case DataType.BooleanType t -> node.isBoolean() ? node.booleanValue() : null;
            case DataType.ByteType t -> node.longValue();
            case DataType.ShortType t -> node.longValue();
            case DataType.IntegerType t -> node.longValue();
            case DataType.LongType t -> node.longValue();
            case DataType.FloatType t -> Double.parseDouble(node.asText());
            case DataType.DoubleType t -> Double.parseDouble(node.asText());
            case DataType.DecimalType t -> new BigDecimal(node.asText());
            case DataType.StringType t -> node.asText();
            case DataType.DateType t -> LocalDate.parse(node.asText());
            case DataType.TimestampType t -> {
              Instant instant = OffsetDateTime.parse(node.asText()).toInstant();
              yield max ? instant.plusNanos(MILLI_IN_NANOS - 1000) : instant;
            }
            case DataType.TimestampNtzType t -> {
              LocalDateTime time = LocalDateTime.parse(node.asText());
              yield max ? time.plusNanos(MILLI_IN_NANOS - 1000) : time;
            }
            case DataType.BinaryType t -> null;
            case DataType.ArrayType t -> null;
            case DataType.MapType t -> null;
            case DataType.StructType t -> null;
          });
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  static DataFileStatistics kernel(FileStatistics statistics, TableSchema schema) {
    Map<io.delta.kernel.expressions.Column, Literal> min = new HashMap<>();
    Map<io.delta.kernel.expressions.Column, Literal> max = new HashMap<>();
    Map<io.delta.kernel.expressions.Column, Long> nulls = new HashMap<>();
    statistics
        .columns()
        .forEach(
            (name, column) -> {
              var kernelColumn = new io.delta.kernel.expressions.Column(name);
              DataType type = schema.column(name).orElseThrow().type();
              column.min().ifPresent(value -> min.put(kernelColumn, literal(value, type)));
              column.max().ifPresent(value -> max.put(kernelColumn, literal(value, type)));
              column.nulls().ifPresent(count -> nulls.put(kernelColumn, count));
            });
    return new DataFileStatistics(statistics.rows(), min, max, nulls, Optional.empty());
  }

  private static Literal literal(Comparable<?> value, DataType type) {
    return switch (type) {
      case DataType.BooleanType t -> Literal.ofBoolean((Boolean) value);
      case DataType.ByteType t -> Literal.ofByte(((Number) value).byteValue());
      case DataType.ShortType t -> Literal.ofShort(((Number) value).shortValue());
      case DataType.IntegerType t -> Literal.ofInt(((Number) value).intValue());
      case DataType.LongType t -> Literal.ofLong(((Number) value).longValue());
      case DataType.FloatType t -> Literal.ofFloat(((Number) value).floatValue());
      case DataType.DoubleType t -> Literal.ofDouble(((Number) value).doubleValue());
      case DataType.DecimalType t ->
          Literal.ofDecimal((BigDecimal) value, t.precision(), t.scale());
      case DataType.StringType t -> Literal.ofString((String) value);
      case DataType.DateType t -> Literal.ofDate((int) ((LocalDate) value).toEpochDay());
      case DataType.TimestampType t -> Literal.ofTimestamp(micros((Instant) value));
      case DataType.TimestampNtzType t ->
          Literal.ofTimestampNtz(micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC)));
      case DataType.BinaryType t -> throw new IllegalArgumentException("type: " + type);
      case DataType.ArrayType t -> throw new IllegalArgumentException("type: " + type);
      case DataType.MapType t -> throw new IllegalArgumentException("type: " + type);
      case DataType.StructType t -> throw new IllegalArgumentException("type: " + type);
    };
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
