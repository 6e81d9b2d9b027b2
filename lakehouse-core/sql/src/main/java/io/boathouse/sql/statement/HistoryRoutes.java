package io.boathouse.sql.statement;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Query history endpoint of the workspace API. */
public final class HistoryRoutes implements Routes {
  private static final int USUAL = 100;
  private static final int MOST = 1000;

  static final Endpoint LIST =
      new Endpoint(GET, "/api/2.0/sql/history/queries", "listQueryHistory")
          .requires(
              Permission.authenticated("the caller's own statements; all for administrators"));

  static final Endpoint GET_ONE =
      new Endpoint(GET, "/api/2.0/sql/history/queries/:id", "getQueryHistory")
          .requires(Permission.authenticated("the caller's own statement; any for administrators"));

  private final HistoryService history;

  public HistoryRoutes(HistoryService history) {
    this.history = history;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_ONE, ErrorFormat.DATABRICKS, this::get);
  }

  private Reply list(Request request) {
    boolean metrics = request.query("include_metrics").filter("true"::equals).isPresent();
    Page<Shown> page =
        history
            .list(
                request.caller(),
                request.queryAll("filter_by.statuses").stream()
                    .map(HistoryRoutes::toState)
                    .toList(),
                PageRequest.of(request, USUAL, MOST))
            .map(entry -> Shown.of(entry, metrics));
    return Reply.of(
        new Listing(page.items(), page.nextPageToken().isPresent(), page.nextPageToken()));
  }

  private Reply get(Request request) {
    HistoryService.Profiled found = history.get(request.caller(), request.pathParam("id"));
    return Reply.of(new One(Shown.of(found.entry(), true), found.profile().map(Json::parse)));
  }

  private static String toState(String status) {
    return status.equals("FINISHED") ? "SUCCEEDED" : status;
  }

  record Listing(
      @JsonProperty("res") List<Shown> entries,
      @JsonProperty("has_next_page") boolean hasNextPage,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  /** A statement with its plan, if it asked for one and no policy forbids it. */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record One(@JsonUnwrapped Shown query, @JsonProperty("plan") Optional<JsonNode> plan) {}

  record Shown(
      @JsonProperty("query_id") String id,
      @JsonProperty("status") String status,
      @JsonProperty("query_text") String text,
      @JsonProperty("statement_type") String type,
      @JsonProperty("query_start_time_ms") long startedAt,
      @JsonProperty("query_end_time_ms") Optional<Long> endedAt,
      @JsonProperty("execution_end_time_ms") Optional<Long> executionEndedAt,
      @JsonProperty("duration") Optional<Long> duration,
      @JsonProperty("user_name") String user,
      @JsonProperty("warehouse_id") String warehouseId,
      @JsonProperty("rows_produced") long rows,
      @JsonProperty("is_final") boolean isFinal,
      @JsonProperty("error_message") Optional<String> error,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) @JsonProperty("metrics")
          Optional<Metrics> metrics) {
    static Shown of(HistoryEntry entry, boolean metrics) {
      Optional<Long> endedAt = entry.endedAt().map(Instant::toEpochMilli);
      return new Shown(
          entry.id().toString(),
          entry.state().equals("SUCCEEDED") ? "FINISHED" : entry.state(),
          entry.text(),
          type(entry.kind()),
          entry.startedAt().toEpochMilli(),
          endedAt,
          endedAt,
          entry.duration().map(Duration::toMillis),
          entry.principal(),
          entry.warehouseId(),
          entry.rows(),
          endedAt.isPresent(),
          entry.error(),
          metrics ? Optional.of(Metrics.of(entry)) : Optional.empty());
    }

    /** The protocol's enumeration knows the verb, not its object. */
    private static String type(String kind) {
      String verb = kind.split(" ")[0];
      return switch (verb) {
        case "SELECT", "INSERT", "CREATE", "DROP", "SHOW", "DESCRIBE", "GRANT", "REVOKE" -> verb;
        default -> "OTHER";
      };
    }
  }

  /** What a statement cost, if it was asked for. */
  record Metrics(
      @JsonProperty("total_time_ms") Optional<Long> total,
      @JsonProperty("rows_produced_count") long rows,
      @JsonProperty("read_files_count") long files,
      @JsonProperty("read_bytes") long bytes,
      @JsonProperty("pruned_files_count") long prunedFiles,
      @JsonProperty("pruned_bytes") long prunedBytes,
      @JsonProperty("result_from_cache") boolean fromCache) {
    static Metrics of(HistoryEntry entry) {
      return new Metrics(
          entry.duration().map(Duration::toMillis),
          entry.rows(),
          entry.read().files(),
          entry.read().bytes(),
          entry.read().prunedFiles(),
          entry.read().prunedBytes(),
          entry.fromCache());
    }
  }
}
