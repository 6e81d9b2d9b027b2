package io.boathouse.training.trainer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Gradient boosted trees by XGBoost's histogram method, after Chen and Guestrin (2016). A missing
 * value is NaN, in training and after, and goes where the tree learned to send it. The trees are
 * converted to ONNX and compared with XGBoost on 10,000 rows before the model is kept.
 */
final class BoostedTreesTrainer implements Trainer {
  private static final String BOOSTER_FILE = "booster.ubj";
  private static final double MAX_DIFFERENCE = 1e-5;

  @Override
  public String name() {
    return "boosted-trees";
  }

  @Override
  public boolean calibratable() {
    return true;
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(
        new Hyperparameter.Whole("rounds", 1, 10_000, 200, "trees"),
        new Hyperparameter.Real("learning_rate", 1e-4, 1, 0.1, "share of each tree that is kept"),
        new Hyperparameter.Whole("max_depth", 1, 24, 6, "branches from the root to a leaf at most"),
        new Hyperparameter.Real("min_child_weight", 0, 1e9, 5, "weight in a leaf at least"),
        new Hyperparameter.Real("row_fraction", 0.01, 1, 0.8, "share of rows for each tree"),
        new Hyperparameter.Real(
            "feature_fraction", 0.01, 1, 0.8, "share of features for each tree"),
        new Hyperparameter.Real("l2", 0, 1e9, 1, "penalty on squared leaf weights"),
        new Hyperparameter.Real("l1", 0, 1e9, 0, "penalty on absolute leaf weights"),
        new Hyperparameter.Real("min_gain", 0, 1e9, 0, "gain that a split must bring"),
        new Hyperparameter.Whole("bins", 2, 65_536, 256, "histogram bins for each feature"),
        new Hyperparameter.Whole("threads", 1, 256, 2, "threads; part of what makes a run repeat"));
  }

  @Override
  public TrainedModel train(
      TrainingData data, Hyperparameters params, long seed, Progress progress) {
    data.requireBothClasses();
    try {
      DMatrix matrix = matrix(data.values(), data.rows(), data.width());
      try {
        matrix.setLabel(data.labels());
        Map<String, Object> settings = settings(params, seed, baseScore(data));
        return train(new Job(data, settings, params.whole("rounds"), seed, progress), matrix);
      } finally {
        matrix.dispose();
      }
    } catch (XGBoostError e) {
      throw TrainerErrors.libraryFailed("XGBoost", e);
    }
  }

  private record Job(
      TrainingData data, Map<String, Object> settings, int rounds, long seed, Progress progress) {}

  private TrainedModel train(Job job, DMatrix matrix) throws XGBoostError {
    Booster booster = XGBoost.train(matrix, job.settings(), 1, Map.of(), null, null);
    try {
      job.progress().report("train", 1, job.rounds());
      for (int round = 1; round < job.rounds(); round++) {
        booster.update(matrix, round);
        job.progress().report("train", round + 1, job.rounds());
      }
      return convert(job, booster);
    } finally {
      booster.dispose();
    }
  }

  private TrainedModel convert(Job job, Booster booster) throws XGBoostError {
    TrainingData data = job.data();
    job.progress().report("convert", 0, 2);
    List<String> trees = Arrays.asList(booster.getModelDump("", false, "json"));
    String provenance = provenance(job);
    byte[] graph =
        XgboostToOnnx.convert(
            trees,
            data.width(),
            margin(baseScore(data)),
            Map.of("trainer", name(), "provenance", provenance));
    job.progress().report("convert", 1, 2);
    float[] probes = ProbeRows.around(data, trees, job.seed());
    double difference = difference(booster, graph, probes, data.width());
    if (!(difference <= MAX_DIFFERENCE)) {
      throw TrainerErrors.conversionDiffers(name(), difference, MAX_DIFFERENCE);
    }
    job.progress().report("convert", 2, 2);
    return TrainedModel.onnx(name(), data, graph, provenance, difference)
        .with(BOOSTER_FILE, booster.toByteArray("ubj"))
        .withGains(gains(data, booster));
  }

  /** Each feature's share of the loss that all splits saved together. */
  private static Map<String, Double> gains(TrainingData data, Booster booster) throws XGBoostError {
    Map<String, Double> raw = booster.getScore("", "total_gain");
    double sum = raw.values().stream().mapToDouble(Double::doubleValue).sum();
    var gains = new LinkedHashMap<String, Double>();
    for (int feature = 0; feature < data.width(); feature++) {
      double gain = raw.getOrDefault("f" + feature, 0.0);
      gains.put(data.features().get(feature), sum > 0 ? gain / sum : 0);
    }
    return gains;
  }

  /** The largest difference of probabilities between XGBoost and the graph. */
  static double difference(Booster booster, byte[] graph, float[] rows, int width)
      throws XGBoostError {
    int count = rows.length / width;
    DMatrix matrix = matrix(rows, count, width);
    try (OnnxScorer scorer = OnnxScorer.open(graph)) {
      float[][] expected = booster.predict(matrix);
      float[] scores = scorer.score(rows, count);
      double worst = 0;
      for (int row = 0; row < count; row++) {
        double gap = Math.abs((double) expected[row][0] - scores[row]);
        worst = Double.isNaN(gap) ? Double.NaN : Math.max(worst, gap);
      }
      return worst;
    } finally {
      matrix.dispose();
    }
  }

  private static DMatrix matrix(float[] values, int rows, int width) throws XGBoostError {
    return new DMatrix(values, rows, width, Float.NaN);
  }

  /** The probability that boosting starts from: explicit, so that the graph can start there too. */
  private static float baseScore(TrainingData data) {
    return (float) data.positives() / data.rows();
  }

  private static float margin(float rate) {
    // As XGBoost does it, in float32.
    return (float) -Math.log(1f / rate - 1f);
  }

  private static Map<String, Object> settings(Hyperparameters params, long seed, float baseScore) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("booster", "gbtree");
    settings.put("tree_method", "hist");
    settings.put("objective", "binary:logistic");
    settings.put("base_score", baseScore);
    settings.put("eta", params.real("learning_rate"));
    settings.put("max_depth", params.whole("max_depth"));
    settings.put("min_child_weight", params.real("min_child_weight"));
    settings.put("subsample", params.real("row_fraction"));
    settings.put("colsample_bytree", params.real("feature_fraction"));
    settings.put("lambda", params.real("l2"));
    settings.put("alpha", params.real("l1"));
    settings.put("gamma", params.real("min_gain"));
    settings.put("max_bin", params.whole("bins"));
    settings.put("nthread", params.whole("threads"));
    settings.put("seed", Long.hashCode(seed) & Integer.MAX_VALUE);
    settings.put("verbosity", 0);
    return settings;
  }

  private static String provenance(Job job) {
    TrainingData data = job.data();
    var text = new StringBuilder("XGBoost on ").append(data.rows()).append(" rows\n");
    text.append("rounds = ").append(job.rounds()).append('\n');
    job.settings()
        .forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    for (int feature = 0; feature < data.width(); feature++) {
      text.append('f').append(feature).append(" = ").append(data.features().get(feature));
      text.append('\n');
    }
    return text.toString();
  }
}
