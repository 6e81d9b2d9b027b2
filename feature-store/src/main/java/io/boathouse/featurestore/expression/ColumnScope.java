package io.boathouse.featurestore.expression;

import io.boathouse.featurestore.online.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The columns that an expression may name; those that it does are its operands. */
final class ColumnScope {
  private final Map<String, ValueType> types;
  private final Map<String, Expression.Operand> used = new LinkedHashMap<>();

  /**
   * @param types by name, in the order in which messages show them
   */
  ColumnScope(Map<String, ValueType> types) {
    this.types = new LinkedHashMap<>(types);
  }

  /** The column of the name, in any case of its letters. */
  Optional<Expression> find(String name) {
    for (Map.Entry<String, ValueType> column : types.entrySet()) {
      if (column.getKey().equalsIgnoreCase(name)) {
        return Optional.of(
            used.computeIfAbsent(
                column.getKey(),
                key ->
                    new Expression.Operand(
                        used.size(), key, ExpressionType.of(column.getValue()))));
      }
    }
    return Optional.empty();
  }

  List<String> names() {
    return List.copyOf(types.keySet());
  }

  /** The columns that were named, in the order of their indices. */
  List<String> operands() {
    return new ArrayList<>(used.keySet());
  }
}
