package io.boathouse.serving.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

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
            .formatted(
                SqlText.identifiers(COLUMNS),
                String.join(".", table.parts().stream().map(SqlText::identifier).toList()),
                SqlText.literal(id.toString()));
    StatementView view = statements.submit(caller, StatementRequest.of(select));
    try {
      if (view.state() instanceof StatementState.Succeeded(StatementResult result)) {
        JsonNode rows =
            result.rows() == 0
                ? Json.mapper().createArrayNode()
                : Json.parse(statements.rows(caller, view.id().toString(), 0));
        return rows.isEmpty() ? Optional.empty() : Optional.of(prediction(rows.get(0)));
      }
      if (view.state() instanceof StatementState.Failed failed
          && !failed.sqlState().equals(SQL_DENIED)
          && !failed.code().equals("NOT_FOUND")) {
        throw PredictionErrors.unreadable(table.toString(), failed.message());
      }
      return Optional.empty();
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
