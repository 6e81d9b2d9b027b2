package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.TableUse.AsOf;
import io.boathouse.table.compute.MetadataField;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives every table, CTE and parameter of one query its name or value inside the session. */
final class BoundNames implements TreeWalk.Names {
  static final String VIEW_PREFIX = "bound_table_";
  static final String CTE_PREFIX = "bound_cte_";

  private final Caller caller;
  private final Caller rights;
  private final QueryText query;
  private final Map<String, QueryParameter> parameters;
  private final String part;
  private final MetadataColumns metadata;
  private final SparkFunctions spark;
  private final Map<TableKey, String> views = new LinkedHashMap<>();
  private final Set<String> ctes = new HashSet<>();
  private final Optional<FunctionExpansion> functions;
  private final Optional<ModelExpansion> models;
  private final Set<List<String>> unaliased = new HashSet<>();

  /**
   * @param reader who sees the rows, and is the current user
   * @param rights with which functions are called
   * @param spark knows functions of Spark's
   */
  record Asker(Caller reader, Caller rights, SparkFunctions spark) {}

  private record TableKey(FullName name, AsOf asOf, Set<MetadataField> metadata) {}

  /**
   * @param part a word that tells the views of this query from those of others
   * @param functions gives the bodies of catalog functions; empty where there are none to call
   * @param models gives the models that may be asked; empty where none may be
   */
  BoundNames(
      Asker asker,
      QueryText query,
      String part,
      MetadataColumns metadata,
      Optional<FunctionExpansion> functions,
      Optional<ModelExpansion> models) {
    this.models = models;
    this.metadata = metadata;
    this.part = part;
    this.caller = asker.reader();
    this.rights = asker.rights();
    this.spark = asker.spark();
    this.query = query;
    this.parameters = query.parametersByName();
    this.functions = functions;
  }

  /**
   * @param filters of views, by name
   * @param columns whose names stand in the query; empty if it can read all
   */
  List<ViewedTable> tables(Map<String, List<RowFilter>> filters, Optional<Set<String>> columns) {
    List<ViewedTable> tables = new ArrayList<>();
    views.forEach(
        (key, view) ->
            tables.add(
                new ViewedTable(
                    view,
                    key.name(),
                    key.asOf(),
                    filters.getOrDefault(view, List.of()),
                    key.metadata(),
                    columns,
                    Optional.empty(),
                    Optional.empty())));
    functions.ifPresent(bodies -> tables.addAll(bodies.tables()));
    return tables;
  }

  Set<String> ctes() {
    Set<String> all = new HashSet<>(ctes);
    functions.ifPresent(bodies -> all.addAll(bodies.ctes()));
    return all;
  }

  /** What stands for the models that are asked. */
  Set<String> modelHandles() {
    return models.map(ModelExpansion::handles).orElse(Set.of());
  }

  /** All names under which a view of the session may be read. */
  Set<String> viewNames() {
    Set<String> names = new HashSet<>(views.values());
    names.addAll(query.locals().values());
    functions.ifPresent(bodies -> bodies.tables().forEach(table -> names.add(table.view())));
    return names;
  }

  @Override
  public void table(ObjectNode node, Map<String, String> scope) {
    List<String> path = texts(node.path("qualified_name").path("path"));
    boolean alone = path.size() == 1;
    if (path.isEmpty() || path.stream().anyMatch(String::isEmpty)) {
      throw GovernErrors.invalidTableName(path, "has an empty part");
    }
    String cte = alone ? scope.get(TreeWalk.canonical(path.getFirst())) : null;
    String local = alone ? query.locals().get(TreeWalk.canonical(path.getFirst())) : null;
    if (cte == null && local == null) {
      TableUse use = new TableUse(path, TimeTravel.read(node.path("at_clause"), parameters));
      FullName name = query.defaults().table(path);
      rememberUnaliased(node, name);
      Set<MetadataField> asked = metadata.askedOf(node);
      if (!asked.isEmpty()) {
        metadata.shown(node);
      }
      rename(node, path, List.of("temp", "main", view(name, use.asOf(), asked)));
    } else if (!node.path("at_clause").isNull()) {
      throw GovernErrors.invalidTimeTravel("stands after something that has no versions");
    } else if (cte != null) {
      rename(node, path, List.of(cte));
    } else {
      rename(node, path, List.of("temp", "main", String.valueOf(local)));
    }
  }

  @Override
  public void changes(ObjectNode node) {
    if (!node.path("with_ordinality").asText().equals("WITHOUT_ORDINALITY")) {
      throw GovernErrors.invalidChanges("has no ordinality");
    }
    TableUse use = TimeTravel.changes(node.path("function"), parameters);
    FullName name = query.defaults().table(use.path());
    node.put("type", "BASE_TABLE");
    node.remove(List.of("function", "with_ordinality"));
    rename(
        node, List.of("table_changes"), List.of("temp", "main", view(name, use.asOf(), Set.of())));
  }

  private String view(FullName name, AsOf asOf, Set<MetadataField> asked) {
    return views.computeIfAbsent(
        new TableKey(name, asOf, Set.copyOf(asked)),
        key -> VIEW_PREFIX + part + (views.size() + 1));
  }

  private void rememberUnaliased(ObjectNode node, FullName name) {
    if (node.path("alias").asText().isEmpty()) {
      unaliased.add(name.parts());
      unaliased.add(name.parts().subList(1, name.parts().size()));
    }
  }

  static void rename(ObjectNode node, List<String> written, List<String> path) {
    if (node.path("alias").asText().isEmpty()) {
      node.put("alias", written.getLast());
    }
    node.put("catalog_name", path.size() == 3 ? path.get(0) : "");
    node.put("schema_name", path.size() == 3 ? path.get(1) : "");
    node.put("table_name", path.getLast());
    node.putNull("at_clause");
    ArrayNode qualified = node.putObject("qualified_name").putArray("path");
    path.forEach(qualified::add);
  }

  @Override
  public String cte(String name) {
    String given = CTE_PREFIX + (ctes.size() + 1);
    ctes.add(given);
    return given;
  }

  @Override
  public void column(ObjectNode node) {
    JsonNode names = node.path("column_names");
    if (names.size() == 1) {
      columnOfCaller(node, names.get(0).asText(), caller, query.defaults());
    }
  }

  /**
   * Turns {@code catalog.schema.table.column} into {@code table.column}, since the view behind the
   * table lies elsewhere. Called when all tables are known.
   */
  void shortenColumns(JsonNode tree) {
    for (JsonNode parent : tree.findParents("column_names")) {
      ObjectNode node = (ObjectNode) parent;
      List<String> names = texts(node.path("column_names"));
      for (int prefix = 3; prefix >= 2; prefix--) {
        List<String> table =
            names.subList(0, Math.min(prefix, names.size())).stream()
                .map(TreeWalk::canonical)
                .toList();
        if (names.size() > prefix && unaliased.contains(table)) {
          ArrayNode shorter = node.putArray("column_names");
          names.subList(prefix - 1, names.size()).forEach(shorter::add);
          break;
        }
      }
    }
  }

  @Override
  public void parameter(ObjectNode node) {
    String name = node.path("identifier").asText();
    QueryParameter parameter = parameters.get(name);
    if (parameter == null) {
      throw GovernErrors.parameter(name, "has no value");
    }
    Literals.bind(node, parameter);
  }

  @Override
  public void callerFunction(ObjectNode node, String name) {
    ofCaller(node, name, caller, query.defaults());
  }

  /** Like {@link #ofCaller} for what can be written without parentheses; leaves other names. */
  static void columnOfCaller(ObjectNode node, String name, Caller caller, NameDefaults defaults) {
    switch (TreeWalk.canonical(name)) {
      case "current_user", "session_user", "current_role", "current_catalog", "current_schema" ->
          ofCaller(node, name, caller, defaults);
      default -> {}
    }
  }

  /** Puts what a function tells of the caller in its place. */
  static void ofCaller(ObjectNode node, String name, Caller caller, NameDefaults defaults) {
    String value =
        switch (TreeWalk.canonical(name)) {
          case "current_catalog", "current_database" -> defaults.catalog();
          case "current_schema" -> defaults.schema();
          default -> caller.principal();
        };
    Literals.text(node, value, name);
  }

  @Override
  public void respelled(ObjectNode node) {
    SparkFunctions.respell(node);
  }

  @Override
  public boolean rewritten(ObjectNode call) {
    return spark.rewrite(call);
  }

  @Override
  public void catalogFunction(ObjectNode node, List<String> path) {
    if (ModelExpansion.is(path)) {
      models.orElseThrow(GovernErrors::modelCallHere).call(node);
      return;
    }
    functions
        .orElseThrow(
            () ->
                path.size() == 1
                    ? GovernErrors.functionUnknown(path.getFirst())
                    : GovernErrors.syntaxRefused("a qualified function name", "qualified"))
        .call(node, rights, path, query.defaults());
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
