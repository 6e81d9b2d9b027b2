package io.boathouse.table.delta;

import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.FillingMetadata;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.rowtracking.MaterializedRowTrackingColumn;
import io.delta.kernel.internal.types.TypeWideningChecker;
import io.delta.kernel.types.FieldMetadata;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What is to become of a table's metadata. */
public final class Alteration {
  private final UnaryOperator<Metadata> change;

  private Alteration(UnaryOperator<Metadata> change) {
    this.change = change;
  }

  /** New columns, behind the others. */
  public static Alteration columns(List<Column> columns) {
    return new Alteration(before -> added(before, List.copyOf(columns)));
  }

  /** Properties with their values. */
  public static Alteration set(Map<String, String> properties) {
    properties.forEach(TableProperties::require);
    Map<String, String> set = Map.copyOf(properties);
    return new Alteration(
        before -> {
          Metadata after = ColumnNumbers.kept(before, before.withMergedConfiguration(set));
          return MaterializedRowTrackingColumn.assignMaterializedColumnNamesIfNeeded(after)
              .orElse(after);
        });
  }

  /** Properties that go. */
  public static Alteration unset(Set<String> properties) {
    properties.forEach(TableProperties::requireUnsettable);
    Set<String> unset = Set.copyOf(properties);
    return new Alteration(before -> before.withConfigurationKeysUnset(unset));
  }

  /** A constraint, which replaces none. */
  public static Alteration constraint(String name, String expression) {
    Map<String, String> set = Map.of(DeltaSnapshot.CONSTRAINT + name, expression);
    return new Alteration(before -> before.withMergedConfiguration(set));
  }

  /** A constraint that goes. */
  public static Alteration withoutConstraint(String name) {
    Set<String> unset = Set.of(DeltaSnapshot.CONSTRAINT + name);
    return new Alteration(before -> before.withConfigurationKeysUnset(unset));
  }

  /** Another name for a column, or a field inside one. */
  public static Alteration renamed(List<String> path, String name) {
    return new Alteration(
        before -> {
          requireMapped(before, path);
          return before.withNewSchema(new SchemaEdit(before.getSchema(), path).rename(name));
        });
  }

  /** Columns, or fields inside some, that go. */
  public static Alteration dropped(List<List<String>> paths) {
    return new Alteration(
        before -> {
          Metadata after = before;
          for (List<String> path : paths) {
            requireMapped(before, path);
            after = after.withNewSchema(new SchemaEdit(after.getSchema(), path).drop());
          }
          return after;
        });
  }

  /**
   * Another place among its neighbours.
   *
   * @param after the neighbour before it; empty for the first place
   */
  public static Alteration moved(List<String> path, Optional<String> after) {
    return schema(path, edit -> edit.move(after));
  }

  /** A wider type. */
  public static Alteration widened(List<String> path, DataType type) {
    return new Alteration(
        before -> {
          if (!TableConfig.TYPE_WIDENING_ENABLED.fromMetadata(before)) {
            throw DeltaErrors.wideningNeeded(String.join(".", path), type.text());
          }
          return before.withNewSchema(new SchemaEdit(before.getSchema(), path).widen(type));
        });
  }

  /** New fields inside a column, behind the others of their structs. */
  public static Alteration grown(String column, DataType type) {
    return new Alteration(
        before ->
            ColumnNumbers.given(
                before.withNewSchema(
                    new SchemaEdit(before.getSchema(), List.of(column)).grow(type))));
  }

  /** Whether a column may get a wider type: PROTOCOL.md, Type Widening. */
  public static boolean canWiden(DataType from, DataType to) {
    return !from.equals(to)
        && TypeWideningChecker.isWideningSupported(DeltaTypes.kernel(from), DeltaTypes.kernel(to));
  }

  /** What people are told about a column. */
  public static Alteration commented(List<String> path, String comment) {
    return annotated(path, known -> known.putString("comment", comment));
  }

  /** What a column gets where a row does not say. */
  public static Alteration filled(String column, Filling filling) {
    return annotated(
        List.of(column),
        known -> {
          FillingMetadata.put(filling, known);
          return known;
        });
  }

  /** A column that is null again where a row does not say. */
  public static Alteration withoutDefault(String column) {
    return annotated(
        List.of(column),
        known -> {
          FillingMetadata.removeDefault(known);
          return known;
        });
  }

  private static Alteration annotated(
      List<String> path, UnaryOperator<FieldMetadata.Builder> annotation) {
    return schema(
        path,
        edit ->
            edit.annotate(
                known -> annotation.apply(FieldMetadata.builder().fromMetadata(known)).build()));
  }

  private static Alteration schema(List<String> path, Function<SchemaEdit, StructType> edit) {
    return new Alteration(
        before -> before.withNewSchema(edit.apply(new SchemaEdit(before.getSchema(), path))));
  }

  private static void requireMapped(Metadata before, List<String> path) {
    if (!ColumnNumbers.isMapped(before)) {
      throw DeltaErrors.mappingNeeded(String.join(".", path));
    }
  }

  private static Metadata added(Metadata before, List<Column> columns) {
    if (!ColumnNumbers.isMapped(before)) {
      columns.forEach(DeltaWriter::checkName);
    }
    List<StructField> fields = new ArrayList<>(before.getSchema().fields());
    fields.addAll(DeltaTypes.kernel(new TableSchema(columns)).fields());
    return ColumnNumbers.given(before.withNewSchema(new StructType(fields)));
  }

  Metadata applied(Metadata before) {
    return change.apply(before);
  }
}
