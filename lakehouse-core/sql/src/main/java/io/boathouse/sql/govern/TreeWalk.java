package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.sql.govern.AllowList.NodeKind;
import io.boathouse.sql.govern.AllowList.Position;
import io.boathouse.sql.govern.AllowList.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The first wall: visits every node of a syntax tree and refuses whatever the allow-list does not
 * allow. What is to become of tables, parameters and names of CTEs is up to the {@link Names}.
 */
final class TreeWalk {
  private static final int MAX_NODES = 400_000;
  private static final int MAX_TABLES = 250;
  private static final String CHANGES = "table_changes";

  private final AllowList allowList;
  private final Names names;
  private int nodes;
  private int tables;

  TreeWalk(AllowList allowList, Names names) {
    this.allowList = allowList;
    this.names = names;
  }

  /** Decides about the names in a tree; may change the nodes in place. */
  interface Names {
    /**
     * @param ctes names of the CTEs in scope to the names that they were given
     */
    void table(ObjectNode node, Map<String, String> ctes);

    /** A call of the function that tells a table's changes, which becomes a table. */
    void changes(ObjectNode node);

    /** The name that a CTE gets. */
    String cte(String name);

    void column(ObjectNode node);

    void parameter(ObjectNode node);

    /** Called before a node is looked at, which may then have the engine's name for the same. */
    default void respelled(ObjectNode node) {}

    /** Whether a call of a function became an expression; its arguments have been visited. */
    default boolean rewritten(ObjectNode call) {
      return false;
    }

    /** A call of a function that is not the engine's. Its arguments have been visited. */
    void catalogFunction(ObjectNode node, List<String> path);

    /** A function that tells of the caller, such as current_user. */
    void callerFunction(ObjectNode node, String name);
  }

  /** Visits a whole statement. */
  void statement(ObjectNode statement) {
    visit(statement, Map.of());
  }

  private void visit(JsonNode node, Map<String, String> ctes) {
    if (++nodes > MAX_NODES) {
      throw GovernErrors.tooComplex("nodes", MAX_NODES);
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        visit(element, ctes);
      }
    } else if (node instanceof ObjectNode object) {
      fields(object);
      if (object.has("class")) {
        expression(object, ctes);
      } else if (object.path("type").isTextual()) {
        typed(object, ctes);
      } else {
        children(object, ctes);
      }
    }
  }

  private void fields(ObjectNode node) {
    for (var fields = node.fieldNames(); fields.hasNext(); ) {
      require(NodeKind.FIELD, fields.next());
    }
  }

  private void children(ObjectNode node, Map<String, String> ctes) {
    for (JsonNode child : node) {
      if (child.isContainerNode()) {
        visit(child, ctes);
      }
    }
  }

  private void typed(ObjectNode node, Map<String, String> ctes) {
    String type = node.path("type").asText();
    if (allowList.node(NodeKind.QUERY_NODE, type).isPresent()) {
      require(NodeKind.QUERY_NODE, type);
      queryNode(node, ctes);
    } else if (allowList.node(NodeKind.TABLE, type).isPresent()) {
      require(NodeKind.TABLE, type);
      table(node, type, ctes);
    } else if (allowList.node(NodeKind.MODIFIER, type).isPresent()) {
      require(NodeKind.MODIFIER, type);
      children(node, ctes);
    } else {
      require(NodeKind.ORDER, type);
      children(node, ctes);
    }
  }

  /**
   * A query with its CTEs. Each CTE sees those before it, and itself only if it is recursive; the
   * body sees them all.
   */
  private void queryNode(ObjectNode node, Map<String, String> outer) {
    Map<String, String> ctes = new HashMap<>(outer);
    for (JsonNode entry : node.path("cte_map").path("map")) {
      ObjectNode cte = (ObjectNode) entry;
      fields(cte);
      String name = cte.path("key").asText();
      String given = names.cte(name);
      cte.put("key", given);
      Map<String, String> inside = new HashMap<>(ctes);
      JsonNode query = cte.path("value").path("query_node");
      if (query instanceof ObjectNode recursive && recursive.has("cte_name")) {
        recursive.put("cte_name", given);
        inside.put(canonical(name), given);
      }
      visit(cte.path("value"), inside);
      ctes.put(canonical(name), given);
    }
    for (var part : List.copyOf(node.properties())) {
      if (!part.getKey().equals("cte_map")) {
        visit(part.getValue(), ctes);
      }
    }
  }

  private void table(ObjectNode node, String type, Map<String, String> ctes) {
    if (++tables > MAX_TABLES) {
      throw GovernErrors.tooComplex("tables", MAX_TABLES);
    }
    switch (type) {
      case "BASE_TABLE" -> {
        names.table(node, ctes);
        visit(node.path("sample"), ctes);
      }
      case "TABLE_FUNCTION" -> {
        ObjectNode call = (ObjectNode) node.path("function");
        fields(call);
        require(NodeKind.CLASS, call.path("class").asText());
        if (call.path("function_name").asText().equalsIgnoreCase(CHANGES)) {
          changes(node, call, ctes);
        } else {
          function(call, Position.TABLE);
          children(call, ctes);
        }
        visit(node.path("sample"), ctes);
      }
      default -> children(node, ctes);
    }
  }

  /** Its arguments are seen by the one wall and gone at the other. */
  private void changes(ObjectNode node, ObjectNode call, Map<String, String> ctes) {
    unqualified(call, "function");
    for (JsonNode argument : call.path("arguments")) {
      if (!argument.path("expression").path("class").asText().equals("PARAMETER")) {
        visit(argument, ctes);
      }
    }
    names.changes(node);
  }

  private void expression(ObjectNode node, Map<String, String> ctes) {
    require(NodeKind.CLASS, node.path("class").asText());
    require(NodeKind.EXPRESSION, node.path("type").asText());
    names.respelled(node);
    if (node.path("class").asText().equals("FUNCTION") && !isEngines(node)) {
      children(node, ctes);
      if (names.rewritten(node)) {
        return;
      }
      names.catalogFunction(node, BoundNames.texts(node.path("qualified_name").path("path")));
      return;
    }
    if (node.path("class").asText().equals("COLUMN_REF")) {
      names.column(node); // which may put something else there that was visited before
      return;
    }
    switch (node.path("class").asText()) {
      case "FUNCTION", "WINDOW" -> function(node, Position.EXPRESSION);
      case "PARAMETER" -> names.parameter(node);
      case "TYPE" -> unqualified(node, "type");
      default -> {}
    }
    children(node, ctes);
    if (node.path("class").asText().equals("FUNCTION")
        || node.path("class").asText().equals("WINDOW")) {
      boolean unused = names.rewritten(node);
    }
  }

  private boolean isEngines(ObjectNode node) {
    return node.path("qualified_name").path("path").size() == 1
        && allowList.function(Position.EXPRESSION, node.path("function_name").asText()).isPresent();
  }

  private void function(ObjectNode node, Position position) {
    unqualified(node, "function");
    if (node.path("export_state").asBoolean()) {
      throw GovernErrors.syntaxRefused("EXPORT_STATE", "internal");
    }
    String name = node.path("function_name").asText();
    Optional<Verdict> verdict = allowList.function(position, name);
    if (verdict.isEmpty()) {
      throw GovernErrors.functionUnknown(name);
    }
    if (!verdict.get().allowed()) {
      throw GovernErrors.functionRefused(name, verdict.get().reason());
    }
    if (verdict.get().reason().equals("caller")) {
      names.callerFunction(node, name);
    }
  }

  private static void unqualified(ObjectNode node, String what) {
    JsonNode path = node.path("qualified_name").path("path");
    boolean plain =
        node.path("catalog").asText().isEmpty()
            && node.path("schema").asText().isEmpty()
            && path.size() == 1
            && path.get(0).asText().equals(node.path(what + "_name").asText());
    if (!plain) {
      throw GovernErrors.syntaxRefused("a qualified " + what + " name", "qualified");
    }
  }

  private void require(NodeKind kind, String name) {
    Optional<Verdict> verdict = allowList.node(kind, name);
    if (verdict.isEmpty()) {
      throw GovernErrors.syntaxRefused(name, "unclassified");
    }
    if (!verdict.get().allowed()) {
      throw GovernErrors.syntaxRefused(name, verdict.get().reason());
    }
  }

  static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
