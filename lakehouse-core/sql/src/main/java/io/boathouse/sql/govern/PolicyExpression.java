package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.AllowList.Position;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.TableSchema;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the expression of a policy can do to whoever reads the table: nothing, fail, or more. */
final class PolicyExpression {
  private static final Set<String> UNSURE = Set.of("raises", "random", "state", "rows", "window");

  private final Columns columns;
  private final AllowList allowList;

  /** Tells the column that a name means. */
  interface Columns {
    Optional<Column> of(JsonNode path);
  }

  PolicyExpression(Columns columns, AllowList allowList) {
    this.columns = columns;
    this.allowList = allowList;
  }

  /** Of the columns of the base of a policy's view. */
  PolicyExpression(TableSchema schema, AllowList allowList) {
    this(path -> ofBase(path, schema), allowList);
  }

  private static Optional<Column> ofBase(JsonNode path, TableSchema schema) {
    boolean ours = path.size() == 2 && path.get(0).asText().equals(FunctionExpansion.BASE);
    return ours ? schema.column(path.get(1).asText()) : Optional.empty();
  }

  /** Whether it is true or false of every row, or null, and can do nothing else. */
  boolean isQuietCondition(JsonNode expression) {
    return family(expression).filter("B"::equals).isPresent();
  }

  /** How an expression behaves on rows that the caller may not see. */
  enum Manner {
    /** It cannot fail. */
    QUIET,
    /** It can fail, and is null where it does if it is tried. */
    TRIED,
    /** It can fail, and the engine cannot try it. */
    LOUD
  }

  Manner of(JsonNode expression) {
    if (family(expression).isPresent()) {
      return Manner.QUIET;
    }
    return canBeTried(expression) ? Manner.TRIED : Manner.LOUD;
  }

  /** Neither a query nor a volatile function can be tried. */
  private boolean canBeTried(JsonNode node) {
    switch (node.path("class").asText()) {
      case "SUBQUERY", "WINDOW" -> {
        return false;
      }
      case "FUNCTION" -> {
        boolean sure =
            allowList
                .function(Position.EXPRESSION, node.path("function_name").asText())
                .filter(verdict -> !UNSURE.contains(verdict.reason()))
                .isPresent();
        if (!sure) {
          return false;
        }
      }
      default -> {}
    }
    for (JsonNode child : node) {
      if (child.isContainerNode() && !canBeTried(child)) {
        return false;
      }
    }
    return true;
  }

  /** The family of the value's type if computing it cannot fail; empty if that is not sure. */
  private Optional<String> family(JsonNode node) {
    return switch (node.path("class").asText()) {
      case "CONSTANT" -> constant(node.at("/literal/kind").asText());
      case "COLUMN_REF" -> column(node.path("column_names"));
      case "CAST" -> cast(node);
      case "COMPARISON" -> alike(List.of(node.path("left"), node.path("right"))).map(same -> "B");
      case "BETWEEN" ->
          alike(List.of(node.path("input"), node.path("lower"), node.path("upper")))
              .map(same -> "B");
      case "CONJUNCTION" -> alike(children(node)).filter(Set.of("B", "")::contains).map(f -> "B");
      case "CASE" -> choice(node);
      case "OPERATOR" -> operator(node);
      default -> Optional.empty();
    };
  }

  private static Optional<String> constant(String kind) {
    return switch (kind) {
      case "STRING" -> Optional.of("S");
      case "INTEGER" -> Optional.of("N");
      case "BOOLEAN" -> Optional.of("B");
      case "NULL_LITERAL" -> Optional.of("");
      default -> Optional.empty();
    };
  }

  private Optional<String> column(JsonNode path) {
    return columns.of(path).flatMap(column -> family(column.type()));
  }

  private static Optional<String> family(DataType type) {
    return switch (type) {
      case DataType.StringType t -> Optional.of("S");
      case DataType.BooleanType t -> Optional.of("B");
      case DataType.ByteType t -> Optional.of("N");
      case DataType.ShortType t -> Optional.of("N");
      case DataType.IntegerType t -> Optional.of("N");
      case DataType.LongType t -> Optional.of("N");
      case DataType.DateType t -> Optional.of("D");
      default -> Optional.empty();
    };
  }

  /** To text, to the widest number, and to what it is already. */
  private Optional<String> cast(JsonNode node) {
    JsonNode child = node.path("child");
    Optional<String> from = family(child);
    String to = node.at("/type_expr/type_name").asText().toUpperCase(Locale.ROOT);
    return switch (to) {
      case "VARCHAR" -> from.map(any -> "S");
      case "BIGINT" -> from.filter(Set.of("N", "")::contains).map(any -> "N");
      case "BOOLEAN" ->
          from.filter(Set.of("B", "")::contains)
              .map(any -> "B")
              .or(() -> isBooleanText(child) ? Optional.of("B") : Optional.empty());
      case "DATE" ->
          from.filter(Set.of("D", "")::contains)
              .map(any -> "D")
              .or(() -> isDateText(child) ? Optional.of("D") : Optional.empty());
      case "INTEGER", "SMALLINT", "TINYINT" ->
          sameColumn(child, to) || from.equals(Optional.of(""))
              ? Optional.of("N")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean isBooleanText(JsonNode node) {
    String text = node.at("/literal/text").asText();
    return node.path("class").asText().equals("CONSTANT")
        && Set.of("t", "f", "true", "false").contains(text);
  }

  private static boolean isDateText(JsonNode node) {
    if (!node.path("class").asText().equals("CONSTANT")) {
      return false;
    }
    try {
      int year = LocalDate.parse(node.at("/literal/text").asText()).getYear();
      return year > 0 && year < 10_000;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private boolean sameColumn(JsonNode node, String engineType) {
    return node.path("class").asText().equals("COLUMN_REF")
        && columns
            .of(node.path("column_names"))
            .map(column -> DuckTypes.of(column.type()))
            .filter(engineType::equals)
            .isPresent();
  }

  private Optional<String> operator(JsonNode node) {
    List<JsonNode> parts = children(node);
    return switch (node.path("type").asText()) {
      case "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL" -> alike(parts).map(any -> "B");
      case "COMPARE_IN", "COMPARE_NOT_IN" -> alike(parts).map(any -> "B");
      case "OPERATOR_NOT" -> alike(parts).filter(Set.of("B", "")::contains).map(any -> "B");
      case "OPERATOR_COALESCE" -> alike(parts);
      default -> Optional.empty();
    };
  }

  private Optional<String> choice(JsonNode node) {
    List<JsonNode> conditions = new ArrayList<>();
    List<JsonNode> values = new ArrayList<>(List.of(node.path("else_expr")));
    for (JsonNode check : node.path("case_checks")) {
      conditions.add(check.path("when_expr"));
      values.add(check.path("then_expr"));
    }
    return alike(conditions).filter(Set.of("B", "")::contains).flatMap(any -> alike(values));
  }

  /** The one family of all that have one; of nulls alone, none. */
  private Optional<String> alike(List<JsonNode> nodes) {
    String found = "";
    for (JsonNode node : nodes) {
      Optional<String> family = family(node);
      boolean fits =
          family.isPresent()
              && (family.get().isEmpty() || found.isEmpty() || family.get().equals(found));
      if (!fits) {
        return Optional.empty();
      }
      found = family.get().isEmpty() ? found : family.get();
    }
    return Optional.of(found);
  }

  private static List<JsonNode> children(JsonNode node) {
    List<JsonNode> children = new ArrayList<>();
    node.path("children").forEach(children::add);
    return children;
  }
}
