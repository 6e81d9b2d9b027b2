package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns calls of {@code ai_query(endpoint, request, returnType, failOnError)} into calls of the
 * function that a session has for its models. The endpoint is a constant, so that rights are known
 * before anything runs; the request goes to it as JSON.
 */
final class ModelExpansion {
  private static final String NAME = "ai_query";
  private static final String HOLE = "bound_hole_";
  private static final List<String> PARAMETERS =
      List.of("endpoint", "request", "returntype", "failonerror");
  private static final int MAX_CALLS = 32;

  private final SyntaxTrees trees;
  private final ModelCalls models;
  private final Caller caller;
  private final String part;
  private final List<ModelCall> calls = new ArrayList<>();

  /**
   * @param part a word that tells the handles given here from those of other queries of the session
   */
  ModelExpansion(SyntaxTrees trees, ModelCalls models, Caller caller, String part) {
    this.trees = trees;
    this.models = models;
    this.caller = caller;
    this.part = part;
  }

  static boolean is(List<String> path) {
    return path.size() == 1 && TreeWalk.canonical(path.getFirst()).equals(NAME);
  }

  List<ModelCall> calls() {
    return calls;
  }

  Set<String> handles() {
    return calls.stream().map(ModelCall::handle).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Turns a call into what the session can run.
   *
   * @param call whose arguments have been checked
   */
  void call(ObjectNode call) {
    boolean plain =
        !call.path("distinct").asBoolean()
            && !call.path("filter").isObject()
            && call.at("/order_bys/orders").isEmpty();
    if (!plain) {
      throw GovernErrors.functionCall(List.of(NAME), "is no aggregate");
    }
    Map<String, JsonNode> given = arguments(call);
    String endpoint =
        constant(given, "endpoint", "STRING")
            .orElseThrow(() -> GovernErrors.modelCall("", "needs the name of an endpoint first"));
    JsonNode request = given.get("request");
    if (request == null) {
      throw GovernErrors.modelCall(endpoint, "needs a request, such as named_struct('a', a)");
    }
    if (calls.size() == MAX_CALLS) {
      throw GovernErrors.tooComplex("calls of " + NAME, MAX_CALLS);
    }
    ModelCalls.Model model = models.require(caller, endpoint);
    Optional<String> type = constant(given, "returntype", "STRING");
    boolean failing =
        constant(given, "failonerror", "BOOLEAN").map(Boolean::parseBoolean).orElse(true);
    var bound = new ModelCall("m" + part + (calls.size() + 1), model, failing);
    calls.add(bound);
    String engine = DuckTypes.of(DataType.parse(type.orElseGet(model::type)));
    String alias = call.path("alias").asText();
    JsonNode value = answer(bound, engine, request);
    call.removeAll();
    call.setAll((ObjectNode) value);
    call.put("alias", alias.isEmpty() ? NAME : alias);
  }

  private JsonNode answer(ModelCall call, String type, JsonNode request) {
    String fields =
        call.failing()
            ? SqlText.identifier(ModelCall.ANSWER) + " " + type
            : SqlText.identifier(ModelCall.RESULT)
                + " "
                + type
                + ", "
                + SqlText.identifier(ModelCall.ERROR)
                + " VARCHAR";
    String answer =
        "CAST(CAST(%s(%s, CAST(to_json(%s0) AS VARCHAR)) AS JSON) AS STRUCT(%s))"
            .formatted(ModelCall.FUNCTION, SqlText.literal(call.handle()), HOLE, fields);
    String whole =
        call.failing()
            ? "struct_extract(%s, %s)".formatted(answer, SqlText.literal(ModelCall.ANSWER))
            : answer;
    ObjectNode statement = trees.parse("SELECT " + whole);
    FunctionExpansion.fill(statement, Map.of(HOLE + "0", request));
    return statement.at("/node/select_list/0");
  }

  private static Map<String, JsonNode> arguments(ObjectNode call) {
    Map<String, JsonNode> given = new LinkedHashMap<>();
    int place = 0;
    for (JsonNode argument : call.path("arguments")) {
      String name = TreeWalk.canonical(argument.path("name").asText());
      if (name.isEmpty()) {
        if (place == PARAMETERS.size()) {
          throw GovernErrors.functionCall(List.of(NAME), "takes at most 4 arguments by position");
        }
        name = PARAMETERS.get(place++);
      }
      if (!PARAMETERS.contains(name)) {
        throw GovernErrors.functionCall(
            List.of(NAME),
            "has no argument '%s'; there are endpoint, request, returnType, failOnError"
                .formatted(argument.path("name").asText()));
      }
      if (given.put(name, argument.path("expression")) != null) {
        throw GovernErrors.functionCall(List.of(NAME), "is given '" + name + "' twice");
      }
    }
    return given;
  }

  /** What is known before anything runs. */
  private static Optional<String> constant(Map<String, JsonNode> given, String name, String kind) {
    JsonNode value = given.get(name);
    if (value == null) {
      return Optional.empty();
    }
    JsonNode inner = value.path("class").asText().equals("CAST") ? value.path("child") : value;
    if (!inner.at("/literal/kind").asText().equals(kind)) {
      throw GovernErrors.functionCall(
          List.of(NAME), "takes '%s' as a constant %s".formatted(name, TreeWalk.canonical(kind)));
    }
    return Optional.of(inner.at("/literal/text").asText());
  }
}
