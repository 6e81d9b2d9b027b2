package io.boathouse.serving.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.capture.CaptureConfig;
import io.boathouse.serving.capture.InferenceLog;
import io.boathouse.serving.endpoint.Deployment;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.endpoint.ServingEndpoint;
import io.boathouse.sql.statement.StatementRequest;
import io.boathouse.sql.statement.StatementResult;
import io.boathouse.sql.statement.StatementService;
import io.boathouse.sql.statement.StatementState;
import io.boathouse.sql.statement.StatementView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Finds predictions in the inference tables of the endpoints that the caller may see; reading a
 * table needs SELECT on it. Thread-safe; every method blocks.
 */
public final class PredictionService {
  private static final List<String> COLUMNS =
      List.of(
          "databricks_request_id",
          "client_request_id",
          "request_time",
          "status_code",
          "execution_duration_ms",
          "endpoint",
          "config_version",
          "served_entity_id",
          "model",
          "model_version",
          "run_id",
          "feature_spec",
          "requester",
          "features",
          "request",
          "response");
  private static final String SQL_DENIED = "42501";
  private static final Set<String> DOCUMENTS = Set.of("features", "request", "response");

  private final EndpointService endpoints;
  private final InferenceLog captures;
  private final StatementService statements;

  public PredictionService(
      EndpointService endpoints, InferenceLog captures, StatementService statements) {
    this.endpoints = endpoints;
    this.captures = captures;
    this.statements = statements;
  }

  /**
   * A prediction with what it was asked, what it saw and what answered.
   *
   * @param id as the reply's header {@code databricks-request-id} had it
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if no table has it that the caller
   *     may read
   */
  public JsonNode get(Caller caller, String id) {
    UUID known = parse(id);
    Set<FullName> tables = tables(caller);
    captures.flush();
    for (FullName table : tables) {
      Optional<JsonNode> found = find(caller, table, known);
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw PredictionErrors.notFound(known.toString());
  }

  /**
   * The predictions that versions of models, or of specs of features, answered.
   *
   * @param versions each with its version
   */
  FoundPredictions madeBy(Caller caller, List<LineageNode> versions, PageRequest page) {
    String after = page.after(1).map(token -> parse(token.keys().getFirst()).toString()).orElse("");
    if (versions.isEmpty()) {
      return new FoundPredictions(0, Page.last(List.of()));
    }
    captures.flush();
    String condition =
        versions.stream()
            .map(
                version ->
                    "(model = %s AND model_version = %d)"
                        .formatted(SqlText.literal(version.name()), version.version().orElse(-1L)))
            .collect(Collectors.joining(" OR "));
    long count = 0;
    List<String> ids = new ArrayList<>();
    for (FullName table : tables(caller)) {
      String from = " FROM %s WHERE (%s)".formatted(quoted(table), condition);
      for (JsonNode row : select(caller, table, "SELECT count(*)" + from)) {
        count += row.path(0).asLong();
      }
      String next =
          "SELECT databricks_request_id%s AND databricks_request_id > %s ORDER BY 1 LIMIT %d"
              .formatted(from, SqlText.literal(after), page.maxResults() + 1);
      select(caller, table, next).forEach(row -> ids.add(row.path(0).asText()));
    }
    Collections.sort(ids);
    List<String> first = ids.subList(0, Math.min(ids.size(), page.maxResults() + 1));
    return new FoundPredictions(count, Page.cut(first, page.maxResults(), List::of));
  }

  private Set<FullName> tables(Caller caller) {
    Set<FullName> tables = new LinkedHashSet<>();
    PageRequest page = PageRequest.first(1000);
    while (true) {
      Page<ServingEndpoint> found = endpoints.list(caller, page);
      found.items().stream()
          .flatMap(endpoint -> endpoint.state().active().stream())
          .map(Deployment::config)
          .flatMap(config -> config.capture().stream())
          .map(CaptureConfig::table)
          .forEach(tables::add);
      if (found.nextPageToken().isEmpty()) {
        return tables;
      }
      page = new PageRequest(1000, found.nextPageToken());
    }
  }

  private Optional<JsonNode> find(Caller caller, FullName table, UUID id) {
    String select =
        "SELECT %s FROM %s WHERE databricks_request_id = %s LIMIT 1"
            .formatted(SqlText.identifiers(COLUMNS), quoted(table), SqlText.literal(id.toString()));
    JsonNode rows = select(caller, table, select);
    return rows.isEmpty() ? Optional.empty() : Optional.of(prediction(rows.get(0)));
  }

  private static String quoted(FullName table) {
    return String.join(".", table.parts().stream().map(SqlText::identifier).toList());
  }

  /** The rows of a statement over one inference table; none of a table that is not the caller's. */
  private JsonNode select(Caller caller, FullName table, String statement) {
    StatementView view = statements.submit(caller, StatementRequest.of(statement));
    try {
      if (view.state() instanceof StatementState.Succeeded(StatementResult result)) {
        return result.rows() == 0
            ? Json.mapper().createArrayNode()
            : Json.parse(statements.rows(caller, view.id().toString(), 0));
      }
      if (view.state() instanceof StatementState.Failed failed
          && !failed.sqlState().equals(SQL_DENIED)
          && !failed.code().equals("NOT_FOUND")) {
        throw PredictionErrors.unreadable(table.toString(), failed.message());
      }
      return Json.mapper().createArrayNode();
    } finally {
      statements.close(caller, view.id().toString());
    }
  }

  private static JsonNode prediction(JsonNode row) {
    ObjectNode prediction = Json.mapper().createObjectNode();
    for (int i = 0; i < COLUMNS.size(); i++) {
      String column = COLUMNS.get(i);
      JsonNode value = row.path(i);
      if (value.isNull() || value.isMissingNode()) {
        continue;
      }
      String name = column.equals("databricks_request_id") ? "prediction_id" : column;
      if (DOCUMENTS.contains(column) && !value.asText().isEmpty()) {
        prediction.set(name, Json.parse(value.asText()));
      } else {
        prediction.set(name, value);
      }
    }
    return prediction;
  }

  private static UUID parse(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw PredictionErrors.invalidId(id);
    }
  }
}
