package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.DerivedColumn.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The columns whose values go into the value of an expression. */
final class LineageExpressions {
  /** Functions of which the first argument is the value, and the others choose or compare. */
  private static final Set<String> FIRST_ONLY =
      Set.of(
          "arg_max",
          "arg_min",
          "argmax",
          "argmin",
          "max_by",
          "min_by",
          "list_filter",
          "filter",
          "array_filter",
          "nullif",
          "arg_max_null",
          "arg_min_null");

  private final ColumnLineage lineage;
  private final Scope scope;
  private Optional<DerivedColumn> each = Optional.empty();

  LineageExpressions(ColumnLineage lineage, Scope scope) {
    this.lineage = lineage;
    this.scope = scope;
  }

  /** The columns that an item of a SELECT becomes. */
  List<DerivedColumn> item(JsonNode item) {
    if (isStar(item)) {
      return star(item);
    }
    Optional<JsonNode> columns = columnsInside(item);
    if (columns.isEmpty()) {
      return List.of(new DerivedColumn(name(item), sources(item)));
    }
    List<DerivedColumn> found = new ArrayList<>();
    for (DerivedColumn column : star(columns.get())) {
      each = Optional.of(column);
      found.add(new DerivedColumn(column.name(), sources(item)));
    }
    each = Optional.empty();
    return found;
  }

  private static boolean isStar(JsonNode node) {
    return node.path("class").asText().equals("STAR");
  }

  /** COLUMNS(…) within an expression makes a column of each. */
  private static Optional<JsonNode> columnsInside(JsonNode node) {
    if (isStar(node) && node.path("columns").asBoolean()) {
      return Optional.of(node);
    }
    if (node.path("type").asText().equals("OPERATOR_UNPACK") || node.has("select_list")) {
      return Optional.empty();
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        Optional<JsonNode> found = columnsInside(child);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static String name(JsonNode item) {
    String alias = item.path("alias").asText();
    JsonNode path = item.path("column_names");
    String last = path.isEmpty() ? "" : path.get(path.size() - 1).asText();
    return alias.isEmpty() ? last : alias;
  }

  private List<DerivedColumn> star(JsonNode star) {
    String relation = star.path("relation_name").asText();
    List<DerivedColumn> all =
        relation.isEmpty()
            ? scope.from().columns()
            : scope.from().relation(relation).map(Scope.Relation::columns).orElse(List.of());
    Set<String> without = new HashSet<>();
    star.path("exclude_list").forEach(name -> without.add(ColumnLineage.canonical(last(name))));
    star.path("qualified_exclude_list")
        .forEach(name -> without.add(ColumnLineage.canonical(last(name))));
    Map<String, JsonNode> replaced = new HashMap<>();
    star.path("replace_list")
        .forEach(
            one -> replaced.put(ColumnLineage.canonical(last(one.path("key"))), one.path("value")));
    Map<String, String> names = new HashMap<>();
    star.path("rename_list")
        .forEach(
            one ->
                names.put(
                    ColumnLineage.canonical(last(one.path("key"))), one.path("value").asText()));
    List<DerivedColumn> columns = new ArrayList<>();
    for (DerivedColumn column : all) {
      String key = ColumnLineage.canonical(column.name());
      if (!without.contains(key) && matches(star.path("expr"), column.name())) {
        JsonNode other = replaced.get(key);
        columns.add(
            new DerivedColumn(
                names.getOrDefault(key, column.name()),
                other == null ? column.sources() : sources(other)));
      }
    }
    return columns;
  }

  private static String last(JsonNode name) {
    return name.isObject() ? name.path("column").asText() : name.asText();
  }

  /** Whether COLUMNS means a column: by a pattern; what else there is may mean any. */
  private static boolean matches(JsonNode choice, String column) {
    if (!choice.at("/literal/kind").asText().equals("STRING")) {
      return true;
    }
    try {
      return Pattern.compile(choice.at("/literal/text").asText()).matcher(column).find();
    } catch (PatternSyntaxException e) {
      return true;
    }
  }

  Set<Source> sources(JsonNode node) {
    return switch (node.path("class").asText()) {
      case "COLUMN_REF" -> scope.column(BoundNames.texts(node.path("column_names")));
      case "POSITIONAL_REFERENCE" -> place(node.path("index").asInt());
      case "CASE" -> choice(node);
      case "FUNCTION" -> function(node);
      case "WINDOW" -> Scope.union(arguments(node), sources(node.path("default_expr")));
      case "SUBQUERY" -> subquery(node);
      case "LAMBDA" -> lambda(node);
      case "STAR" ->
          each.filter(column -> node.path("columns").asBoolean())
              .map(DerivedColumn::sources)
              .orElseGet(() -> all(star(node)));
      case "CAST" -> sources(node.path("child"));
      case "OPERATOR" -> operator(node);
      default -> children(node);
    };
  }

  private Set<Source> place(int index) {
    List<DerivedColumn> columns = scope.from().columns();
    return index >= 1 && index <= columns.size() ? columns.get(index - 1).sources() : Set.of();
  }

  private Set<Source> choice(JsonNode node) {
    Set<Source> sources = new HashSet<>(sources(node.path("else_expr")));
    node.path("case_checks").forEach(check -> sources.addAll(sources(check.path("then_expr"))));
    return sources;
  }

  private Set<Source> operator(JsonNode node) {
    return node.path("type").asText().equals("OPERATOR_NULLIF")
        ? sources(node.path("children").path(0))
        : children(node);
  }

  private Set<Source> function(JsonNode node) {
    String name = ColumnLineage.canonical(node.path("function_name").asText());
    if (FIRST_ONLY.contains(name)) {
      return sources(node.path("arguments").path(0).path("expression"));
    }
    return name.equals("if") ? argumentsFrom(1, node) : arguments(node);
  }

  private Set<Source> arguments(JsonNode node) {
    return argumentsFrom(0, node);
  }

  private Set<Source> argumentsFrom(int first, JsonNode node) {
    Set<Source> sources = new HashSet<>();
    JsonNode arguments = node.path("arguments");
    for (int i = first; i < arguments.size(); i++) {
      sources.addAll(sources(arguments.get(i).path("expression")));
    }
    return sources;
  }

  private Set<Source> subquery(JsonNode node) {
    if (node.path("subquery_type").asText().contains("EXISTS")) {
      return Set.of();
    }
    List<DerivedColumn> columns = lineage.query(node.path("subquery").path("node"), scope);
    return Scope.union(sources(node.path("child")), all(columns));
  }

  private Set<Source> lambda(JsonNode node) {
    Scope body = scope.inner();
    parameters(node.path("lhs"), body);
    return new LineageExpressions(lineage, body).sources(node.path("expr"));
  }

  private static void parameters(JsonNode node, Scope body) {
    if (node.path("class").asText().equals("COLUMN_REF")) {
      body.shadow(node.path("column_names").path(0).asText());
    }
    node.path("arguments").forEach(argument -> parameters(argument.path("expression"), body));
  }

  private Set<Source> children(JsonNode node) {
    Set<Source> sources = new HashSet<>();
    for (JsonNode child : node) {
      if (child.isArray()) {
        child.forEach(element -> sources.addAll(sources(element)));
      } else if (child.isObject()) {
        sources.addAll(sources(child));
      }
    }
    return sources;
  }

  private static Set<Source> all(List<DerivedColumn> columns) {
    Set<Source> sources = new HashSet<>();
    columns.forEach(column -> sources.addAll(column.sources()));
    return sources;
  }
}
