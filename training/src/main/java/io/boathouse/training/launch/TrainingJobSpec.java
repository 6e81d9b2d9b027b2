package io.boathouse.training.launch;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.featurestore.join.MatrixExport;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a training job is to do: as a caller asks for it, and then, with everything filled in, as it
 * is queued.
 *
 * @param experimentName is made if it does not exist
 * @param trainingSet id of the rows
 * @param train which of the rows are learned from; all without it
 * @param validation rows to calibrate on and to choose by
 * @param test rows to measure on, once
 * @param evaluations further rows to measure on, perhaps of other training sets
 * @param features the model's inputs in order; without them all numbers and flags of the spec
 * @param label without it the training set's
 * @param group the column whose values are blocks that intervals resample
 * @param leakCheck whether the same model is also learned from the training set's naive twin, so
 *     that the run tells what AUC a naive join would have claimed and what it would have given
 * @param alias set on the version that is registered under the model's name
 */
public record TrainingJobSpec(
    @JsonProperty("experiment_name") Optional<String> experimentName,
    @JsonProperty("experiment_id") Optional<String> experimentId,
    @JsonProperty("run_name") Optional<String> runName,
    @JsonProperty("trainer") String trainer,
    @JsonProperty("params") Map<String, Object> params,
    @JsonProperty("seed") Optional<Long> seed,
    @JsonProperty("training_set") String trainingSet,
    @JsonProperty("train") Optional<Rows> train,
    @JsonProperty("validation") Optional<Rows> validation,
    @JsonProperty("test") Optional<Rows> test,
    @JsonProperty("evaluations") List<Evaluation> evaluations,
    @JsonProperty("features") List<String> features,
    @JsonProperty("label") Optional<String> label,
    @JsonProperty("group") Optional<String> group,
    @JsonProperty("calibration") Optional<String> calibration,
    @JsonProperty("threshold") Optional<Double> threshold,
    @JsonProperty("bootstrap_rounds") Optional<Integer> bootstrapRounds,
    @JsonProperty("leak_check") Optional<Boolean> leakCheck,
    @JsonProperty("model_name") Optional<String> modelName,
    @JsonProperty("alias") Optional<String> alias,
    @JsonProperty("tags") Map<String, String> tags,
    @JsonProperty("idempotency_token") Optional<String> idempotencyToken) {
  /** The seed of jobs that name none. */
  static final long DEFAULT_SEED = 42;

  /** Roles that no evaluation can have. */
  static final String NAIVE_TRAIN = "naive-train";

  static final String NAIVE_TEST = "naive-test";

  public TrainingJobSpec {
    required("trainer", trainer);
    required("training_set", trainingSet);
    params = isAbsent(params) ? Map.of() : Map.copyOf(params);
    evaluations = isAbsent(evaluations) ? List.of() : List.copyOf(evaluations);
    features = isAbsent(features) ? List.of() : List.copyOf(features);
    tags = isAbsent(tags) ? Map.of() : Map.copyOf(tags);
  }

  /**
   * Some rows of a training set.
   *
   * @param where columns and the text that their values must have
   */
  public record Rows(@JsonProperty("where") Map<String, String> where) {
    public Rows {
      where = isAbsent(where) ? Map.of() : Map.copyOf(where);
    }
  }

  /**
   * Rows whose measures are logged under a name of their own.
   *
   * @param trainingSet without it the job's
   */
  public record Evaluation(
      @JsonProperty("name") String name,
      @JsonProperty("training_set") Optional<String> trainingSet,
      @JsonProperty("where") Map<String, String> where) {
    public Evaluation {
      required("evaluations.name", name);
      where = isAbsent(where) ? Map.of() : Map.copyOf(where);
    }
  }

  /** Rows that the job reads. @param role what for; metrics begin with it */
  record Part(String role, String trainingSet, Map<String, String> where) {}

  /** All that the job reads: what it trains on first. */
  List<Part> parts() {
    var parts = new java.util.ArrayList<Part>();
    parts.add(new Part("train", trainingSet, train.map(Rows::where).orElse(Map.of())));
    validation.ifPresent(rows -> parts.add(new Part("validation", trainingSet, rows.where())));
    test.ifPresent(rows -> parts.add(new Part("test", trainingSet, rows.where())));
    for (Evaluation evaluation : evaluations) {
      parts.add(
          new Part(
              evaluation.name(), evaluation.trainingSet().orElse(trainingSet), evaluation.where()));
    }
    return parts;
  }

  boolean checksLeak() {
    return leakCheck.orElse(false);
  }

  /** What a leak check reads besides. @param twin of the training set, joined naively */
  List<Part> naiveParts(String twin) {
    Rows all = new Rows(Map.of());
    return List.of(
        new Part(NAIVE_TRAIN, twin, train.orElse(all).where()),
        new Part(NAIVE_TEST, twin, test.orElse(all).where()));
  }

  /** What of a part the trainer needs. */
  MatrixExport export(Part part, String labelColumn) {
    return new MatrixExport(
        features, labelColumn, Optional.empty(), Optional.empty(), group, part.where());
  }

  /** The same with everything settled that the caller left open; this is what is queued. */
  TrainingJobSpec settled(
      String experiment, List<String> inputs, String labelColumn, Optional<String> model) {
    return new TrainingJobSpec(
        Optional.empty(),
        Optional.of(experiment),
        runName,
        trainer,
        params,
        Optional.of(seed.orElse(DEFAULT_SEED)),
        trainingSet,
        train,
        validation,
        test,
        evaluations,
        inputs,
        Optional.of(labelColumn),
        group,
        calibration,
        threshold,
        bootstrapRounds,
        leakCheck,
        model,
        alias,
        tags,
        Optional.empty());
  }

  /** Reads a request; an unknown field is refused. */
  static TrainingJobSpec of(com.fasterxml.jackson.databind.JsonNode json) {
    return Json.bindStrict(json, TrainingJobSpec.class);
  }

  private static void required(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw HttpErrors.missingParameter(field);
    }
  }

  /** Whether the JSON left the field out; Jackson then hands over null whatever the type says. */
  private static boolean isAbsent(@Nullable Object value) {
    return value == null;
  }
}
