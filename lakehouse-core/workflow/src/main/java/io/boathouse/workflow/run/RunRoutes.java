package io.boathouse.workflow.run;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs over REST: what is queued, how far it is, how it ended, and cancelling it. */
public final class RunRoutes implements Routes {
  private static final Permission OWN =
      Permission.authenticated("only the caller's own runs; administrators see all");
  static final Endpoint LIST =
      new Endpoint(GET, "/api/2.0/boathouse/runs", "listTaskRuns").requires(OWN);
  static final Endpoint GET_RUN =
      new Endpoint(GET, "/api/2.0/boathouse/runs/:id", "getTaskRun").requires(OWN);
  static final Endpoint CANCEL =
      new Endpoint(POST, "/api/2.0/boathouse/runs/:id/cancel", "cancelTaskRun").requires(OWN);

  private static final int MAX_RESULTS = 100;

  private final RunService runs;

  public RunRoutes(RunService runs) {
    this.runs = runs;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_RUN, ErrorFormat.DATABRICKS, this::get);
    api.handle(CANCEL, ErrorFormat.DATABRICKS, this::cancel);
  }

  private Reply list(Request request) {
    int limit = Math.clamp(request.longQuery("max_results").orElse(20L), 1, MAX_RESULTS);
    int offset = Math.clamp(request.longQuery("offset").orElse(0L), 0, Integer.MAX_VALUE);
    List<RunReply> page =
        runs.list(request.caller(), offset, limit).stream().map(RunReply::of).toList();
    return Reply.of(Map.of("runs", page));
  }

  private Reply get(Request request) {
    return Reply.of(RunReply.of(runs.get(request.caller(), id(request))));
  }

  private Reply cancel(Request request) {
    request.requireNoFields();
    return Reply.of(RunReply.of(runs.cancel(request.caller(), id(request))));
  }

  private static UUID id(Request request) {
    String text = request.pathParam("id");
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw HttpErrors.invalidParameter("id", text, "a UUID");
    }
  }

  /** A run on the wire; times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RunReply(
      @JsonProperty("run_id") String runId,
      @JsonProperty("kind") String kind,
      @JsonProperty("state") String state,
      @JsonProperty("attempt") int attempt,
      @JsonProperty("submitter") String submitter,
      @JsonProperty("parameters") JsonNode parameters,
      @JsonProperty("progress") JsonNode progress,
      @JsonProperty("result") @Nullable JsonNode result,
      @JsonProperty("error_code") @Nullable String errorCode,
      @JsonProperty("error_message") @Nullable String errorMessage,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("started_at") @Nullable Long startedAt,
      @JsonProperty("ended_at") @Nullable Long endedAt) {
    static RunReply of(Run run) {
      RunState.@Nullable Failed failed = run.state() instanceof RunState.Failed f ? f : null;
      return new RunReply(
          run.id().toString(),
          run.kind(),
          word(run.state()),
          run.attempt(),
          run.submitter(),
          run.parameters(),
          run.progress(),
          run.result().orElse(null),
          failed == null ? null : failed.code(),
          failed == null ? null : failed.message(),
          run.createdAt().toEpochMilli(),
          run.startedAt().map(Instant::toEpochMilli).orElse(null),
          run.endedAt().map(Instant::toEpochMilli).orElse(null));
    }

    private static String word(RunState state) {
      return switch (state) {
        case RunState.Queued q -> "QUEUED";
        case RunState.Running r -> r.cancelRequested() ? "CANCELING" : "RUNNING";
        case RunState.Succeeded s -> "SUCCEEDED";
        case RunState.Failed f -> "FAILED";
        case RunState.Canceled c -> "CANCELED";
      };
    }
  }
}
