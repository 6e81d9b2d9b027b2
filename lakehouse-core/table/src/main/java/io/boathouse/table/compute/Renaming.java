package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.StoredField;
import java.util.List;
import java.util.StringJoiner;

/** Gives the fields inside a value other names, as SQL; the values stay in their places. */
final class Renaming {
  private Renaming() {}

  /**
   * The value with the fields of another type of the same shape.
   *
   * @param value SQL of exactly the first type
   */
  static String of(String value, DataType from, DataType to) {
    return of(value, from, to, 0);
  }

  /** Whether fields inside a table's columns have other names in its files than in its schema. */
  static boolean isNeeded(DeltaSnapshot table) {
    List<StoredField> stored = table.stored().fields();
    for (int i = 0; i < stored.size(); i++) {
      if (isNeeded(stored.get(i).type(), table.schema().columns().get(i).type())) {
        return true;
      }
    }
    return false;
  }

  /** Whether the names inside differ. */
  static boolean isNeeded(DataType from, DataType to) {
    return !isAlike(from, to);
  }

  private static String of(String value, DataType from, DataType to, int depth) {
    if (isAlike(from, to)) {
      return value;
    }
    String one = "e" + depth;
    return switch (from) {
      case DataType.StructType struct -> struct(value, struct, (DataType.StructType) to, depth);
      case DataType.ArrayType array ->
          "list_transform(%s, lambda %s: %s)"
              .formatted(
                  value,
                  one,
                  of(one, array.element(), ((DataType.ArrayType) to).element(), depth + 1));
      case DataType.MapType map ->
          "map(%s, %s)"
              .formatted(
                  of(
                      "map_keys(" + value + ")",
                      new DataType.ArrayType(map.key(), false),
                      new DataType.ArrayType(((DataType.MapType) to).key(), false),
                      depth),
                  of(
                      "map_values(" + value + ")",
                      new DataType.ArrayType(map.value(), true),
                      new DataType.ArrayType(((DataType.MapType) to).value(), true),
                      depth));
      default -> value;
    };
  }

  private static String struct(
      String value, DataType.StructType from, DataType.StructType to, int depth) {
    StringJoiner fields = new StringJoiner(", ");
    for (int i = 0; i < from.fields().size(); i++) {
      Column field = from.fields().get(i);
      String inner = "struct_extract(%s, %s)".formatted(value, SqlText.literal(field.name()));
      fields.add(
          SqlText.identifier(to.fields().get(i).name())
              + " := "
              + of(inner, field.type(), to.fields().get(i).type(), depth));
    }
    return "CASE WHEN %s IS NULL THEN NULL ELSE struct_pack(%s) END".formatted(value, fields);
  }

  /** Whether all names inside are the same. */
  private static boolean isAlike(DataType from, DataType to) {
    return switch (from) {
      case DataType.StructType struct -> {
        DataType.StructType other = (DataType.StructType) to;
        boolean alike = struct.fields().size() == other.fields().size();
        for (int i = 0; alike && i < struct.fields().size(); i++) {
          Column one = struct.fields().get(i);
          Column another = other.fields().get(i);
          alike = one.name().equals(another.name()) && isAlike(one.type(), another.type());
        }
        yield alike;
      }
      case DataType.ArrayType array ->
          isAlike(array.element(), ((DataType.ArrayType) to).element());
      case DataType.MapType map ->
          isAlike(map.key(), ((DataType.MapType) to).key())
              && isAlike(map.value(), ((DataType.MapType) to).value());
      default -> true;
    };
  }
}
