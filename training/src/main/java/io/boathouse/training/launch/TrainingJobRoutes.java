package io.boathouse.training.launch;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.json.Json;
import io.boathouse.workflow.run.Run;
import io.boathouse.workflow.run.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Training jobs over REST: submit, watch, list, cancel. */
public final class TrainingJobRoutes implements Routes {
  private static final String ALL = "/api/2.0/boathouse/training-jobs";
  private static final Permission OWN =
      Permission.authenticated("only the caller's own training jobs; administrators see all");

  static final Endpoint SUBMIT =
      new Endpoint(POST, ALL, "submitTrainingJob")
          .requires(
              Permission.privileges(
                  "CAN_EDIT on the experiment",
                  "MODIFY on the model or CREATE_MODEL on its schema if one is named"));
  static final Endpoint LIST = new Endpoint(GET, ALL, "listTrainingJobs").requires(OWN);
  static final Endpoint GET_ONE = new Endpoint(GET, ALL + "/:id", "getTrainingJob").requires(OWN);
  static final Endpoint CANCEL =
      new Endpoint(POST, ALL + "/:id/cancel", "cancelTrainingJob").requires(OWN);

  private static final int MAX_RESULTS = 100;

  private final TrainingJobService jobs;

  public TrainingJobRoutes(TrainingJobService jobs) {
    this.jobs = jobs;
  }

  @Override
  public void mount(Api api) {
    api.handle(SUBMIT, ErrorFormat.DATABRICKS, this::submit);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_ONE, ErrorFormat.DATABRICKS, this::get);
    api.handle(CANCEL, ErrorFormat.DATABRICKS, this::cancel);
  }

  private Reply submit(Request request) {
    Run run = jobs.submit(request.caller(), TrainingJobSpec.of(request.json()));
    return Reply.of(Map.of("job_id", run.id().toString()));
  }

  private Reply list(Request request) {
    int limit = Math.clamp(request.longQuery("max_results").orElse(20L), 1, MAX_RESULTS);
    int offset = Math.clamp(request.longQuery("offset").orElse(0L), 0, Integer.MAX_VALUE);
    List<JobReply> page =
        jobs.list(request.caller(), offset, limit).stream().map(JobReply::of).toList();
    return Reply.of(Map.of("training_jobs", page));
  }

  private Reply get(Request request) {
    return Reply.of(JobReply.of(jobs.get(request.caller(), request.pathParam("id"))));
  }

  private Reply cancel(Request request) {
    request.requireNoFields();
    return Reply.of(JobReply.of(jobs.cancel(request.caller(), request.pathParam("id"))));
  }

  /** What went wrong, as the trainer or the server told it. */
  record Failure(@JsonProperty("code") String code, @JsonProperty("message") String message) {}

  /**
   * A job on the wire; times in milliseconds since the epoch.
   *
   * @param phase what it does now; {@code done} and {@code total} count within it
   * @param runId the tracking run, from when it was begun
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record JobReply(
      @JsonProperty("job_id") String jobId,
      @JsonProperty("state") String state,
      @JsonProperty("phase") @Nullable String phase,
      @JsonProperty("done") long done,
      @JsonProperty("total") long total,
      @JsonProperty("attempt") int attempt,
      @JsonProperty("experiment_id") String experimentId,
      @JsonProperty("run_id") @Nullable String runId,
      @JsonProperty("run_name") @Nullable String runName,
      @JsonProperty("trainer") String trainer,
      @JsonProperty("training_set") String trainingSet,
      @JsonProperty("model_name") @Nullable String modelName,
      @JsonProperty("model_version") @Nullable String modelVersion,
      @JsonProperty("metrics") JsonNode metrics,
      @JsonProperty("error") @Nullable Failure error,
      @JsonProperty("submitter") String submitter,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("started_at") @Nullable Long startedAt,
      @JsonProperty("ended_at") @Nullable Long endedAt) {
    static JobReply of(Run run) {
      JsonNode result = run.result().orElseGet(() -> Json.mapper().createObjectNode());
      JsonNode asked = run.parameters();
      String name = text(asked, "run_name");
      return new JobReply(
          run.id().toString(),
          word(run.state()),
          text(run.progress(), "phase"),
          run.progress().path("done").asLong(),
          run.progress().path("total").asLong(),
          run.attempt(),
          asked.path("experiment_id").asText(),
          text(run.checkpoint(), Attempt.RUN),
          name == null ? asked.path("trainer").asText() : name,
          asked.path("trainer").asText(),
          asked.path("training_set").asText(),
          text(asked, "model_name"),
          text(result, "model_version"),
          result.path("metrics").isObject()
              ? result.path("metrics")
              : Json.mapper().createObjectNode(),
          run.state() instanceof RunState.Failed failed
              ? new Failure(failed.code(), failed.message())
              : null,
          run.submitter(),
          run.createdAt().toEpochMilli(),
          run.startedAt().map(Instant::toEpochMilli).orElse(null),
          run.endedAt().map(Instant::toEpochMilli).orElse(null));
    }

    private static @Nullable String text(JsonNode json, String field) {
      return json.path(field).isTextual() ? json.path(field).asText() : null;
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
