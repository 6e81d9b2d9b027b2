package io.boathouse.table.delta;

import io.boathouse.table.type.FieldNumbers;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.internal.util.ColumnMapping.ColumnMappingMode;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.HashSet;
import java.util.Set;

/** Gives columns the numbers and names of Delta's column mapping. */
final class ColumnNumbers {
  private ColumnNumbers() {}

  static boolean isMapped(Metadata metadata) {
    return mode(metadata) != ColumnMappingMode.NONE;
  }

  private static ColumnMappingMode mode(Metadata metadata) {
    return ColumnMapping.getColumnMappingMode(metadata.getConfiguration());
  }

  /** Columns that have none get a number and a name that no other column ever had. */
  static Metadata given(Metadata metadata) {
    return ColumnMapping.updateColumnMappingMetadataIfNeeded(metadata, true).orElse(metadata);
  }

  /**
   * Sees whether mapping was switched on. Columns that are there keep the names and numbers that
   * the files have, so that whoever reads by either finds them.
   */
  static Metadata kept(Metadata before, Metadata after) {
    if (mode(before) == mode(after)) {
      return after;
    }
    if (isMapped(before) || mode(after) != ColumnMappingMode.NAME) {
      throw DeltaErrors.propertyValue(
          ColumnMapping.COLUMN_MAPPING_MODE_KEY,
          String.valueOf(after.getConfiguration().get(ColumnMapping.COLUMN_MAPPING_MODE_KEY)),
          "name, on a table without mapping; other changes of the mode are not possible");
    }
    Set<Integer> seen = new HashSet<>();
    StructType numbered = numbered(after.getSchema(), 0, seen);
    // two names may have one sum; then the files' numbers serve nobody
    Metadata known = seen.contains(-1) ? after : after.withNewSchema(numbered);
    return ColumnMapping.updateColumnMappingMetadataIfNeeded(known, false).orElse(known);
  }

  private static StructType numbered(StructType struct, int parent, Set<Integer> seen) {
    StructType result = new StructType();
    for (StructField field : struct.fields()) {
      int number =
          parent == 0
              ? FieldNumbers.of(field.getName())
              : FieldNumbers.inside(parent, field.getName());
      if (!seen.add(number)) {
        seen.add(-1);
      }
      FieldMetadata metadata =
          FieldMetadata.builder()
              .fromMetadata(field.getMetadata())
              .putLong(ColumnMapping.COLUMN_MAPPING_ID_KEY, number)
              .putString(ColumnMapping.COLUMN_MAPPING_PHYSICAL_NAME_KEY, field.getName())
              .build();
      result =
          result.add(
              field
                  .withDataType(inside(field.getDataType(), number, seen))
                  .withNewMetadata(metadata));
    }
    return result;
  }

  private static DataType inside(DataType type, int number, Set<Integer> seen) {
    return switch (type) {
      case StructType struct -> numbered(struct, number, seen);
      case ArrayType array ->
          new ArrayType(inside(array.getElementField(), number, "element", seen));
      case MapType map ->
          new MapType(
              inside(map.getKeyField(), number, "key", seen),
              inside(map.getValueField(), number, "value", seen));
      default -> type;
    };
  }

  private static StructField inside(StructField field, int parent, String name, Set<Integer> seen) {
    return field.withDataType(inside(field.getDataType(), FieldNumbers.inside(parent, name), seen));
  }
}
