package io.boathouse.table.iceberg;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.FieldNumbers;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.mapping.MappedField;
import org.apache.iceberg.mapping.MappedFields;
import org.apache.iceberg.mapping.MappingUtil;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * A version's columns as Iceberg has them, under the numbers that our files carry; in files that
 * carry none they are found by their names.
 */
final class IcebergSchema {
  private final DeltaSnapshot delta;
  private final Schema schema;

  /**
   * @throws io.boathouse.platform.error.LakeException UNSUPPORTED naming a column that Iceberg
   *     readers could not find
   */
  IcebergSchema(DeltaSnapshot delta) {
    this.delta = delta;
    boolean mapped = delta.mapping() != DeltaSnapshot.Mapping.NONE;
    List<Types.NestedField> fields = new ArrayList<>();
    for (Column column : delta.schema().columns()) {
      if (mapped && !isPlain(column.type())) {
        throw IcebergErrors.nestedMapping(column.name());
      }
      String name = column.name();
      fields.add(field(mapped ? delta.fieldId(name) : FieldNumbers.of(name), column));
    }
    this.schema = new Schema(fields);
  }

  Schema schema() {
    return schema;
  }

  /** The largest number that a column or a field inside one has. */
  int lastNumber() {
    return schema.highestFieldId();
  }

  /** Partitions by the values themselves, as Delta does. */
  PartitionSpec partitions() {
    PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
    delta.partitionColumns().forEach(builder::identity);
    return builder.build();
  }

  /** How columns are found in files that have no numbers. */
  NameMapping names() {
    NameMapping logical = MappingUtil.create(schema);
    if (delta.mapping() == DeltaSnapshot.Mapping.NONE) {
      return logical;
    }
    return NameMapping.of(
        MappedFields.of(
            schema.columns().stream()
                .map(field -> MappedField.of(field.fieldId(), delta.physicalName(field.name())))
                .toList()));
  }

  private static Types.NestedField field(int number, Column column) {
    Types.NestedField.Builder builder =
        Types.NestedField.builder()
            .withId(number)
            .withName(column.name())
            .ofType(type(number, column.type()))
            .isOptional(column.nullable());
    column.comment().ifPresent(builder::withDoc);
    return builder.build();
  }

  private static boolean isPlain(DataType type) {
    return !(type instanceof DataType.ArrayType
        || type instanceof DataType.StructType
        || type instanceof DataType.MapType);
  }

  private static Type type(int number, DataType type) {
    return switch (type) {
      case DataType.BooleanType t -> Types.BooleanType.get();
      case DataType.ByteType t -> Types.IntegerType.get();
      case DataType.ShortType t -> Types.IntegerType.get();
      case DataType.IntegerType t -> Types.IntegerType.get();
      case DataType.LongType t -> Types.LongType.get();
      case DataType.FloatType t -> Types.FloatType.get();
      case DataType.DoubleType t -> Types.DoubleType.get();
      case DataType.DecimalType(int precision, int scale) -> Types.DecimalType.of(precision, scale);
      case DataType.StringType t -> Types.StringType.get();
      case DataType.BinaryType t -> Types.BinaryType.get();
      case DataType.DateType t -> Types.DateType.get();
      case DataType.TimestampType t -> Types.TimestampType.withZone();
      case DataType.TimestampNtzType t -> Types.TimestampType.withoutZone();
      case DataType.ArrayType(DataType element, boolean containsNull) -> {
        int inside = FieldNumbers.inside(number, "element");
        Type inner = type(inside, element);
        yield containsNull
            ? Types.ListType.ofOptional(inside, inner)
            : Types.ListType.ofRequired(inside, inner);
      }
      case DataType.MapType(DataType key, DataType value, boolean valueContainsNull) -> {
        int keys = FieldNumbers.inside(number, "key");
        int values = FieldNumbers.inside(number, "value");
        yield valueContainsNull
            ? Types.MapType.ofOptional(keys, values, type(keys, key), type(values, value))
            : Types.MapType.ofRequired(keys, values, type(keys, key), type(values, value));
      }
      case DataType.StructType(List<Column> inner) -> {
        List<Types.NestedField> fields = new ArrayList<>();
        for (Column field : inner) {
          fields.add(field(FieldNumbers.inside(number, field.name()), field));
        }
        yield Types.StructType.of(fields);
      }
    };
  }
}
