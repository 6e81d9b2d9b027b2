package io.boathouse.table.iceberg;

import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The files of a version as Iceberg tells of them: partition, row count, bounds. */
final class IcebergFiles {
  /** Delta writes a timestamp either with a space and no zone, in UTC, or in ISO 8601. */
  private static final DateTimeFormatter PARTITION_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(java.util.Locale.ROOT);

  private final Schema schema;
  private final PartitionSpec partitions;
  private final String location;

  /**
   * @param location of the table's folder, without a slash at its end
   */
  IcebergFiles(Schema schema, PartitionSpec partitions, String location) {
    this.schema = schema;
    this.partitions = partitions;
    this.location = location;
  }

  /** Where readers find a file. */
  String path(DataFile file) {
    return location + "/" + file.path();
  }

  /** The file with all rows that it holds, deleted ones included. */
  org.apache.iceberg.DataFile of(DataFile file) {
    DataFiles.Builder builder =
        DataFiles.builder(partitions)
            .withPath(path(file))
            .withFormat(FileFormat.PARQUET)
            .withFileSizeInBytes(file.size())
            .withMetrics(metrics(file));
    if (partitions.isPartitioned()) {
      builder.withPartition(partition(file));
    }
    return builder.build();
  }

  /** The partition that a file is in. */
  StructLike partition(DataFile file) {
    Types.StructType type = partitions.partitionType();
    GenericRecord values = GenericRecord.create(type);
    for (int i = 0; i < type.fields().size(); i++) {
      Types.NestedField field = type.fields().get(i);
      String column = schema.findColumnName(partitions.fields().get(i).sourceId());
      values.set(i, value(field.type(), file.partitionValues().get(column)));
    }
    return values;
  }

  private Metrics metrics(DataFile file) {
    long rows =
        file.statistics()
            .map(known -> known.rows())
            .or(file::rows)
            .orElseThrow(() -> IcebergErrors.noRowCount(file.path().value()));
    Map<Integer, Long> nulls = new HashMap<>();
    Map<Integer, ByteBuffer> lower = new HashMap<>();
    Map<Integer, ByteBuffer> upper = new HashMap<>();
    file.statistics()
        .ifPresent(
            known ->
                known
                    .columns()
                    .forEach(
                        (name, column) -> {
                          Types.NestedField field = schema.findField(name);
                          if (field != null && field.type().isPrimitiveType()) {
                            column.nulls().ifPresent(count -> nulls.put(field.fieldId(), count));
                            bounds(field, column, lower, upper);
                          }
                        }));
    return new Metrics(rows, null, null, nulls, null, lower, upper);
  }

  private static void bounds(
      Types.NestedField field,
      ColumnStatistics column,
      Map<Integer, ByteBuffer> lower,
      Map<Integer, ByteBuffer> upper) {
    column.min().ifPresent(min -> lower.put(field.fieldId(), bound(field.type(), min)));
    column.max().ifPresent(max -> upper.put(field.fieldId(), bound(field.type(), max)));
  }

  private static ByteBuffer bound(Type type, Comparable<?> value) {
    Object given =
        switch (value) {
          case Long number when type.typeId() == Type.TypeID.INTEGER -> Math.toIntExact(number);
          case Double number when type.typeId() == Type.TypeID.FLOAT -> number.floatValue();
          case BigDecimal number when type instanceof Types.DecimalType decimal ->
              number.setScale(decimal.scale());
          case LocalDate date -> Math.toIntExact(date.toEpochDay());
          case Instant instant -> micros(instant);
          case LocalDateTime time -> micros(time.toInstant(ZoneOffset.UTC));
          default -> value;
        };
    return Conversions.toByteBuffer(type, given);
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  /** A partition value as Delta writes it; the empty text stands for null. */
  private static @Nullable Object value(Type type, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    return switch (type.typeId()) {
      case TIMESTAMP -> micros(instant(text));
      case BINARY -> ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      default -> Conversions.fromPartitionString(type, text);
    };
  }

  private static Instant instant(String text) {
    return text.indexOf('T') > 0
        ? Instant.parse(text.endsWith("Z") ? text : text + "Z")
        : LocalDateTime.parse(text, PARTITION_TIME).toInstant(ZoneOffset.UTC);
  }
}
