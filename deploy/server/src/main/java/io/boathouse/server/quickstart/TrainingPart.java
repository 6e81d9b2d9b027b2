package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Models trained as jobs of their own processes, each leaving a run. */
final class TrainingPart {
  private static final String JOBS = "/api/2.0/boathouse/training-jobs";
  private static final long PAUSE_NANOS = 250_000_000;
  private static final int SEED = 20_010_630;

  private final Stage stage;

  TrainingPart(Stage stage) {
    this.stage = stage;
  }

  /**
   * A model to be trained.
   *
   * @param title for people
   * @param features empty for all
   * @param more further fields of the job
   */
  record Plan(
      String title,
      String trainer,
      Map<String, Object> params,
      List<String> features,
      Map<String, Object> more) {
    static Plan of(String title, String trainer, Map<String, Object> params) {
      return new Plan(title, trainer, params, List.of(), Map.of());
    }

    Plan on(List<String> some) {
      return new Plan(title, trainer, params, some, more);
    }

    Plan with(Map<String, Object> fields) {
      return new Plan(title, trainer, params, features, fields);
    }
  }

  /** What a job left. */
  record Trained(Plan plan, String run, String version, JsonNode metrics) {
    double metric(String name) {
      return metrics.path(name).asDouble(Double.NaN);
    }
  }

  static Map<String, Object> trees(int depth) {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("rounds", 100);
    params.put("max_depth", depth);
    params.put("learning_rate", 0.1);
    params.put("min_child_weight", 20);
    params.put("row_fraction", 1.0);
    params.put("feature_fraction", 1.0);
    params.put("threads", 1);
    return params;
  }

  /** Asks for a job. @return its id */
  String submit(String trainingSet, Plan plan, boolean tested)
      throws IOException, InterruptedException {
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("experiment_name", Flights.EXPERIMENT);
    job.put("run_name", plan.title());
    job.put("trainer", plan.trainer());
    job.put("params", plan.params());
    job.put("seed", SEED);
    job.put("training_set", trainingSet);
    job.put("train", part("train"));
    job.put("validation", part("choose"));
    if (tested) {
      job.put("test", part("test"));
      job.put("group", "day");
      job.put("bootstrap_rounds", 200);
    }
    if (!plan.features().isEmpty()) {
      job.put("features", plan.features());
    }
    job.putAll(plan.more());
    return stage.server().post(JOBS, job).path("job_id").asText();
  }

  static Map<String, Object> part(String name) {
    return Map.of("where", Map.of("part", name));
  }

  /** Waits for a job. */
  Trained await(String job, Plan plan) throws IOException, InterruptedException {
    while (true) {
      JsonNode found = stage.server().get(JOBS + "/" + job);
      String state = found.path("state").asText();
      if (state.equals("SUCCEEDED")) {
        return new Trained(
            plan,
            found.path("run_id").asText(),
            found.path("model_version").asText(),
            found.path("metrics"));
      }
      if (state.equals("FAILED") || state.equals("CANCELED") || state.equals("CANCELLED")) {
        throw new IOException(
            "The job '%s' ended %s: %s"
                .formatted(plan.title(), state, found.path("error").toString()));
      }
      stage
          .narrator()
          .progress(
              "%s: %s %s"
                  .formatted(
                      plan.title(),
                      state.toLowerCase(java.util.Locale.ROOT),
                      found.path("phase").asText("")));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Trains a model and waits for it. */
  Trained train(String trainingSet, Plan plan, boolean tested)
      throws IOException, InterruptedException {
    return await(submit(trainingSet, plan, tested), plan);
  }
}
