package io.boathouse.training.experiment;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.PERMISSION_DENIED;
import static io.boathouse.platform.error.ErrorCode.TOO_LARGE;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of tracking. Clients match some of the wordings, which are MLflow's. */
public final class TrainingErrors {
  private static final int SHOWN = 200;

  private TrainingErrors() {}

  public static LakeException experimentNotFound(String id) {
    return notFound(
        "EXPERIMENT_NOT_FOUND",
        "No Experiment with id=%s exists, or you may not see it.".formatted(shown(id)),
        Map.of("experiment_id", shown(id)));
  }

  public static LakeException experimentNameNotFound(String name) {
    return notFound(
        "EXPERIMENT_NOT_FOUND",
        "Could not find experiment with name '%s'".formatted(shown(name)),
        Map.of("experiment_name", shown(name)));
  }

  public static LakeException experimentExists(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "EXPERIMENT_ALREADY_EXISTS",
        "Experiment(name=%s) already exists. Choose another name, or restore it if it is deleted."
            .formatted(shown(name)),
        Map.of("field", "name", "value", shown(name)));
  }

  public static LakeException invalidExperimentName(String name, String problem) {
    return invalid("name", name, "Invalid experiment name: '%s' " + problem + ".");
  }

  public static LakeException invalidArtifactLocation(String location, String problem) {
    return invalid(
        "artifact_location",
        location,
        "Invalid artifact location '%s': it "
            + problem
            + ". Leave it out to keep artifacts in this server.");
  }

  public static LakeException experimentNotActive(long id, Lifecycle stage) {
    return new LakeException(
        INVALID_ARGUMENT,
        "EXPERIMENT_NOT_ACTIVE",
        "The experiment %d must be in the 'active' state. Current state is %s."
            .formatted(id, stage.text()),
        Map.of("experiment_id", Long.toString(id), "lifecycle_stage", stage.text()));
  }

  public static LakeException cannotRename(long id, Lifecycle stage) {
    return new LakeException(
        FAILED_PRECONDITION,
        "INVALID_STATE",
        "Cannot rename the experiment %d in state %s. Restore it first."
            .formatted(id, stage.text()),
        Map.of("experiment_id", Long.toString(id), "lifecycle_stage", stage.text()));
  }

  public static LakeException cannotDeleteDefault() {
    return new LakeException(
        INVALID_ARGUMENT,
        "DEFAULT_EXPERIMENT",
        "The default experiment '0' cannot be deleted. Delete its runs instead.",
        Map.of("field", "experiment_id", "value", "0"));
  }

  public static LakeException experimentTagNotFound(long id, String key) {
    return notFound(
        "TAG_NOT_FOUND",
        "No tag with name: %s in experiment with id %d".formatted(shown(key), id),
        Map.of("experiment_id", Long.toString(id), "key", shown(key)));
  }

  public static LakeException runNotFound(String id) {
    return notFound(
        "RUN_NOT_FOUND",
        "Run with id=%s not found. It does not exist, or you may not see it.".formatted(shown(id)),
        Map.of("run_id", shown(id)));
  }

  public static LakeException runNotActive(String id, Lifecycle stage) {
    return new LakeException(
        INVALID_ARGUMENT,
        "RUN_NOT_ACTIVE",
        "The run %s must be in the 'active' state. Current state is %s."
            .formatted(id, stage.text()),
        Map.of("run_id", id, "lifecycle_stage", stage.text()));
  }

  public static LakeException tagNotFound(String runId, String key) {
    return notFound(
        "TAG_NOT_FOUND",
        "No tag with name: %s in run with id %s".formatted(shown(key), runId),
        Map.of("run_id", runId, "key", shown(key)));
  }

  public static LakeException paramChanged(
      String runId, String key, String logged, String attempted) {
    return new LakeException(
        INVALID_ARGUMENT,
        "PARAM_ALREADY_LOGGED",
        ("Changing param values is not allowed. Param with key='%s' was already logged with"
                + " value='%s' for run ID='%s'. Attempted logging new value '%s'.")
            .formatted(key, shown(logged), runId, shown(attempted)),
        Map.of("run_id", runId, "key", key, "value", shown(attempted)));
  }

  public static LakeException tooMany(String what, int limit, int count) {
    return new LakeException(
        INVALID_ARGUMENT,
        "BATCH_TOO_LARGE",
        ("A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across"
                + " multiple requests and try again.")
            .formatted(limit, what, count, what, what),
        Map.of("field", what, "value", Integer.toString(count)));
  }

  public static LakeException requestTooLarge(String what, long bytes, long limit) {
    return new LakeException(
        TOO_LARGE,
        "REQUEST_TOO_LARGE",
        "%s must be at most %d bytes, got a request of size %d. Send less at once."
            .formatted(what, limit, bytes),
        Map.of("field", "body", "value", Long.toString(bytes)));
  }

  public static LakeException tooLong(String field, String value, int limit) {
    return new LakeException(
        INVALID_ARGUMENT,
        "VALUE_TOO_LONG",
        "'%s' exceeds the maximum length of %d characters: it has %d. Shorten it."
            .formatted(field, limit, value.codePointCount(0, value.length())),
        Map.of("field", field, "value", shown(value)));
  }

  public static LakeException invalidKey(String field, String key, String rule) {
    return invalid(
        field, key, "Invalid value '%s' for parameter '" + field + "' supplied: " + rule);
  }

  /** A value that no other failure names. The format has one {@code %s}, for the value. */
  public static LakeException invalid(String field, String value, String format) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PARAMETER",
        format.replace("%s", shown(value)),
        Map.of("field", field, "value", shown(value)));
  }

  public static LakeException modelNotFound(String id) {
    return notFound(
        "LOGGED_MODEL_NOT_FOUND",
        "Logged model with ID '%s' not found. It does not exist, or you may not see it."
            .formatted(shown(id)),
        Map.of("model_id", shown(id)));
  }

  public static LakeException modelTagNotFound(String id, String key) {
    return notFound(
        "TAG_NOT_FOUND",
        "No tag with key '%s' in logged model with ID '%s'.".formatted(shown(key), id),
        Map.of("model_id", id, "key", shown(key)));
  }

  public static LakeException artifactNotFound(String path) {
    return notFound(
        "ARTIFACT_NOT_FOUND",
        "No artifact at '%s'. It does not exist, or you may not see it.".formatted(shown(path)),
        Map.of("field", "path", "value", shown(path)));
  }

  public static LakeException artifactsElsewhere(String uri) {
    return invalid(
        "artifact_uri",
        uri,
        "The artifacts of '%s' are not kept by this server. Read and write them where they are.");
  }

  public static LakeException artifactsImmutable(String path) {
    return new LakeException(
        PERMISSION_DENIED,
        "ARTIFACTS_IMMUTABLE",
        "The files of a registered version never change, so '%s' can only be read. Register a new"
                .formatted(shown(path))
            + " version.",
        Map.of("field", "path", "value", shown(path)));
  }

  private static LakeException notFound(
      String reason, String message, Map<String, String> details) {
    return new LakeException(NOT_FOUND, reason, message, details);
  }

  private static String shown(String value) {
    return value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
  }
}
