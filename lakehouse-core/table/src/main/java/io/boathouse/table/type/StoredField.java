package io.boathouse.table.type;

import java.util.List;

/**
 * A column, or what is inside one, as data files have it.
 *
 * @param name in the files, which need not be the one that the schema shows
 * @param number of the Parquet field
 * @param type with the names of the files inside
 * @param inside a struct's fields, a list's element, a map's key and value
 */
public record StoredField(String name, int number, DataType type, List<StoredField> inside) {
  public StoredField {
    inside = List.copyOf(inside);
  }

  /** A column of a table whose files have the names of the schema. */
  public static StoredField of(Column column) {
    return of(column.name(), FieldNumbers.of(column.name()), column.type());
  }

  private static StoredField of(String name, int number, DataType type) {
    return new StoredField(
        name,
        number,
        type,
        switch (type) {
          case DataType.StructType(List<Column> fields) ->
              fields.stream().map(field -> inside(number, field.name(), field.type())).toList();
          case DataType.ArrayType(DataType element, boolean nulls) ->
              List.of(inside(number, "element", element));
          case DataType.MapType(DataType key, DataType value, boolean nulls) ->
              List.of(inside(number, "key", key), inside(number, "value", value));
          default -> List.of();
        });
  }

  private static StoredField inside(int number, String name, DataType type) {
    return of(name, FieldNumbers.inside(number, name), type);
  }
}
