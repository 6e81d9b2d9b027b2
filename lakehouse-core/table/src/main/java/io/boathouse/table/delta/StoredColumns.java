package io.boathouse.table.delta;

import io.boathouse.table.delta.DeltaSnapshot.Mapping;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.FieldNumbers;
import io.boathouse.table.type.StoredField;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a version's columns are named and numbered in its files: Delta's column mapping. */
public final class StoredColumns {
  private final Mapping mapping;
  private final List<StoredField> fields;
  private final Map<String, StoredField> byColumn = new HashMap<>();

  private StoredColumns(Mapping mapping, List<String> names, List<StoredField> fields) {
    this.mapping = mapping;
    this.fields = List.copyOf(fields);
    for (int i = 0; i < names.size(); i++) {
      byColumn.put(names.get(i), fields.get(i));
    }
  }

  static StoredColumns of(StructType schema, Map<String, String> properties) {
    Mapping mapping =
        switch (ColumnMapping.getColumnMappingMode(properties)) {
          case NONE -> Mapping.NONE;
          case NAME -> Mapping.NAME;
          case ID -> Mapping.ID;
        };
    TableSchema columns = DeltaTypes.of(schema);
    List<StoredField> fields =
        mapping == Mapping.NONE
            ? columns.columns().stream().map(StoredField::of).toList()
            : schema.fields().stream().map(StoredColumns::mapped).toList();
    return new StoredColumns(mapping, columns.names(), fields);
  }

  /** Every column's field, in the order of the schema. */
  public List<StoredField> fields() {
    return fields;
  }

  Mapping mapping() {
    return mapping;
  }

  /** The field of a column by its exact name. */
  StoredField field(String column) {
    StoredField field = byColumn.get(column);
    if (field == null) {
      throw new IllegalArgumentException("column: " + column);
    }
    return field;
  }

  /**
   * Statistics by the names of the files, without those of columns that are none of the table's.
   */
  FileStatistics stored(FileStatistics statistics) {
    Map<String, FileStatistics.ColumnStatistics> columns = new HashMap<>();
    statistics
        .columns()
        .forEach(
            (name, known) -> {
              StoredField field = byColumn.get(name);
              if (field != null) {
                columns.put(field.name(), known);
              }
            });
    return new FileStatistics(statistics.rows(), columns);
  }

  /** The schema by the names of the files. */
  TableSchema schema() {
    return new TableSchema(
        fields.stream().map(field -> Column.of(field.name(), field.type())).toList());
  }

  private static StoredField mapped(StructField field) {
    int number = ColumnMapping.getColumnId(field);
    String name = ColumnMapping.getPhysicalName(field);
    FieldMetadata metadata = field.getMetadata();
    Optional<FieldMetadata> numbers =
        metadata.contains(ColumnMapping.COLUMN_MAPPING_NESTED_IDS_KEY)
            ? Optional.of(metadata.getMetadata(ColumnMapping.COLUMN_MAPPING_NESTED_IDS_KEY))
            : Optional.empty();
    return stored(name, number, field.getDataType(), new Numbers(numbers, name));
  }

  /** What a field says of the numbers of elements, keys and values below it, if it does. */
  private record Numbers(Optional<FieldMetadata> known, String path) {
    int of(int parent, String name) {
      String key = path + "." + name;
      return known
          .filter(numbers -> numbers.contains(key))
          .map(numbers -> numbers.getLong(key).intValue())
          .orElseGet(() -> FieldNumbers.inside(parent, name));
    }

    Numbers below(String name) {
      return new Numbers(known, path + "." + name);
    }
  }

  private static StoredField stored(
      String name, int number, io.delta.kernel.types.DataType type, Numbers numbers) {
    return switch (type) {
      case StructType struct -> {
        List<StoredField> inside = struct.fields().stream().map(StoredColumns::mapped).toList();
        List<Column> columns = new ArrayList<>();
        inside.forEach(field -> columns.add(Column.of(field.name(), field.type())));
        yield new StoredField(name, number, new DataType.StructType(columns), inside);
      }
      case ArrayType array -> {
        StoredField element = inside("element", number, array.getElementType(), numbers);
        yield new StoredField(
            name,
            number,
            new DataType.ArrayType(element.type(), array.containsNull()),
            List.of(element));
      }
      case MapType map -> {
        StoredField key = inside("key", number, map.getKeyType(), numbers);
        StoredField value = inside("value", number, map.getValueType(), numbers);
        yield new StoredField(
            name,
            number,
            new DataType.MapType(key.type(), value.type(), map.isValueContainsNull()),
            List.of(key, value));
      }
      default -> new StoredField(name, number, DeltaTypes.type(type), List.of());
    };
  }

  private static StoredField inside(
      String name, int parent, io.delta.kernel.types.DataType type, Numbers numbers) {
    return stored(name, numbers.of(parent, name), type, numbers.below(name));
  }
}
