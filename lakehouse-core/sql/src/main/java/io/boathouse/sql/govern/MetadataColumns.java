package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.table.compute.MetadataField;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds which places of a query that read a table ask for more of its rows than its columns, as
 * {@code _metadata.row_id} or {@code t._metadata.row_id}. Such a place reads a view with one more
 * column, which the stars of its SELECT leave out as if it were not there.
 */
final class MetadataColumns {
  private final IdentityHashMap<JsonNode, Set<MetadataField>> asked = new IdentityHashMap<>();
  private final Set<JsonNode> shown = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Scope> scopes = new ArrayList<>();
  private final Deque<Scope> open = new ArrayDeque<>();

  private MetadataColumns() {}

  /** A SELECT: the tables of its FROM and the stars that stand for their columns. */
  private record Scope(List<JsonNode> tables, List<ObjectNode> stars) {}

  static MetadataColumns of(JsonNode statement) {
    MetadataColumns found = new MetadataColumns();
    found.visit(statement);
    return found;
  }

  /** What a place asks of the rows of its table besides their columns. */
  Set<MetadataField> askedOf(JsonNode table) {
    return asked.getOrDefault(table, Set.of());
  }

  /** The place reads a view that has the column. */
  void shown(JsonNode table) {
    shown.add(table);
  }

  /** Leaves the column out of the stars, once all tables are known. */
  void hide() {
    for (Scope scope : scopes) {
      List<JsonNode> with = scope.tables().stream().filter(shown::contains).toList();
      if (!with.isEmpty()) {
        scope.stars().forEach(star -> hide(star, with));
      }
    }
  }

  private static void hide(ObjectNode star, List<JsonNode> tables) {
    if (star.path("columns").asBoolean()
        && !star.path("expr").path("class").asText().equals("STAR")) {
      if (!star.path("expr").path("class").asText().equals("FUNCTION")) {
        throw GovernErrors.metadataBeside("COLUMNS with a pattern");
      }
      return;
    }
    String of = star.path("relation_name").asText();
    if (!of.isEmpty() && tables.stream().noneMatch(table -> called(table, of))) {
      return;
    }
    if (star.path("qualified_exclude_list") instanceof ArrayNode qualified
        && !qualified.isEmpty()) {
      qualified
          .addObject()
          .put("catalog", "")
          .put("schema", "")
          .put("table", "")
          .put("column", MetadataField.STRUCT);
    } else {
      star.withArray("exclude_list").add(MetadataField.STRUCT);
    }
  }

  private void visit(JsonNode node) {
    boolean select = node.path("type").asText().equals("SELECT_NODE");
    if (select) {
      Scope scope = new Scope(new ArrayList<>(), new ArrayList<>());
      tables(node.path("from_table"), scope);
      scopes.add(scope);
      open.push(scope);
    }
    if (node.path("class").asText().equals("COLUMN_REF")) {
      column(BoundNames.texts(node.path("column_names")));
    } else if (node.path("class").asText().equals("STAR") && !open.isEmpty()) {
      open.element().stars().add((ObjectNode) node);
    }
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        visit(child);
      }
    }
    if (select) {
      open.pop();
    }
  }

  private static void tables(JsonNode from, Scope scope) {
    switch (from.path("type").asText()) {
      case "BASE_TABLE" -> scope.tables().add(from);
      case "JOIN" -> {
        tables(from.path("left"), scope);
        tables(from.path("right"), scope);
      }
      default -> {}
    }
  }

  private void column(List<String> names) {
    for (int i = 0; i + 1 < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(MetadataField.STRUCT)) {
        Optional<MetadataField> field = MetadataField.of(names.get(i + 1));
        if (field.isPresent()) {
          ask(i == 0 ? Optional.empty() : Optional.of(names.get(i - 1)), field.get());
        }
        return;
      }
    }
  }

  /** A name means the innermost table that it can mean. */
  private void ask(Optional<String> table, MetadataField field) {
    for (Scope scope : open) {
      List<JsonNode> meant =
          scope.tables().stream()
              .filter(one -> table.isEmpty() || called(one, table.get()))
              .toList();
      if (!meant.isEmpty()) {
        meant.forEach(
            one ->
                asked.computeIfAbsent(one, key -> EnumSet.noneOf(MetadataField.class)).add(field));
        return;
      }
    }
  }

  private static boolean called(JsonNode table, String name) {
    String alias = table.path("alias").asText();
    return (alias.isEmpty() ? table.path("table_name").asText() : alias).equalsIgnoreCase(name);
  }
}
