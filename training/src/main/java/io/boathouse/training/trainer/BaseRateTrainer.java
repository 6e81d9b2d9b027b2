package io.boathouse.training.trainer;

import java.util.List;
import java.util.Map;

/** The baseline that knows only how often the positive class comes true, and says so every time. */
final class BaseRateTrainer implements Trainer {
  @Override
  public String name() {
    return "base-rate";
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of();
  }

  @Override
  public boolean calibratable() {
    return true;
  }

  @Override
  public TrainedModel train(
      TrainingData data, Hyperparameters params, long seed, Progress progress) {
    data.requireBothClasses();
    double rate = (double) data.positives() / data.rows();
    String provenance =
        "share of label 1: %d of %d rows\n".formatted(data.positives(), data.rows());
    byte[] graph =
        LinearOnnx.build(
            ColumnMoments.of(data),
            new double[data.width()],
            Math.log(rate / (1 - rate)),
            Map.of("trainer", name(), "provenance", provenance));
    progress.report("train", 1, 1);
    return TrainedModel.onnx(name(), data, graph, provenance, 0);
  }
}
