package io.boathouse.serving.prediction;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.registry.signature.MlModel;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.serving.inference.ModelInputs;
import io.boathouse.serving.inference.Replay;
import io.boathouse.serving.runtime.ModelLoader;
import io.boathouse.serving.runtime.ModelRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/**
 * Makes a kept prediction again with the model version that made it, and compares. What the model
 * saw of the feature store comes from the row, so that features may have changed since. One at a
 * time, as each loads its model. Thread-safe; blocks.
 */
public final class PredictionReplay {
  private static final int MOST_DIFFERENCES = 100;

  private final PredictionService predictions;
  private final ModelVersionService versions;
  private final ExecutorService compute;
  private final Semaphore turn = new Semaphore(1);

  public PredictionReplay(
      PredictionService predictions, ModelVersionService versions, ExecutorService compute) {
    this.predictions = predictions;
    this.versions = versions;
    this.compute = compute;
  }

  /**
   * How a prediction compares with itself.
   *
   * @param same whether every value is the same to the last bit
   * @param differences where they are not, at most a hundred
   */
  public record Replayed(
      @JsonProperty("prediction_id") String predictionId,
      @JsonProperty("model") String model,
      @JsonProperty("model_version") int modelVersion,
      @JsonProperty("same") boolean same,
      @JsonProperty("logged") JsonNode logged,
      @JsonProperty("replayed") JsonNode replayed,
      @JsonProperty("differences") List<Difference> differences) {}

  /**
   * A place where two replies differ.
   *
   * @param at a JSON pointer
   */
  public record Difference(
      @JsonProperty("at") String at,
      @JsonProperty("logged") String logged,
      @JsonProperty("replayed") String replayed) {}

  /**
   * @throws LakeException NOT_FOUND without the row or the model version; PERMISSION_DENIED without
   *     EXECUTE on the model; FAILED_PRECONDITION if the row does not have all that it takes;
   *     RATE_LIMITED while another is replayed
   */
  public Replayed of(Caller caller, String id) {
    JsonNode row = predictions.get(caller, id);
    requireReplayable(id, row);
    if (!turn.tryAcquire()) {
      throw PredictionErrors.replaying();
    }
    try {
      return compare(row, again(caller, row));
    } finally {
      turn.release();
    }
  }

  private static void requireReplayable(String id, JsonNode row) {
    boolean looked = row.has("feature_spec");
    if (!row.path("response").has("predictions")) {
      throw PredictionErrors.notReplayable(
          id, "its reply is not kept in the form of MLflow's protocol");
    }
    if (looked ? !row.path("features").isObject() : !row.path("request").isObject()) {
      throw PredictionErrors.notReplayable(
          id, "its row was too large to keep what the model was given");
    }
  }

  private JsonNode again(Caller caller, JsonNode row) {
    FullName name = FullName.parse(row.path("model").asText());
    int number = row.path("model_version").asInt();
    ModelVersion version = versions.get(caller, name, number);
    String label = name + " version " + number;
    ModelLoader.requireServable(label, version.mlModel());
    MlModel model = version.mlModel().orElseThrow();
    try (ModelRuntime runtime =
        ModelLoader.load(label, model, versions.files(caller, name, number).store())) {
      var replay =
          new Replay(
              runtime,
              ModelInputs.of(
                  label,
                  model.signature(),
                  ModelLoader.features(model),
                  runtime,
                  Optional.empty()));
      return compute
          .submit(
              () ->
                  row.has("feature_spec")
                      ? replay.ofFeatures(row.path("features"), row.at("/request/params"))
                      : replay.ofRequest(row.path("request")))
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PredictionErrors.replaying();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LakeException known
          ? known
          : PredictionErrors.internal(row.path("endpoint").asText(), e);
    }
  }

  private static Replayed compare(JsonNode row, JsonNode replayed) {
    JsonNode logged = row.path("response");
    List<Difference> differences = new ArrayList<>();
    compare("", logged, replayed, differences);
    return new Replayed(
        row.path("prediction_id").asText(),
        row.path("model").asText(),
        row.path("model_version").asInt(),
        differences.isEmpty(),
        logged,
        replayed,
        List.copyOf(differences));
  }

  /** A float is written in the fewest digits that read back as it, so its text tells its bits. */
  private static void compare(
      String at, JsonNode logged, JsonNode replayed, List<Difference> differences) {
    if (differences.size() >= MOST_DIFFERENCES) {
      return;
    }
    if (logged.isObject() && replayed.isObject()) {
      var names = new TreeSet<String>();
      logged.fieldNames().forEachRemaining(names::add);
      replayed.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name ->
              compare(
                  at + "/" + name.replace("~", "~0").replace("/", "~1"),
                  logged.path(name),
                  replayed.path(name),
                  differences));
    } else if (logged.isArray() && replayed.isArray()) {
      for (int i = 0; i < Math.max(logged.size(), replayed.size()); i++) {
        compare(at + "/" + i, logged.path(i), replayed.path(i), differences);
      }
    } else if (!logged.toString().equals(replayed.toString())) {
      differences.add(new Difference(at, logged.toString(), replayed.toString()));
    }
  }
}
