package io.boathouse.training.trainer;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file that tells the child process what to train. It holds no secret: the token comes by the
 * environment or by standard input.
 *
 * @param format of the file; 1
 * @param tokenFrom {@code env}: from BOATHOUSE_TOKEN; {@code stdin}: the first line of standard
 *     input
 * @param exitWithParent whether the process ends when its standard input does
 * @param runId an existing run to log to; without it a run is created in the experiment
 * @param train file of the training matrix
 * @param validation file of rows to calibrate on
 * @param test file of rows to measure on, once
 * @param evaluations further files of rows to measure on, by the name that metrics begin with
 * @param naive rows of the naive twin of the training set; the same model is learned from them too
 * @param featureColumns the model's inputs in their order
 * @param groupColumn the block that rows are resampled by for intervals
 * @param calibration {@code none} or {@code platt}
 * @param threshold from which on a probability counts as yes
 * @param modelName registers the model under this name
 * @param alias set on the registered version
 */
record TrainingJob(
    @JsonProperty("format") int format,
    @JsonProperty("tracking_uri") String trackingUri,
    @JsonProperty("token_from") Optional<String> tokenFrom,
    @JsonProperty("exit_with_parent") boolean exitWithParent,
    @JsonProperty("experiment_id") Optional<String> experimentId,
    @JsonProperty("run_id") Optional<String> runId,
    @JsonProperty("run_name") Optional<String> runName,
    @JsonProperty("trainer") String trainer,
    @JsonProperty("params") Map<String, Object> params,
    @JsonProperty("seed") long seed,
    @JsonProperty("train") String train,
    @JsonProperty("validation") Optional<String> validation,
    @JsonProperty("test") Optional<String> test,
    @JsonProperty("evaluations") Map<String, String> evaluations,
    @JsonProperty("naive") Optional<NaiveRows> naive,
    @JsonProperty("label_column") String labelColumn,
    @JsonProperty("feature_columns") List<String> featureColumns,
    @JsonProperty("group_column") Optional<String> groupColumn,
    @JsonProperty("calibration") Optional<String> calibration,
    @JsonProperty("threshold") Optional<Double> threshold,
    @JsonProperty("bootstrap_rounds") Optional<Integer> bootstrapRounds,
    @JsonProperty("model_name") Optional<String> modelName,
    @JsonProperty("alias") Optional<String> alias,
    @JsonProperty("tags") Map<String, String> tags,
    @JsonProperty("model_tags") Map<String, String> modelTags,
    @JsonProperty("datasets") List<JsonNode> datasets) {
  private static final int FORMAT = 1;
  private static final Pattern EVALUATION = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Set<String> OWN_ROLES = Set.of("train", "validation", "test", "importance");
  private static final double DEFAULT_THRESHOLD = 0.5;
  private static final int DEFAULT_BOOTSTRAP_ROUNDS = 200;

  /** Files of rows that were joined with what was not yet known. */
  record NaiveRows(@JsonProperty("train") String train, @JsonProperty("test") String test) {}

  TrainingJob {
    if (format != FORMAT) {
      throw TrainerErrors.invalidJob("format", Integer.toString(format), "must be 1");
    }
    requireHttp(required("tracking_uri", trackingUri));
    required("trainer", trainer);
    required("train", train);
    required("label_column", labelColumn);
    if (isAbsent(featureColumns) || featureColumns.isEmpty()) {
      throw TrainerErrors.invalidJob("feature_columns", "", "must name at least one column");
    }
    featureColumns = List.copyOf(featureColumns);
    evaluations = isAbsent(evaluations) ? Map.of() : new TreeMap<>(evaluations);
    for (String name : evaluations.keySet()) {
      if (!EVALUATION.matcher(name).matches() || OWN_ROLES.contains(name)) {
        throw TrainerErrors.invalidJob("evaluations", name, "cannot name an evaluation");
      }
    }
    params = isAbsent(params) ? Map.of() : Map.copyOf(params);
    tags = isAbsent(tags) ? Map.of() : Map.copyOf(tags);
    modelTags = isAbsent(modelTags) ? Map.of() : Map.copyOf(modelTags);
    datasets = isAbsent(datasets) ? List.of() : List.copyOf(datasets);
    oneOf("token_from", tokenFrom.orElse("env"), "env", "stdin");
    oneOf("calibration", calibration.orElse("none"), "none", "platt");
    if (experimentId.isEmpty() && runId.isEmpty()) {
      throw TrainerErrors.invalidJob("experiment_id", "", "or run_id must be given");
    }
    if (calibration.orElse("none").equals("platt") && validation.isEmpty()) {
      throw TrainerErrors.invalidJob("calibration", "platt", "needs a validation file");
    }
    if (naive.isPresent() && test.isEmpty()) {
      throw TrainerErrors.invalidJob("naive", "", "needs a test file");
    }
    if (alias.isPresent() && modelName.isEmpty()) {
      throw TrainerErrors.invalidJob("alias", alias.get(), "needs a model_name");
    }
  }

  /** Reads a job file; an unknown key is refused. */
  static TrainingJob read(Path file) {
    try {
      JsonNode root = Json.parse(Files.readAllBytes(file));
      return Json.mapper()
          .readerFor(TrainingJob.class)
          .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .readValue(root);
    } catch (UnrecognizedPropertyException e) {
      throw TrainerErrors.invalidJob(e.getPropertyName(), "", "is no key of a training job");
    } catch (JsonMappingException e) {
      throw TrainerErrors.invalidJob(
          e.getPath().isEmpty() ? "job" : String.valueOf(e.getPath().getFirst().getFieldName()),
          "",
          "has a value of the wrong type");
    } catch (JsonProcessingException e) {
      throw TrainerErrors.invalidJob("job", "", "is not readable as JSON");
    } catch (IOException e) {
      throw TrainerErrors.invalidJob("job", String.valueOf(file.getFileName()), "cannot be read");
    }
  }

  boolean tokenFromStdin() {
    return tokenFrom.orElse("env").equals("stdin");
  }

  boolean calibrates() {
    return calibration.orElse("none").equals("platt");
  }

  double thresholdOrDefault() {
    return threshold.orElse(DEFAULT_THRESHOLD);
  }

  int bootstrapRoundsOrDefault() {
    return bootstrapRounds.orElse(DEFAULT_BOOTSTRAP_ROUNDS);
  }

  private static String required(String field, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw TrainerErrors.invalidJob(field, "", "must be given");
    }
    return value;
  }

  /** Whether the file left the key out; Jackson then hands over null whatever the type says. */
  private static boolean isAbsent(@Nullable Object value) {
    return value == null;
  }

  private static void requireHttp(String uri) {
    try {
      URI parsed = URI.create(uri);
      if (parsed.getHost() != null && String.valueOf(parsed.getScheme()).matches("https?")) {
        return;
      }
    } catch (IllegalArgumentException e) {
      throw TrainerErrors.invalidJob("tracking_uri", uri, "is no address");
    }
    throw TrainerErrors.invalidJob("tracking_uri", uri, "must be an http or https address");
  }

  private static void oneOf(String field, String value, String first, String second) {
    if (!value.equals(first) && !value.equals(second)) {
      throw TrainerErrors.invalidJob(field, value, "must be " + first + " or " + second);
    }
  }
}
