package io.boathouse.training.trainer;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import io.boathouse.platform.error.LakeException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures of trainers, of the conversion of their models, and of training jobs. */
public final class TrainerErrors {
  private TrainerErrors() {}

  /** Where no engine for networks is. */
  public static LakeException noNeuralModule() {
    return new LakeException(
        FAILED_PRECONDITION,
        "NO_NEURAL_MODULE",
        "The trainer 'perceptron' needs the optional module for neural networks. Build it with"
            + " -Pneural and name its folder in training.neural_module.",
        Map.of("field", "trainer", "setting", "training.neural_module"));
  }

  static LakeException unknownTrainer(String name, Collection<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TRAINER_NOT_FOUND",
        "There is no trainer '%s'. Choose one of: %s."
            .formatted(shown(name), String.join(", ", known)),
        Map.of("field", "trainer", "value", shown(name)));
  }

  static LakeException unknownHyperparameter(
      String trainer, String name, Collection<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "HYPERPARAMETER_NOT_FOUND",
        "Trainer '%s' has no hyper-parameter '%s'. It has: %s."
            .formatted(trainer, shown(name), known.isEmpty() ? "none" : String.join(", ", known)),
        Map.of("field", "params." + shown(name), "trainer", trainer));
  }

  static LakeException invalidHyperparameter(
      String trainer, Hyperparameter parameter, String value, @Nullable Throwable cause) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_HYPERPARAMETER",
        "Hyper-parameter '%s' of trainer '%s' is '%s'. Give %s."
            .formatted(parameter.name(), trainer, shown(value), parameter.accepts()),
        Map.of("field", "params." + parameter.name(), "value", shown(value)),
        cause);
  }

  static LakeException invalidData(String field, String value, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TRAINING_DATA",
        "Training data: %s '%s' %s.".formatted(field, shown(value), problem),
        Map.of("field", field, "value", shown(value)));
  }

  static LakeException malformedTree(String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "MALFORMED_TREE_MODEL",
        "The tree model is refused: %s. Train it again.".formatted(problem),
        Map.of("field", "trees", "value", shown(problem)));
  }

  static LakeException conversionDiffers(String trainer, double difference, double allowed) {
    return new LakeException(
        INTERNAL,
        "CONVERSION_DIFFERS",
        "The ONNX model of '%s' differs from the trained one by %s (allowed: %s). Nothing is kept."
            .formatted(trainer, difference, allowed),
        Map.of("trainer", trainer, "difference", Double.toString(difference)));
  }

  static LakeException notCalibratable(String trainer) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_CALIBRATABLE",
        "Models of trainer '%s' cannot be calibrated. Set calibration to none, or choose %s."
            .formatted(trainer, "logistic-sgd, logistic-liblinear or boosted-trees"),
        Map.of("field", "calibration", "trainer", trainer));
  }

  static LakeException libraryFailed(String what, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return new LakeException(
        INTERNAL,
        "TRAINING_LIBRARY_FAILED",
        "%s failed: %s".formatted(what, shown(message)),
        Map.of("library", what),
        cause);
  }

  static LakeException outOfMemory(OutOfMemoryError cause) {
    return new LakeException(
        FAILED_PRECONDITION,
        "TRAINING_OUT_OF_MEMORY",
        "Training needs more memory than its process may have (%s). Take fewer rows, or raise the"
                .formatted(cause.getMessage())
            + " memory limit of training.",
        Map.of("limit", Long.toString(Runtime.getRuntime().maxMemory())),
        cause);
  }

  static LakeException invalidJob(String field, String value, String problem) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TRAINING_JOB",
        "Training job: %s '%s' %s.".formatted(field, shown(value), problem),
        Map.of("field", field, "value", shown(value)));
  }

  static LakeException uploadFailed(String path, int status, String answer) {
    return new LakeException(
        status < 500 ? FAILED_PRECONDITION : UNAVAILABLE,
        "ARTIFACT_UPLOAD_FAILED",
        "Artifact '%s' was answered with %d: %s".formatted(path, status, shown(answer)),
        Map.of("path", path, "status", Integer.toString(status)));
  }

  static LakeException trackingFailed(String doing, Throwable cause) {
    return new LakeException(
        UNAVAILABLE,
        "TRACKING_FAILED",
        "The tracking server failed at %s: %s"
            .formatted(doing, shown(String.valueOf(cause.getMessage()))),
        Map.of("step", doing),
        cause);
  }

  private static String shown(String value) {
    String plain = value.replaceAll("\\p{Cntrl}+", " ");
    return plain.length() > 300 ? plain.substring(0, 300) + "…" : plain;
  }
}
