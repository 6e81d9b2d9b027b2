package io.boathouse.sql.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.govern.ModelCall;
import io.boathouse.sql.govern.ModelCalls;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The models that one query asks. Its session calls back with as many rows as it works on at once,
 * on threads of its own; the first failure ends the query.
 */
final class ModelFunctions {
  private static final int LONGEST_SHOWN = 200;

  private final Map<String, ModelCall> calls = new HashMap<>();
  private final Cancellation cancellation;
  private final AtomicReference<@Nullable LakeException> failure = new AtomicReference<>();
  private final Set<LineageNode> answered = ConcurrentHashMap.newKeySet();

  ModelFunctions(List<ModelCall> calls, Cancellation cancellation) {
    calls.forEach(call -> this.calls.put(call.handle(), call));
    this.cancellation = cancellation;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** Why a model did not answer, which the engine tells as a failure of its own. */
  Optional<LakeException> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** The versions that have answered so far. */
  List<LineageNode> answered() {
    return List.copyOf(answered);
  }

  /** Gives a session that nobody else has the function that asks. */
  void register(DuckSession session) {
    if (!calls.isEmpty()) {
      session.register(ModelCall.FUNCTION, this::answers);
    }
  }

  private List<@Nullable String> answers(
      List<@Nullable String> handles, List<@Nullable String> requests) {
    try {
      return answers(calls.get(String.valueOf(handles.getFirst())), requests);
    } catch (LakeException e) {
      boolean unused = failure.compareAndSet(null, e);
      throw e;
    }
  }

  private List<@Nullable String> answers(
      @Nullable ModelCall call, List<@Nullable String> requests) {
    if (call == null) {
      throw EngineErrors.unknownModel();
    }
    List<String> asked = new ArrayList<>();
    for (String request : requests) {
      if (request != null && isAsked(request)) {
        asked.add(request);
      }
    }
    Iterator<JsonNode> said =
        asked.isEmpty()
            ? Collections.emptyIterator()
            : (call.failing() ? ask(call, asked) : askEach(call, asked)).iterator();
    List<@Nullable String> answers = new ArrayList<>(requests.size());
    for (String request : requests) {
      answers.add(isAsked(request) ? Json.writeText(said.next()) : null);
    }
    return answers;
  }

  /** Nothing is asked about a null. */
  private static boolean isAsked(@Nullable String request) {
    return request != null && !request.equals("null");
  }

  private List<JsonNode> ask(ModelCall call, List<String> rows) {
    try {
      return answers(call, rows, ModelCall.ANSWER);
    } catch (LakeException e) {
      if (e.code() != ErrorCode.INVALID_ARGUMENT) {
        throw e;
      }
      throw rows.size() == 1 ? refused(e, rows.getFirst()) : refusedOf(call, rows, e);
    }
  }

  /** Says which row it was, as rows have no numbers here. */
  private LakeException refusedOf(ModelCall call, List<String> rows, LakeException failed) {
    int half = rows.size() / 2;
    for (List<String> part : List.of(rows.subList(0, half), rows.subList(half, rows.size()))) {
      try {
        List<JsonNode> unused = ask(call, part);
      } catch (LakeException e) {
        return e;
      }
    }
    return failed;
  }

  private static LakeException refused(LakeException failure, String row) {
    String shown = row.length() > LONGEST_SHOWN ? row.substring(0, LONGEST_SHOWN) + "…" : row;
    return new LakeException(
        failure.code(),
        failure.reason(),
        "ai_query of %s: %s With failOnError => false such rows get the message as their answer."
            .formatted(shown, failure.getMessage()),
        failure.details());
  }

  /** Rows that the model does not take get a message; no other row suffers from them. */
  private List<JsonNode> askEach(ModelCall call, List<String> rows) {
    try {
      return answers(call, rows, ModelCall.RESULT);
    } catch (LakeException e) {
      cancellation.check();
      if (e.code() != ErrorCode.INVALID_ARGUMENT || rows.size() == 1) {
        return Collections.nCopies(
            rows.size(), failing(NullNode.getInstance(), TextNode.valueOf(e.getMessage())));
      }
      int half = rows.size() / 2;
      List<JsonNode> all = new ArrayList<>(askEach(call, rows.subList(0, half)));
      all.addAll(askEach(call, rows.subList(half, rows.size())));
      return all;
    }
  }

  private List<JsonNode> answers(ModelCall call, List<String> rows, String field) {
    cancellation.check();
    ModelCalls.Answers answers = call.model().ask(rows, cancellation::check);
    boolean unused = answered.addAll(answers.by());
    List<JsonNode> wrapped = new ArrayList<>(rows.size());
    for (JsonNode value : answers.values()) {
      if (field.equals(ModelCall.RESULT)) {
        wrapped.add(failing(value, NullNode.getInstance()));
      } else {
        ObjectNode answer = Json.mapper().createObjectNode();
        wrapped.add(answer.set(field, value));
      }
    }
    return wrapped;
  }

  private static JsonNode failing(JsonNode result, JsonNode error) {
    ObjectNode answer = Json.mapper().createObjectNode();
    answer.set(ModelCall.RESULT, result);
    answer.set(ModelCall.ERROR, error);
    return answer;
  }
}
