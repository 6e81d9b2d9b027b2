package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Puts the bodies of catalog functions in the place of their calls, for one statement. Every body
 * goes through the same wall as a query; what it says of the user is said of the caller; tables and
 * functions in it are reached with its owner's rights. A body never sees the names around the call:
 * where it has a query inside, arguments come to it through a relation of their own.
 */
final class FunctionExpansion {
  /** What policies call the relation whose columns they are given. */
  static final String BASE = "bound_base";

  private static final Set<String> MEMBER_TESTS = Set.of("is_account_group_member", "is_member");
  private static final String KNOWN = "may_know";
  private static final String HOLE = "bound_hole_";
  private static final int MAX_DEPTH = 16;
  private static final int MAX_NODES = 50_000;

  private final SyntaxTrees trees;
  private final AllowList allowList;
  private final SparkFunctions spark;
  private final FunctionCalls calls;
  private final Caller caller;
  private final String part;
  private final Deque<UUID> running = new ArrayDeque<>();
  private final Map<Mapping, String> views = new LinkedHashMap<>();
  private final Set<String> ctes = new HashSet<>();
  private final Set<String> known = new HashSet<>(Set.of(BASE));
  private Optional<Set<String>> groups = Optional.empty();
  private Optional<Optional<Set<String>>> things = Optional.empty();
  private Optional<UUID> written = Optional.empty();
  private int nodes;
  private int relations;

  /** A table that is read with somebody's rights. */
  record Mapping(FullName name, Caller rights) {}

  /**
   * @param part a word that tells the names given here from those of other queries of the session
   */
  FunctionExpansion(
      SyntaxTrees trees, AllowList allowList, FunctionCalls calls, Caller caller, String part) {
    this.trees = trees;
    this.spark = new SparkFunctions(trees);
    this.allowList = allowList;
    this.calls = calls;
    this.caller = caller;
    this.part = part;
  }

  /** The views of tables that bodies read. */
  List<ViewedTable> tables() {
    return views.entrySet().stream()
        .map(
            view ->
                ViewedTable.inBody(view.getValue(), view.getKey().name(), view.getKey().rights()))
        .toList();
  }

  /** The names of CTEs in bodies. */
  Set<String> ctes() {
    return ctes;
  }

  /**
   * Turns a call into what it calls.
   *
   * @param call whose arguments have been checked
   * @param rights with which the function is called
   */
  void call(ObjectNode call, Caller rights, List<String> path, NameDefaults defaults) {
    requirePlain(call);
    List<JsonNode> arguments = new ArrayList<>();
    for (JsonNode argument : call.path("arguments")) {
      if (!argument.path("name").asText().isEmpty()) {
        throw GovernErrors.functionCall(path, "takes its arguments by position");
      }
      arguments.add(argument.path("expression"));
    }
    String alias = call.path("alias").asText();
    String name = path.size() == 1 ? TreeWalk.canonical(path.getFirst()) : "";
    JsonNode value =
        MEMBER_TESTS.contains(name)
            ? member(path, arguments)
            : name.equals(KNOWN)
                ? known(path, arguments)
                : body(function(rights, path, defaults), arguments);
    call.removeAll();
    call.setAll((ObjectNode) value);
    call.put("alias", alias.isEmpty() ? path.getLast() : alias);
  }

  /** As {@link #body} for a function that the caller writes, and so is to own. */
  JsonNode written(FunctionDefinition function, List<JsonNode> arguments) {
    written = Optional.of(function.securable().id());
    return body(function, arguments);
  }

  /**
   * The value of a function for arguments.
   *
   * @param arguments are copied
   */
  JsonNode body(FunctionDefinition function, List<JsonNode> arguments) {
    FullName name = function.securable().name();
    SqlFunction sql =
        SqlFunction.of(function).orElseThrow(() -> GovernErrors.functionNotSql(name.toString()));
    if (arguments.size() != sql.parameters().size()) {
      throw GovernErrors.functionArguments(
          name.toString(), sql.parameters().size(), arguments.size());
    }
    if (running.contains(function.securable().id())) {
      throw GovernErrors.functionRecursive(name.toString());
    }
    if (running.size() >= MAX_DEPTH) {
      throw GovernErrors.tooComplex("functions that call each other", MAX_DEPTH);
    }
    running.push(function.securable().id());
    try {
      return value(function, sql, arguments);
    } finally {
      running.pop();
    }
  }

  private JsonNode value(FunctionDefinition function, SqlFunction sql, List<JsonNode> arguments) {
    ObjectNode statement = trees.parse("SELECT " + sql.body());
    ExpressionFacts unused = ExpressionFacts.of(statement.path("node"));
    JsonNode body = statement.at("/node/select_list/0");
    boolean queries =
        body.findValues("class").stream().anyMatch(of -> of.asText().equals("SUBQUERY"));
    boolean apart = queries && !arguments.stream().allMatch(this::isFixed);
    relations++;
    String relation = BASE + "_" + part + relations;
    List<JsonNode> given = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      given.add(apart ? column(relation, i) : given(sql, i, arguments));
    }
    new TreeWalk(allowList, new BodyNames(function, sql, given)).statement(statement);
    JsonNode value = body.deepCopy();
    if (apart) {
      value = through(relation, value, sql, arguments);
    }
    count(value);
    return cast(value, sql.returns());
  }

  /** An argument that means the same wherever it stands. */
  private boolean isFixed(JsonNode argument) {
    return switch (argument.path("class").asText()) {
      case "CONSTANT" -> true;
      case "CAST" -> isFixed(argument.path("child"));
      case "COLUMN_REF" -> known.contains(argument.at("/column_names/0").asText());
      default -> false;
    };
  }

  private JsonNode given(SqlFunction sql, int i, List<JsonNode> arguments) {
    JsonNode value = arguments.get(i).deepCopy();
    count(value);
    return cast(value, sql.parameters().get(i).type());
  }

  /** A query of the value over one row that holds the arguments. */
  private JsonNode through(
      String relation, JsonNode value, SqlFunction sql, List<JsonNode> arguments) {
    StringBuilder text = new StringBuilder("(SELECT " + HOLE + "0 FROM (SELECT ");
    Map<String, JsonNode> holes = new LinkedHashMap<>();
    holes.put(HOLE + "0", value);
    for (int i = 0; i < arguments.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(HOLE).append(i + 1).append(" AS a").append(i);
      holes.put(HOLE + (i + 1), given(sql, i, arguments));
    }
    return filled(text + ") AS " + SqlText.identifier(relation) + ")", holes);
  }

  private JsonNode column(String relation, int i) {
    known.add(relation);
    return filled(SqlText.identifier(relation) + ".a" + i, Map.of());
  }

  /** The engine drops a cast to the type that a value has already. */
  private JsonNode cast(JsonNode value, String type) {
    String engine = DuckTypes.of(DataType.parse(type));
    return filled("CAST(" + HOLE + "0 AS " + engine + ")", Map.of(HOLE + "0", value));
  }

  /** Whether the caller belongs to a group, as the list of all of them. */
  private JsonNode member(List<String> path, List<JsonNode> arguments) {
    if (arguments.size() != 1) {
      throw GovernErrors.functionArguments(path.getLast(), 1, arguments.size());
    }
    if (groups.isEmpty()) {
      groups = Optional.of(new TreeSet<>(calls.groups(caller)));
    }
    JsonNode group = arguments.getFirst();
    if (group.at("/literal/kind").asText().equals("STRING")) {
      return filled(
          groups.get().contains(group.at("/literal/text").asText()) ? "TRUE" : "FALSE", Map.of());
    }
    String all = groups.get().stream().map(SqlText::literal).collect(Collectors.joining(", "));
    return groups.get().isEmpty()
        ? filled("FALSE", Map.of())
        : filled(
            "COALESCE(" + HOLE + "0 IN (" + all + "), FALSE)",
            Map.of(HOLE + "0", group.deepCopy()));
  }

  /** Whether the caller may know of the governed thing of an id. */
  private JsonNode known(List<String> path, List<JsonNode> arguments) {
    if (arguments.size() != 1) {
      throw GovernErrors.functionArguments(path.getLast(), 1, arguments.size());
    }
    if (things.isEmpty()) {
      things = Optional.of(calls.known(caller));
    }
    Optional<Set<String>> ids = things.get();
    if (ids.isEmpty() || ids.get().isEmpty()) {
      return filled(ids.isEmpty() ? "TRUE" : "FALSE", Map.of());
    }
    String all = ids.get().stream().map(SqlText::literal).collect(Collectors.joining(", "));
    return filled(
        "COALESCE(" + HOLE + "0 IN (" + all + "), FALSE)",
        Map.of(HOLE + "0", arguments.getFirst().deepCopy()));
  }

  /** An expression of ours, with trees in the place of its holes. */
  JsonNode filled(String expression, Map<String, JsonNode> holes) {
    ObjectNode statement = trees.parse("SELECT " + expression);
    fill(statement, holes);
    return statement.at("/node/select_list/0");
  }

  /** Puts trees in the place of columns of these names. */
  static void fill(JsonNode tree, Map<String, JsonNode> holes) {
    JsonNode names = tree.path("column_names");
    JsonNode value = names.size() == 1 ? holes.get(names.get(0).asText()) : null;
    if (value != null) {
      put((ObjectNode) tree, value);
      return;
    }
    for (JsonNode child : tree) {
      if (child.isContainerNode()) {
        fill(child, holes);
      }
    }
  }

  private static void put(ObjectNode place, JsonNode value) {
    String alias = place.path("alias").asText();
    place.removeAll();
    place.setAll(((ObjectNode) value).deepCopy());
    place.put("alias", alias);
  }

  private void count(JsonNode tree) {
    nodes++;
    if (nodes > MAX_NODES) {
      throw GovernErrors.tooComplex("parts in the bodies of functions", MAX_NODES);
    }
    if (!tree.path("class").asText().equals("CONSTANT")) {
      tree.forEach(this::count);
    }
  }

  private FunctionDefinition function(Caller rights, List<String> path, NameDefaults defaults) {
    FullName name = defaults.table(path);
    try {
      return calls.require(rights, name);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND
          ? GovernErrors.functionUnknown(path.size() == 1 ? path.getFirst() : name.toString())
          : e;
    }
  }

  private static void requirePlain(ObjectNode call) {
    boolean plain =
        !call.path("distinct").asBoolean()
            && !call.path("export_state").asBoolean()
            && !call.path("filter").isObject()
            && call.at("/order_bys/orders").isEmpty();
    if (!plain) {
      throw GovernErrors.functionCall(
          BoundNames.texts(call.path("qualified_name").path("path")), "is no aggregate");
    }
  }

  /** The names in a body: its parameters, tables of its owner, CTEs of its own. */
  private final class BodyNames implements TreeWalk.Names {
    private final FunctionDefinition function;
    private final NameDefaults defaults;
    private final Map<String, Integer> parameters = new LinkedHashMap<>();
    private final List<JsonNode> given;
    private Optional<Caller> owner = Optional.empty();

    BodyNames(FunctionDefinition function, SqlFunction sql, List<JsonNode> given) {
      this.function = function;
      this.given = given;
      FullName name = function.securable().name();
      this.defaults = new NameDefaults(name.catalog(), name.schema());
      for (SqlFunction.Parameter parameter : sql.parameters()) {
        parameters.put(TreeWalk.canonical(parameter.name()), parameters.size());
      }
    }

    private Caller owner() {
      if (owner.isEmpty()) {
        boolean own = written.equals(Optional.of(function.securable().id()));
        owner = Optional.of(own ? caller : calls.owner(function));
      }
      return owner.get();
    }

    @Override
    public void table(ObjectNode node, Map<String, String> scope) {
      List<String> path = BoundNames.texts(node.path("qualified_name").path("path"));
      String cte = path.size() == 1 ? scope.get(TreeWalk.canonical(path.getFirst())) : null;
      if (!node.path("at_clause").isNull()) {
        throw GovernErrors.functionBody(function.securable().name().toString(), "time travel");
      }
      if (cte != null) {
        BoundNames.rename(node, path, List.of(cte));
        return;
      }
      Mapping mapping = new Mapping(defaults.table(path), owner());
      String view =
          views.computeIfAbsent(
              mapping, key -> BoundNames.VIEW_PREFIX + part + "f" + (views.size() + 1));
      BoundNames.rename(node, path, List.of("temp", "main", view));
    }

    @Override
    public void changes(ObjectNode node) {
      throw GovernErrors.functionBody(function.securable().name().toString(), "table_changes");
    }

    @Override
    public String cte(String name) {
      String given = BoundNames.CTE_PREFIX + part + "f" + (ctes.size() + 1);
      ctes.add(given);
      return given;
    }

    @Override
    public void column(ObjectNode node) {
      List<String> names = BoundNames.texts(node.path("column_names"));
      String name = TreeWalk.canonical(names.getLast());
      boolean ours =
          names.size() == 1
              || (names.size() == 2
                  && names.getFirst().equalsIgnoreCase(function.securable().name().name()));
      if (ours && parameters.containsKey(name)) {
        put(node, given.get(parameters.get(name)));
      } else if (names.size() == 1) {
        BoundNames.columnOfCaller(node, name, caller, defaults);
      } else if (names.getFirst().startsWith(BASE)) {
        throw GovernErrors.functionBody(
            function.securable().name().toString(), "the name " + names.getFirst());
      }
    }

    @Override
    public void parameter(ObjectNode node) {
      throw GovernErrors.functionBody(function.securable().name().toString(), "a marker");
    }

    @Override
    public void callerFunction(ObjectNode node, String name) {
      BoundNames.ofCaller(node, name, caller, defaults);
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
        throw GovernErrors.functionBody(function.securable().name().toString(), path.getFirst());
      }
      boolean test = path.size() == 1 && MEMBER_TESTS.contains(TreeWalk.canonical(path.getFirst()));
      call(node, test ? caller : owner(), path, defaults);
    }
  }
}
