package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.sql.govern.AllowList.Position;
import io.boathouse.sql.govern.AllowList.Verdict;
import java.util.Optional;
import java.util.Set;

/**
 * Tells queries that show the same whenever they read the same: no function in them knows the time
 * or throws dice, and none takes a sample. What tells of the caller has become a value by then.
 */
final class Steadiness {
  private static final Set<String> STEADY =
      Set.of("pure", "aggregate", "window", "rows", "constant");

  /** What may be written without parentheses, as a column. */
  private static final Set<String> OF_CLOCK =
      Set.of(
          "current_date",
          "current_time",
          "current_timestamp",
          "localtime",
          "localtimestamp",
          "current_localtime",
          "current_localtimestamp");

  private final AllowList allowList;

  Steadiness(AllowList allowList) {
    this.allowList = allowList;
  }

  /**
   * @param tree of a query that was checked and is run as it is
   */
  boolean of(JsonNode tree) {
    return !tree.isMissingNode() && isSteady(tree);
  }

  private boolean isSteady(JsonNode node) {
    if (node.isObject() && !isSteadyItself(node)) {
      return false;
    }
    for (JsonNode child : node) {
      if (child.isContainerNode() && !isSteady(child)) {
        return false;
      }
    }
    return true;
  }

  private boolean isSteadyItself(JsonNode node) {
    boolean call = node.path("function_name").isTextual();
    boolean sampled = node.path("sample").isObject() || node.path("sample_size").isObject();
    return !sampled && (!call || isSteady(node.path("function_name").asText())) && !isClock(node);
  }

  private boolean isSteady(String function) {
    String name = TreeWalk.canonical(function);
    Optional<Verdict> verdict =
        allowList
            .function(Position.EXPRESSION, name)
            .or(() -> allowList.function(Position.TABLE, name));
    return verdict.map(Verdict::reason).filter(STEADY::contains).isPresent();
  }

  private static boolean isClock(JsonNode node) {
    JsonNode names = node.path("column_names");
    return names.size() == 1 && OF_CLOCK.contains(TreeWalk.canonical(names.get(0).asText()));
  }
}
