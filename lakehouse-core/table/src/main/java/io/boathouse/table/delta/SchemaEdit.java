package io.boathouse.table.delta;

import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.delta.kernel.internal.types.TypeWideningChecker;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TypeChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Changes one field of a schema and keeps all that is known of the others. A path names columns and
 * fields inside structs, and {@code element}, {@code key} and {@code value} for what is inside
 * lists and maps.
 */
final class SchemaEdit {
  private final StructType schema;
  private final List<String> path;

  SchemaEdit(StructType schema, List<String> path) {
    this.schema = schema;
    this.path = List.copyOf(path);
  }

  /** What becomes of the fields of the struct that holds the field, which is at a place in it. */
  @FunctionalInterface
  private interface Neighbours {
    List<StructField> changed(List<StructField> fields, int at);
  }

  StructType rename(String name) {
    return inStruct(
        (fields, at) -> {
          for (int i = 0; i < fields.size(); i++) {
            if (i != at && fields.get(i).getName().equalsIgnoreCase(name)) {
              throw DeltaErrors.fieldExists(name);
            }
          }
          StructField old = fields.get(at);
          List<StructField> changed = new ArrayList<>(fields);
          changed.set(
              at,
              new StructField(name, old.getDataType(), old.isNullable(), old.getMetadata())
                  .withTypeChanges(old.getTypeChanges()));
          return changed;
        });
  }

  StructType drop() {
    return inStruct(
        (fields, at) -> {
          if (fields.size() == 1) {
            throw DeltaErrors.lastField(path);
          }
          List<StructField> changed = new ArrayList<>(fields);
          changed.remove(at);
          return changed;
        });
  }

  StructType move(Optional<String> after) {
    return inStruct(
        (fields, at) -> {
          List<StructField> changed = new ArrayList<>(fields);
          StructField moved = changed.remove(at);
          int place = after.map(name -> place(changed, name) + 1).orElse(0);
          changed.add(place, moved);
          return changed;
        });
  }

  /** Metadata of the field set to something else. */
  StructType annotate(UnaryOperator<FieldMetadata> annotation) {
    return inStruct(
        (fields, at) -> {
          List<StructField> changed = new ArrayList<>(fields);
          StructField old = fields.get(at);
          changed.set(at, old.withNewMetadata(annotation.apply(old.getMetadata())));
          return changed;
        });
  }

  StructType widen(DataType type) {
    return struct(schema, 0, field -> widened(field, DeltaTypes.kernel(type)));
  }

  /** The fields of the type that structs inside the field lack, behind the others. */
  StructType grow(DataType type) {
    return struct(
        schema,
        0,
        field -> field.withDataType(grown(field.getDataType(), DeltaTypes.kernel(type))));
  }

  private static io.delta.kernel.types.DataType grown(
      io.delta.kernel.types.DataType before, io.delta.kernel.types.DataType wanted) {
    return switch (before) {
      case StructType own when wanted instanceof StructType more -> grown(own, more);
      case ArrayType own when wanted instanceof ArrayType more ->
          new ArrayType(grown(own.getElementField(), more.getElementType()));
      case MapType own when wanted instanceof MapType more ->
          new MapType(
              grown(own.getKeyField(), more.getKeyType()),
              grown(own.getValueField(), more.getValueType()));
      default -> before;
    };
  }

  private static StructField grown(StructField field, io.delta.kernel.types.DataType wanted) {
    return field.withDataType(grown(field.getDataType(), wanted));
  }

  private static StructType grown(StructType own, StructType more) {
    List<StructField> fields = new ArrayList<>();
    List<StructField> fresh = new ArrayList<>(more.fields());
    for (StructField field : own.fields()) {
      StructField grown = field;
      for (StructField other : more.fields()) {
        if (other.getName().equalsIgnoreCase(field.getName())) {
          grown = grown(field, other.getDataType());
          fresh.remove(other);
        }
      }
      fields.add(grown);
    }
    fields.addAll(fresh);
    return new StructType(fields);
  }

  private StructField widened(StructField field, io.delta.kernel.types.DataType type) {
    io.delta.kernel.types.DataType before = field.getDataType();
    if (before.equals(type)) {
      return field;
    }
    if (!TypeWideningChecker.isWideningSupported(before, type)) {
      throw DeltaErrors.notWider(
          String.join(".", path), DeltaTypes.type(before).text(), DeltaTypes.type(type).text());
    }
    List<TypeChange> changes = new ArrayList<>(field.getTypeChanges());
    changes.add(new TypeChange(before, type));
    return field.withDataType(type).withTypeChanges(changes);
  }

  private StructType inStruct(Neighbours change) {
    List<String> parent = path.subList(0, path.size() - 1);
    if (parent.isEmpty()) {
      return changed(schema, change);
    }
    return new SchemaEdit(schema, parent)
        .struct(
            schema,
            0,
            field -> {
              if (field.getDataType() instanceof StructType struct) {
                return field.withDataType(changed(struct, change));
              }
              throw DeltaErrors.noField(path, List.of());
            });
  }

  private StructType changed(StructType struct, Neighbours change) {
    int at = place(struct.fields(), path.getLast());
    return new StructType(change.changed(struct.fields(), at));
  }

  /** The struct with the field of the path, from a depth on, changed. */
  private StructType struct(StructType struct, int depth, UnaryOperator<StructField> change) {
    int at = place(struct.fields(), path.get(depth));
    List<StructField> fields = new ArrayList<>(struct.fields());
    fields.set(at, field(fields.get(at), depth + 1, change));
    return new StructType(fields);
  }

  private StructField field(StructField field, int depth, UnaryOperator<StructField> change) {
    if (depth == path.size()) {
      return change.apply(field);
    }
    return switch (field.getDataType()) {
      case StructType struct -> field.withDataType(struct(struct, depth, change));
      case ArrayType array when path.get(depth).equalsIgnoreCase("element") ->
          field.withDataType(new ArrayType(field(array.getElementField(), depth + 1, change)));
      case MapType map when path.get(depth).equalsIgnoreCase("key") ->
          field.withDataType(
              new MapType(field(map.getKeyField(), depth + 1, change), map.getValueField()));
      case MapType map when path.get(depth).equalsIgnoreCase("value") ->
          field.withDataType(
              new MapType(map.getKeyField(), field(map.getValueField(), depth + 1, change)));
      default -> throw DeltaErrors.noField(path, List.of());
    };
  }

  private int place(List<StructField> fields, String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).getName().equalsIgnoreCase(name)) {
        return i;
      }
    }
    List<String> looked = new ArrayList<>(path.subList(0, path.size() - 1));
    looked.add(name);
    throw DeltaErrors.noField(looked, fields.stream().map(StructField::getName).toList());
  }
}
