package io.boathouse.training.trainer;

import io.boathouse.training.evaluate.PlattScaling;
import io.boathouse.training.evaluate.Scorer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A trained binary classifier as the files that make it up. The byte arrays are shared: leave them
 * as they are.
 *
 * @param trainer the name of the trainer
 * @param features the model's inputs, in order
 * @param files bytes by path relative to the model's folder
 * @param flavors how each runtime loads the files, as the MLmodel file says it
 * @param provenance how the model came to be, in text; without times, so that it repeats
 * @param metrics measured while training, such as the difference that the conversion made
 * @param gains what each feature contributed as the trainer itself counts it, as shares of one;
 *     empty where it does not count
 */
public record TrainedModel(
    String trainer,
    List<String> features,
    Map<String, byte[]> files,
    Map<String, Map<String, Object>> flavors,
    String provenance,
    Map<String, Double> metrics,
    Map<String, Double> gains) {
  static final String ONNX_FILE = "model.onnx";
  static final String TRIBUO_FILE = "model.tribuo";
  static final String ONNX_FLAVOR = "onnx";
  static final String TRIBUO_FLAVOR = "tribuo";
  private static final String ONNX_VERSION = "1.12.0";

  /** Copies the collections in. */
  public TrainedModel {
    features = List.copyOf(features);
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    flavors = Collections.unmodifiableMap(new LinkedHashMap<>(flavors));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    gains = Collections.unmodifiableMap(new LinkedHashMap<>(gains));
  }

  /** A model that is one ONNX graph. */
  static TrainedModel onnx(
      String trainer, TrainingData data, byte[] graph, String provenance, double difference) {
    return new TrainedModel(
        trainer,
        data.features(),
        Map.of(ONNX_FILE, graph),
        Map.of(ONNX_FLAVOR, new TreeMap<>(Map.of("onnx_version", ONNX_VERSION, "data", ONNX_FILE))),
        provenance,
        Map.of("conversion.max_abs_diff", difference),
        Map.of());
  }

  /** The same model with one more file. */
  TrainedModel with(String path, byte[] bytes) {
    var more = new TreeMap<>(files);
    more.put(path, bytes);
    return new TrainedModel(trainer, features, more, flavors, provenance, metrics, gains);
  }

  /** The same model with what each feature contributed. */
  TrainedModel withGains(Map<String, Double> byFeature) {
    return new TrainedModel(trainer, features, files, flavors, provenance, metrics, byFeature);
  }

  /** What the model takes and gives. */
  public ModelSignature signature() {
    return ModelSignature.binary(features);
  }

  /** Opens the model for scoring; the caller closes. */
  public Scorer openScorer() {
    byte[] onnx = files.get(ONNX_FILE);
    return onnx == null ? TribuoScorer.open(this) : OnnxScorer.open(onnx);
  }

  /**
   * Fits a correction of the log-odds on other rows than those trained on, and folds it into the
   * graph.
   *
   * @return empty when those rows give no correction that keeps the order of scores
   * @throws io.boathouse.platform.error.LakeException if the model has no log-odds
   */
  public Optional<TrainedModel> calibrated(TrainingData data) {
    byte[] onnx = files.get(ONNX_FILE);
    if (onnx == null || !OnnxCalibration.hasLogit(onnx)) {
      throw TrainerErrors.notCalibratable(trainer);
    }
    float[] logits;
    try (Scorer scorer = OnnxScorer.open(OnnxCalibration.logits(onnx))) {
      logits = scorer.score(data.values(), data.rows());
    }
    return PlattScaling.fit(logits, data.labels()).map(scaling -> folded(onnx, scaling));
  }

  private TrainedModel folded(byte[] onnx, PlattScaling scaling) {
    var measured = new LinkedHashMap<>(metrics);
    measured.put("calibration.slope", scaling.slope());
    measured.put("calibration.intercept", scaling.intercept());
    var calibrated =
        new TrainedModel(trainer, features, files, flavors, provenance, measured, gains);
    return calibrated.with(ONNX_FILE, OnnxCalibration.folded(onnx, scaling));
  }
}
