package io.boathouse.table.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.table.read.Predicate.Compare;
import io.boathouse.table.read.Predicate.Operator;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a condition asks of the columns of one table, out of the SQL engine's syntax tree of it.
 * Understood are comparisons of a column with a constant, IN, BETWEEN, IS NULL, LIKE with a fixed
 * beginning, booleans, AND and OR; in place of everything else stands a condition that is always
 * met.
 */
public final class ConditionTree {
  private static final Predicate ANYTHING = new Predicate.And(List.of());

  private final Function<List<String>, Optional<Column>> columns;

  private ConditionTree(Function<List<String>, Optional<Column>> columns) {
    this.columns = columns;
  }

  /**
   * A condition that every row meets for which the given one is true.
   *
   * @param columns the column of the table that a name with its qualifiers surely means, if any
   */
  public static Predicate of(JsonNode condition, Function<List<String>, Optional<Column>> columns) {
    return new ConditionTree(columns).predicate(condition);
  }

  private Predicate predicate(JsonNode condition) {
    return switch (condition.path("type").asText()) {
      case "CONJUNCTION_AND" -> new Predicate.And(all(condition.path("children")));
      case "CONJUNCTION_OR" -> new Predicate.Or(all(condition.path("children")));
      case "COMPARE_IN" -> in(condition.path("children"));
      case "COMPARE_BETWEEN" -> between(condition);
      case "OPERATOR_IS_NULL" ->
          column(condition.path("children").path(0))
              .<Predicate>map(column -> new Predicate.IsNull(column.name()))
              .orElse(ANYTHING);
      case "OPERATOR_IS_NOT_NULL" ->
          column(condition.path("children").path(0))
              .<Predicate>map(column -> new Predicate.IsNotNull(column.name()))
              .orElse(ANYTHING);
      case "OPERATOR_NOT" -> flag(condition.path("children").path(0), false);
      case "COLUMN_REF" -> flag(condition, true);
      case "FUNCTION" -> like(condition);
      default -> comparison(condition);
    };
  }

  private List<Predicate> all(JsonNode parts) {
    List<Predicate> predicates = new ArrayList<>();
    parts.forEach(part -> predicates.add(predicate(part)));
    return predicates;
  }

  private Predicate in(JsonNode children) {
    Optional<Column> column = column(children.path(0));
    if (column.isEmpty()) {
      return ANYTHING;
    }
    List<Comparable<?>> values = new ArrayList<>();
    for (int i = 1; i < children.size(); i++) {
      Optional<Comparable<?>> value = Constants.value(children.get(i), column.get().type());
      if (value.isEmpty()) {
        return ANYTHING;
      }
      values.add(value.get());
    }
    return new Predicate.In(column.get().name(), values);
  }

  private Predicate between(JsonNode condition) {
    Optional<Column> column = column(condition.path("input"));
    if (column.isPresent()) {
      DataType type = column.get().type();
      Optional<Comparable<?>> low = Constants.value(condition.path("lower"), type);
      Optional<Comparable<?>> high = Constants.value(condition.path("upper"), type);
      if (low.isPresent() && high.isPresent()) {
        return new Predicate.Within(column.get().name(), low.get(), high.get());
      }
    }
    return new Predicate.And(
        List.of(
            compare(condition.path("input"), Operator.GREATER_OR_EQUAL, condition.path("lower")),
            compare(condition.path("input"), Operator.LESS_OR_EQUAL, condition.path("upper"))));
  }

  /** A column that is a condition by itself. */
  private Predicate flag(JsonNode column, boolean value) {
    return column(column)
        .filter(known -> known.type() instanceof DataType.BooleanType)
        .<Predicate>map(known -> new Compare(known.name(), Operator.EQUAL, value))
        .orElse(ANYTHING);
  }

  private Predicate comparison(JsonNode condition) {
    Optional<Operator> operator = operator(condition.path("type").asText());
    if (operator.isEmpty()) {
      return ANYTHING;
    }
    JsonNode left = condition.path("left");
    JsonNode right = condition.path("right");
    return column(left).isPresent()
        ? compare(left, operator.get(), right)
        : compare(right, turned(operator.get()), left);
  }

  private Predicate compare(JsonNode column, Operator operator, JsonNode constant) {
    return column(column)
        .flatMap(
            known ->
                Constants.value(constant, known.type())
                    .<Predicate>map(value -> new Compare(known.name(), operator, value)))
        .orElse(ANYTHING);
  }

  private static Optional<Operator> operator(String type) {
    return switch (type) {
      case "COMPARE_EQUAL" -> Optional.of(Operator.EQUAL);
      case "COMPARE_LESSTHAN" -> Optional.of(Operator.LESS);
      case "COMPARE_LESSTHANOREQUALTO" -> Optional.of(Operator.LESS_OR_EQUAL);
      case "COMPARE_GREATERTHAN" -> Optional.of(Operator.GREATER);
      case "COMPARE_GREATERTHANOREQUALTO" -> Optional.of(Operator.GREATER_OR_EQUAL);
      default -> Optional.empty();
    };
  }

  private static Operator turned(Operator operator) {
    return switch (operator) {
      case EQUAL -> Operator.EQUAL;
      case NOT_EQUAL -> Operator.NOT_EQUAL;
      case LESS -> Operator.GREATER;
      case LESS_OR_EQUAL -> Operator.GREATER_OR_EQUAL;
      case GREATER -> Operator.LESS;
      case GREATER_OR_EQUAL -> Operator.LESS_OR_EQUAL;
    };
  }

  /** What matches a pattern with a fixed beginning lies between it and the next such text. */
  private Predicate like(JsonNode condition) {
    JsonNode arguments = condition.path("arguments");
    Optional<Column> column =
        column(arguments.path(0).path("expression"))
            .filter(known -> known.type() instanceof DataType.StringType);
    JsonNode literal = arguments.path(1).path("expression").path("literal");
    boolean isLike =
        condition.path("function_name").asText().equals("~~")
            && arguments.size() == 2
            && literal.path("kind").asText().equals("STRING");
    if (!isLike || column.isEmpty()) {
      return ANYTHING;
    }
    String pattern = literal.path("text").asText();
    int end = 0;
    while (end < pattern.length() && "%_\\".indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    return beginningWith(column.get().name(), pattern.substring(0, end));
  }

  private static Predicate beginningWith(String column, String prefix) {
    if (prefix.isEmpty()) {
      return new Predicate.IsNotNull(column);
    }
    List<Predicate> parts = new ArrayList<>();
    parts.add(new Compare(column, Operator.GREATER_OR_EQUAL, prefix));
    char last = prefix.charAt(prefix.length() - 1);
    if (last < 0xd7ff) {
      String next = prefix.substring(0, prefix.length() - 1) + (char) (last + 1);
      parts.add(new Compare(column, Operator.LESS, next));
    }
    return new Predicate.And(parts);
  }

  private Optional<Column> column(JsonNode node) {
    if (!node.path("class").asText().equals("COLUMN_REF")) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    node.path("column_names").forEach(name -> names.add(name.asText()));
    return names.isEmpty() ? Optional.empty() : columns.apply(names);
  }
}
