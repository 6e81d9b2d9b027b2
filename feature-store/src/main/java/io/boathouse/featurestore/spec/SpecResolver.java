package io.boathouse.featurestore.spec;

import io.boathouse.featurestore.expression.RowFunction;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks a definition against the feature tables it names, and works out inputs and outputs. */
final class SpecResolver {
  private final SpecDefinition definition;
  private final List<FeatureTable> tables;
  private final Map<String, InputColumn> inputs = new LinkedHashMap<>();
  private final List<OutputColumn> outputs = new ArrayList<>();
  private final List<OutputColumn> hidden = new ArrayList<>();
  private final Set<String> operands = new HashSet<>();

  /**
   * @param tables the table of each lookup
   */
  SpecResolver(SpecDefinition definition, List<FeatureTable> tables) {
    this.definition = definition;
    this.tables = tables;
  }

  /** Works everything out. */
  SpecResolver resolve() {
    for (RequestColumn column : definition.requestColumns()) {
      if (inputs.containsKey(folded(column.name()))) {
        throw SpecErrors.invalid("request_columns.name", column.name(), "each name once");
      }
      input("request_columns", column.name(), column.type());
      outputs.add(new OutputColumn(column.name(), column.type(), new Source.Request()));
    }
    for (int i = 0; i < definition.lookups().size(); i++) {
      lookup(i, definition.lookups().get(i), tables.get(i));
    }
    if (definition.lookups().stream().anyMatch(lookup -> lookup.tolerance().isPresent())) {
      definition.timestampKey().ifPresent(key -> input("timestamp_key", key, ValueType.TIMESTAMP));
    }
    functions();
    exclude();
    if (outputs.isEmpty()) {
      throw SpecErrors.invalid("lookups", "", "at least one output column");
    }
    refuseTwice();
    return this;
  }

  List<OutputColumn> outputs() {
    return outputs;
  }

  /** Excluded columns that functions are computed from. */
  List<OutputColumn> hidden() {
    return hidden;
  }

  List<InputColumn> inputs() {
    return List.copyOf(inputs.values());
  }

  private void lookup(int position, FeatureLookup lookup, FeatureTable table) {
    if (lookup.lookupKeys().size() != table.keys().size()) {
      throw SpecErrors.invalid(
          "lookups.lookup_keys",
          lookup.lookupKeys().toString(),
          "one column for each key of %s: %s"
              .formatted(table.name(), table.keys().stream().map(FeatureColumn::name).toList()));
    }
    for (int i = 0; i < table.keys().size(); i++) {
      input("lookups.lookup_keys", lookup.lookupKeys().get(i), table.keys().get(i).type());
    }
    requireAll(table, "lookups.default_values", lookup.defaults().keySet());
    requireAll(table, "lookups.rename_outputs", lookup.renames().keySet());
    List<FeatureColumn> features = new ArrayList<>();
    if (lookup.features().isEmpty()) {
      features.addAll(table.features());
    }
    for (String name : lookup.features()) {
      features.add(feature(table, "lookups.features", name));
    }
    for (FeatureColumn feature : features) {
      Optional<Object> given = byName(lookup.defaults(), feature.name());
      String name =
          byName(lookup.renames(), feature.name()).orElse(lookup.prefix() + feature.name());
      outputs.add(
          new OutputColumn(
              name,
              feature.type(),
              new Source.Looked(
                  position,
                  feature.name(),
                  given.map(value -> RequestValues.typed(feature.name(), feature.type(), value)))));
    }
  }

  private void input(String field, String name, ValueType type) {
    InputColumn before = inputs.putIfAbsent(folded(name), new InputColumn(name, type));
    if (before != null && before.type() != type) {
      throw SpecErrors.invalid(
          field, name + " " + type, "the type it has elsewhere, " + before.type());
    }
  }

  /** Functions see all columns before them, and what only they need becomes an input. */
  private void functions() {
    if (definition.functions().isEmpty()) {
      return;
    }
    refuseTwice();
    for (FeatureFunction function : definition.functions()) {
      Map<String, ValueType> columns = new LinkedHashMap<>();
      inputs.values().forEach(input -> columns.put(input.name(), input.type()));
      outputs.forEach(output -> columns.put(output.name(), output.type()));
      definition.timestampKey().ifPresent(key -> columns.putIfAbsent(key, ValueType.TIMESTAMP));
      RowFunction compiled = RowFunction.parse(function.name(), function.expression(), columns);
      for (String operand : compiled.operands()) {
        operands.add(folded(operand));
        if (definition.timestampKey().filter(operand::equals).isPresent()) {
          input("timestamp_key", operand, ValueType.TIMESTAMP);
        }
      }
      outputs.add(new OutputColumn(function.name(), compiled.type(), new Source.Computed()));
      refuseTwice();
    }
  }

  private void exclude() {
    List<OutputColumn> excluded = new ArrayList<>();
    for (String name : definition.excludedColumns()) {
      OutputColumn column =
          outputs.stream()
              .filter(output -> output.name().equalsIgnoreCase(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      SpecErrors.invalid(
                          "exclude_columns",
                          name,
                          "one of the outputs "
                              + outputs.stream().map(OutputColumn::name).toList()));
      outputs.remove(column);
      excluded.add(column);
    }
    for (OutputColumn column : excluded) {
      boolean given = column.source() instanceof Source.Request;
      if (!given && operands.contains(folded(column.name()))) {
        hidden.add(column);
      }
    }
  }

  private void refuseTwice() {
    Set<String> names = new HashSet<>();
    for (OutputColumn output : outputs) {
      boolean again = !names.add(folded(output.name()));
      if (again
          || (!(output.source() instanceof Source.Request)
              && inputs.containsKey(folded(output.name())))) {
        throw SpecErrors.invalid(
            "outputs", output.name(), "each name once; use prefix or rename_outputs");
      }
      if (output.name().startsWith("__")) {
        throw SpecErrors.invalid("outputs", output.name(), "a name that does not begin with __");
      }
    }
  }

  private static void requireAll(FeatureTable table, String field, Set<String> names) {
    for (String name : names) {
      FeatureColumn unused = feature(table, field, name);
    }
  }

  private static FeatureColumn feature(FeatureTable table, String field, String name) {
    return table
        .feature(name)
        .orElseThrow(
            () ->
                SpecErrors.unknownFeature(
                    table.name(),
                    field,
                    name,
                    table.features().stream().map(FeatureColumn::name).toList()));
  }

  private static <T> Optional<T> byName(Map<String, T> values, String name) {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
