package io.boathouse.sql.govern;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.platform.auth.Caller;
import java.util.List;
import java.util.Set;

/** Models that queries may ask, provided by the room that serves them. Thread-safe. */
public interface ModelCalls {
  /** Where no room serves models. */
  ModelCalls NONE =
      (caller, endpoint) -> {
        throw GovernErrors.modelCall(endpoint, "needs a server that serves models");
      };

  /**
   * A model that the caller may ask.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, PERMISSION_DENIED without
   *     CAN_QUERY, UNAVAILABLE while the endpoint is not ready, INVALID_ARGUMENT for one without a
   *     model
   */
  Model require(Caller caller, String endpoint);

  /** What answers for a caller, whose rights are looked at with every question. Thread-safe. */
  interface Model {
    /** The SQL type of an answer, as {@link io.boathouse.table.type.DataType#parse} reads it. */
    String type();

    /**
     * Asks about several rows at once, and waits while the endpoint is busy.
     *
     * @param rows as JSON; at least one
     * @param stop throws if the query is to end
     * @throws io.boathouse.platform.error.LakeException as {@link #require}, and INVALID_ARGUMENT
     *     for rows that the model does not take
     */
    Answers ask(List<String> rows, Runnable stop);
  }

  /**
   * What a model said.
   *
   * @param values one a row, in their order
   * @param by the versions that answered
   */
  record Answers(List<JsonNode> values, Set<LineageNode> by) {
    public Answers {
      values = List.copyOf(values);
      by = Set.copyOf(by);
    }
  }
}
