package io.boathouse.table.iceberg;

import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.StoredField;
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

  IcebergSchema(DeltaSnapshot delta) {
    this.delta = delta;
    List<Types.NestedField> fields = new ArrayList<>();
    List<Column> columns = delta.schema().columns();
    for (int i = 0; i < columns.size(); i++) {
      fields.add(field(delta.stored().fields().get(i), columns.get(i)));
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
    return NameMapping.of(names(delta.stored().fields()));
  }

  private static MappedFields names(List<StoredField> fields) {
    return MappedFields.of(
        fields.stream()
            .map(
                field ->
                    field.inside().isEmpty()
                        ? MappedField.of(field.number(), field.name())
                        : MappedField.of(field.number(), field.name(), names(field.inside())))
            .toList());
  }

  private static Types.NestedField field(StoredField stored, Column column) {
    Types.NestedField.Builder builder =
        Types.NestedField.builder()
            .withId(stored.number())
            .withName(column.name())
            .ofType(type(stored, column.type()))
            .isOptional(column.nullable());
    column.comment().ifPresent(builder::withDoc);
    return builder.build();
  }

  private static Type type(StoredField stored, DataType type) {
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
        StoredField inside = stored.inside().getFirst();
        Type inner = type(inside, element);
        yield containsNull
            ? Types.ListType.ofOptional(inside.number(), inner)
            : Types.ListType.ofRequired(inside.number(), inner);
      }
      case DataType.MapType(DataType key, DataType value, boolean valueContainsNull) -> {
        StoredField keys = stored.inside().getFirst();
        StoredField values = stored.inside().getLast();
        Type ofKey = type(keys, key);
        Type ofValue = type(values, value);
        yield valueContainsNull
            ? Types.MapType.ofOptional(keys.number(), values.number(), ofKey, ofValue)
            : Types.MapType.ofRequired(keys.number(), values.number(), ofKey, ofValue);
      }
      case DataType.StructType(List<Column> inner) -> {
        List<Types.NestedField> fields = new ArrayList<>();
        for (int i = 0; i < inner.size(); i++) {
          fields.add(field(stored.inside().get(i), inner.get(i)));
        }
        yield Types.StructType.of(fields);
      }
    };
  }
}
