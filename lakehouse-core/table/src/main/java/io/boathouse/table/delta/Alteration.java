package io.boathouse.table.delta;

import io.boathouse.table.type.Column;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to become of a table's metadata.
 *
 * @param columns new ones, behind the others
 * @param set properties with their values
 * @param unset properties that go
 */
public record Alteration(List<Column> columns, Map<String, String> set, Set<String> unset) {
  public Alteration {
    columns = List.copyOf(columns);
    set = Map.copyOf(set);
    unset = Set.copyOf(unset);
  }

  /** New columns. */
  public static Alteration columns(List<Column> columns) {
    return new Alteration(columns, Map.of(), Set.of());
  }

  /** Properties with their values. */
  public static Alteration set(Map<String, String> properties) {
    properties.forEach(TableProperties::require);
    return new Alteration(List.of(), properties, Set.of());
  }

  /** Properties that go. */
  public static Alteration unset(Set<String> properties) {
    properties.forEach(TableProperties::requireSettable);
    return new Alteration(List.of(), Map.of(), properties);
  }

  /** A constraint, which replaces none. */
  public static Alteration constraint(String name, String expression) {
    return new Alteration(List.of(), Map.of(DeltaSnapshot.CONSTRAINT + name, expression), Set.of());
  }

  /** A constraint that goes. */
  public static Alteration withoutConstraint(String name) {
    return new Alteration(List.of(), Map.of(), Set.of(DeltaSnapshot.CONSTRAINT + name));
  }

  Metadata applied(Metadata before) {
    Metadata after = before;
    if (!columns.isEmpty()) {
      columns.forEach(DeltaWriter::checkName);
      List<StructField> fields = new ArrayList<>(before.getSchema().fields());
      fields.addAll(DeltaTypes.kernel(new TableSchema(columns)).fields());
      after = after.withNewSchema(new StructType(fields));
    }
    if (!set.isEmpty()) {
      after = after.withMergedConfiguration(set);
    }
    return unset.isEmpty() ? after : after.withConfigurationKeysUnset(unset);
  }
}
