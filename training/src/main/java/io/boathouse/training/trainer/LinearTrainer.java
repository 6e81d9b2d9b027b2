package io.boathouse.training.trainer;

import java.util.Map;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/**
 * What logistic regressions have in common: features are standardised, a missing value is its
 * feature's mean, Tribuo fits, and the weights become an ONNX graph that is compared with Tribuo's
 * own answers before it is kept.
 */
abstract class LinearTrainer implements Trainer {
  private static final int CHECKED_ROWS = 10_000;
  private static final double MAX_DIFFERENCE = 1e-5;

  /** Weights by feature as Tribuo numbers them, and the intercept, of the positive class' logit. */
  record Weights(double[] byTribuoId, double intercept) {}

  /** Fits Tribuo's model. */
  abstract Model<Label> fit(MutableDataset<Label> dataset, Hyperparameters params, long seed);

  /** Reads the logit's weights out of what {@link #fit} made. */
  abstract Weights weights(Model<Label> model);

  @Override
  public final boolean calibratable() {
    return true;
  }

  @Override
  public final TrainedModel train(
      TrainingData data, Hyperparameters params, long seed, Progress progress) {
    data.requireBothClasses();
    progress.report("train", 0, 3);
    ColumnMoments moments = ColumnMoments.of(data);
    var examples = new TribuoExamples(data, moments::standardised);
    MutableDataset<Label> dataset = examples.dataset();
    progress.report("train", 1, 3);
    Model<Label> model = fit(dataset, params, seed);
    progress.report("train", 2, 3);
    Weights fitted = weights(model);
    double[] byFeature = new double[data.width()];
    for (int feature = 0; feature < byFeature.length; feature++) {
      int id = model.getFeatureIDMap().get(data.features().get(feature)).getID();
      byFeature[feature] = fitted.byTribuoId()[id];
    }
    String provenance = TribuoExamples.provenance(model);
    byte[] graph =
        LinearOnnx.build(
            moments,
            byFeature,
            fitted.intercept(),
            Map.of("trainer", name(), "provenance", provenance));
    double difference = difference(graph, data, model, examples);
    progress.report("train", 3, 3);
    return TrainedModel.onnx(name(), data, graph, provenance, difference);
  }

  private double difference(
      byte[] graph, TrainingData data, Model<Label> model, TribuoExamples examples) {
    int rows = Math.min(CHECKED_ROWS, data.rows());
    double worst = 0;
    try (OnnxScorer scorer = OnnxScorer.open(graph)) {
      float[] scores = scorer.score(data.values(), rows);
      for (int row = 0; row < rows; row++) {
        double expected = TribuoExamples.probability(model, examples.example(row));
        worst = Math.max(worst, Math.abs(expected - scores[row]));
      }
    }
    if (!(worst <= MAX_DIFFERENCE)) {
      throw TrainerErrors.conversionDiffers(name(), worst, MAX_DIFFERENCE);
    }
    return worst;
  }
}
