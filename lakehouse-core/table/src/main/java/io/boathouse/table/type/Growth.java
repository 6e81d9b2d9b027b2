package io.boathouse.table.type;

import java.util.ArrayList;
import java.util.List;

/** What a type has to become so that structs of another one fit into it: fields that it lacks. */
public final class Growth {
  private Growth() {}

  /**
   * The type with the other's fields behind its own, in structs of any depth; the same type if it
   * has them all. Other differences are left to whoever compares types.
   */
  public static DataType of(DataType type, DataType other) {
    if (type instanceof DataType.StructType own && other instanceof DataType.StructType more) {
      List<Column> fields = new ArrayList<>();
      for (Column field : own.fields()) {
        DataType grown =
            more.field(field.name()).map(one -> of(field.type(), one.type())).orElse(field.type());
        fields.add(
            grown.equals(field.type())
                ? field
                : new Column(field.name(), grown, field.nullable(), field.comment()));
      }
      for (Column field : more.fields()) {
        if (own.field(field.name()).isEmpty()) {
          fields.add(Column.of(field.name(), field.type()));
        }
      }
      return new DataType.StructType(fields);
    }
    if (type instanceof DataType.ArrayType own && other instanceof DataType.ArrayType more) {
      return new DataType.ArrayType(of(own.element(), more.element()), own.containsNull());
    }
    if (type instanceof DataType.MapType own && other instanceof DataType.MapType more) {
      return new DataType.MapType(
          of(own.key(), more.key()), of(own.value(), more.value()), own.valueContainsNull());
    }
    return type;
  }
}
