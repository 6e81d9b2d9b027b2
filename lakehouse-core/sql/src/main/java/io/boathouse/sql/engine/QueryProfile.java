package io.boathouse.sql.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What a query did, operator by operator, as the engine measured it. It tells of rows before any
 * policy, so that there is none of a query over tables with policies.
 *
 * @param milliseconds of the whole
 */
public record QueryProfile(
    @JsonProperty("milliseconds") double milliseconds,
    @JsonProperty("operators") List<Operator> operators) {
  private static final int DEEPEST = 200;
  private static final double MILLIS = 1_000;

  public QueryProfile {
    operators = List.copyOf(operators);
  }

  /**
   * One operator of the plan.
   *
   * @param rows that it handed on
   * @param milliseconds of all threads in it
   */
  public record Operator(
      @JsonProperty("type") String type,
      @JsonProperty("rows") long rows,
      @JsonProperty("milliseconds") double milliseconds,
      @JsonProperty("children") List<Operator> children) {
    public Operator {
      children = List.copyOf(children);
    }
  }

  /** Reads the engine's own JSON; expressions and places in it are left out. */
  static QueryProfile of(String json) {
    JsonNode root = Json.parse(json);
    return new QueryProfile(
        root.path("query").path("total_time").asDouble() * MILLIS,
        operators(root.path("operator"), 0));
  }

  private static List<Operator> operators(JsonNode nodes, int depth) {
    List<Operator> operators = new ArrayList<>();
    if (depth < DEEPEST) {
      for (JsonNode node : nodes) {
        operators.add(
            new Operator(
                node.path("type").asText(),
                node.path("intermediate_rows").asLong(),
                node.path("timing").asDouble() * MILLIS,
                operators(node.path("children"), depth + 1)));
      }
    }
    return operators;
  }
}
