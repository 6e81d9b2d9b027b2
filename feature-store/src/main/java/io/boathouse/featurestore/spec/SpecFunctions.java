package io.boathouse.featurestore.spec;

import io.boathouse.featurestore.expression.RowFunction;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions of a spec, compiled, with where their operands are. Thread-safe. */
public final class SpecFunctions {
  private final List<Step> steps;

  /**
   * One function.
   *
   * @param column its place among the spec's columns
   */
  private record Step(int column, RowFunction function, Operand[] operands) {}

  /** Where an operand is. */
  private sealed interface Operand {
    record Input(int index) implements Operand {}

    record Column(int index) implements Operand {}

    record Computed(int step) implements Operand {}
  }

  /** The values that functions are computed from. */
  public interface Cells {
    /**
     * @param index of the spec's inputs
     */
    @Nullable Object input(int index);

    /**
     * @param index of the spec's columns; one that is looked up
     */
    @Nullable Object column(int index);
  }

  private SpecFunctions(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** Compiles the functions of a spec. */
  public static SpecFunctions of(FeatureSpec spec) {
    List<OutputColumn> columns = spec.columns();
    List<Step> steps = new ArrayList<>();
    for (FeatureFunction function : spec.definition().functions()) {
      int column = place(columns, function.name());
      if (column < 0) {
        continue; // excluded, and no other needs it
      }
      RowFunction compiled = RowFunction.parse(function.name(), function.expression(), types(spec));
      steps.add(
          new Step(
              column,
              compiled,
              compiled.operands().stream()
                  .map(name -> operand(spec, steps, name))
                  .toArray(Operand[]::new)));
    }
    return new SpecFunctions(steps);
  }

  private static Map<String, ValueType> types(FeatureSpec spec) {
    Map<String, ValueType> types = new LinkedHashMap<>();
    spec.inputs().forEach(input -> types.put(input.name(), input.type()));
    spec.columns().forEach(column -> types.put(column.name(), column.type()));
    return types;
  }

  private static Operand operand(FeatureSpec spec, List<Step> before, String name) {
    for (int i = 0; i < spec.inputs().size(); i++) {
      if (spec.inputs().get(i).name().equals(name)) {
        return new Operand.Input(i);
      }
    }
    int column = place(spec.columns(), name);
    for (int i = 0; i < before.size(); i++) {
      if (before.get(i).column() == column) {
        return new Operand.Computed(i);
      }
    }
    return new Operand.Column(column);
  }

  private static int place(List<OutputColumn> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      boolean same = columns.get(i).name().equalsIgnoreCase(name);
      if (same && !(columns.get(i).source() instanceof Source.Request)) {
        return i;
      }
    }
    return -1;
  }

  public int count() {
    return steps.size();
  }

  /** Which column of the spec a function fills. */
  public int column(int step) {
    return steps.get(step).column();
  }

  /** The names of the columns and inputs that functions are computed from. */
  public List<String> operands() {
    return steps.stream().flatMap(step -> step.function().operands().stream()).distinct().toList();
  }

  /** Computes all functions of a row, in their order. */
  public @Nullable Object[] compute(Cells cells) {
    @Nullable Object[] values = new @Nullable Object[steps.size()];
    for (int i = 0; i < values.length; i++) {
      Step step = steps.get(i);
      @Nullable Object[] row = new @Nullable Object[step.operands().length];
      for (int o = 0; o < row.length; o++) {
        row[o] =
            switch (step.operands()[o]) {
              case Operand.Input(int index) -> cells.input(index);
              case Operand.Column(int index) -> cells.column(index);
              case Operand.Computed(int before) -> values[before];
            };
      }
      values[i] = step.function().apply(row);
    }
    return values;
  }
}
