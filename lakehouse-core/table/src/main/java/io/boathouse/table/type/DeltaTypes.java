package io.boathouse.table.type;

import io.delta.kernel.internal.types.DataTypeJsonSerDe;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.StructField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Our types in Delta, where a schema is JSON in the log. */
public final class DeltaTypes {
  private static final String COMMENT = "comment";

  private DeltaTypes() {}

  /** The type as Delta's schema JSON writes it. */
  public static String json(DataType type) {
    return DataTypeJsonSerDe.serializeDataType(kernel(type));
  }

  /** The schema as Delta's log writes it. */
  public static String json(TableSchema schema) {
    return DataTypeJsonSerDe.serializeStructType(kernel(schema));
  }

  /** Reads a schema of Delta's log. */
  public static TableSchema schema(String json) {
    return of(DataTypeJsonSerDe.deserializeStructType(json));
  }

  /** The schema for Kernel. */
  public static io.delta.kernel.types.StructType kernel(TableSchema schema) {
    return struct(schema.columns());
  }

  /**
   * A schema that Kernel read.
   *
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming a type that we lack
   */
  public static TableSchema of(io.delta.kernel.types.StructType schema) {
    return new TableSchema(columns(schema));
  }

  private static List<Column> columns(io.delta.kernel.types.StructType struct) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : struct.fields()) {
      Optional<String> comment =
          field.getMetadata().contains(COMMENT)
              ? Optional.ofNullable(field.getMetadata().getString(COMMENT))
              : Optional.empty();
      columns.add(
          new Column(
              field.getName(),
              type(field.getDataType()),
              field.isNullable(),
              comment,
              FillingMetadata.of(field.getMetadata())));
    }
    return columns;
  }

  private static io.delta.kernel.types.StructType struct(List<Column> columns) {
    var struct = new io.delta.kernel.types.StructType();
    for (Column column : columns) {
      FieldMetadata.Builder metadata = FieldMetadata.builder();
      column.comment().ifPresent(comment -> metadata.putString(COMMENT, comment));
      column.filling().ifPresent(filling -> FillingMetadata.put(filling, metadata));
      struct =
          struct.add(
              new StructField(
                  column.name(), kernel(column.type()), column.nullable(), metadata.build()));
    }
    return struct;
  }

  /** The type for Kernel. */
  public static io.delta.kernel.types.DataType kernel(DataType type) {
    return switch (type) {
      case DataType.BooleanType t -> io.delta.kernel.types.BooleanType.BOOLEAN;
      case DataType.ByteType t -> io.delta.kernel.types.ByteType.BYTE;
      case DataType.ShortType t -> io.delta.kernel.types.ShortType.SHORT;
      case DataType.IntegerType t -> io.delta.kernel.types.IntegerType.INTEGER;
      case DataType.LongType t -> io.delta.kernel.types.LongType.LONG;
      case DataType.FloatType t -> io.delta.kernel.types.FloatType.FLOAT;
      case DataType.DoubleType t -> io.delta.kernel.types.DoubleType.DOUBLE;
      case DataType.DecimalType t ->
          new io.delta.kernel.types.DecimalType(t.precision(), t.scale());
      case DataType.StringType t -> io.delta.kernel.types.StringType.STRING;
      case DataType.BinaryType t -> io.delta.kernel.types.BinaryType.BINARY;
      case DataType.DateType t -> io.delta.kernel.types.DateType.DATE;
      case DataType.TimestampType t -> io.delta.kernel.types.TimestampType.TIMESTAMP;
      case DataType.TimestampNtzType t -> io.delta.kernel.types.TimestampNTZType.TIMESTAMP_NTZ;
      case DataType.ArrayType t ->
          new io.delta.kernel.types.ArrayType(kernel(t.element()), t.containsNull());
      case DataType.MapType t ->
          new io.delta.kernel.types.MapType(
              kernel(t.key()), kernel(t.value()), t.valueContainsNull());
      case DataType.StructType t -> struct(t.fields());
    };
  }

  /** A type that Kernel read. */
  public static DataType type(io.delta.kernel.types.DataType type) {
    return switch (type) {
      case io.delta.kernel.types.BooleanType t -> new DataType.BooleanType();
      case io.delta.kernel.types.ByteType t -> new DataType.ByteType();
      case io.delta.kernel.types.ShortType t -> new DataType.ShortType();
      case io.delta.kernel.types.IntegerType t -> new DataType.IntegerType();
      case io.delta.kernel.types.LongType t -> new DataType.LongType();
      case io.delta.kernel.types.FloatType t -> new DataType.FloatType();
      case io.delta.kernel.types.DoubleType t -> new DataType.DoubleType();
      case io.delta.kernel.types.DecimalType t ->
          new DataType.DecimalType(t.getPrecision(), t.getScale());
      // Collations are a feature of writers: readers without them take text as it is.
      case io.delta.kernel.types.StringType t -> new DataType.StringType();
      case io.delta.kernel.types.BinaryType t -> new DataType.BinaryType();
      case io.delta.kernel.types.DateType t -> new DataType.DateType();
      case io.delta.kernel.types.TimestampType t -> new DataType.TimestampType();
      case io.delta.kernel.types.TimestampNTZType t -> new DataType.TimestampNtzType();
      case io.delta.kernel.types.ArrayType t ->
          new DataType.ArrayType(type(t.getElementType()), t.containsNull());
      case io.delta.kernel.types.MapType t ->
          new DataType.MapType(
              type(t.getKeyType()), type(t.getValueType()), t.isValueContainsNull());
      case io.delta.kernel.types.StructType t -> new DataType.StructType(columns(t));
      default -> throw TypeErrors.unsupportedType(type.toString());
    };
  }
}
