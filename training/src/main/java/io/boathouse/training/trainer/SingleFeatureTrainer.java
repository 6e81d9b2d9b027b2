package io.boathouse.training.trainer;

import java.util.List;
import java.util.Map;

/**
 * The baseline that takes one feature, itself a share between 0 and 1, for the probability. Where
 * it is missing, the share of label 1 among the rows learned from stands in.
 */
final class SingleFeatureTrainer implements Trainer {
  @Override
  public String name() {
    return "single-feature";
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(new Hyperparameter.Feature("feature", "the feature that is the probability"));
  }

  @Override
  public boolean calibratable() {
    return false;
  }

  @Override
  public TrainedModel train(
      TrainingData data, Hyperparameters params, long seed, Progress progress) {
    data.requireBothClasses();
    String asked = params.text("feature");
    String name = asked.isEmpty() ? data.features().getFirst() : asked;
    int feature = data.features().indexOf(name);
    if (feature < 0) {
      throw TrainerErrors.invalidData(
          "params.feature", name, "is none of " + String.join(", ", data.features()));
    }
    for (int row = 0; row < data.rows(); row++) {
      float value = data.value(row, feature);
      if (value < 0 || value > 1) {
        throw TrainerErrors.invalidData(
            "features." + name, value + " in row " + row, "must be a share between 0 and 1");
      }
    }
    float rate = (float) data.positives() / data.rows();
    String provenance = "the value of %s, or %s where it is missing\n".formatted(name, rate);
    byte[] graph = graph(data.width(), feature, rate, provenance);
    progress.report("train", 1, 1);
    return TrainedModel.onnx(name(), data, graph, provenance, 0);
  }

  private byte[] graph(int width, int feature, float rate, String provenance) {
    return new OnnxGraph(width)
        .constant(OnnxGraph.wholes("index", feature))
        .constant("rate", rate)
        .constant("low", 0)
        .constant("high", 1)
        .node(
            OnnxGraph.nodeProto("Gather", List.of(OnnxGraph.INPUT, "index"), "value").toBuilder()
                .addAttribute(OnnxGraph.whole("axis", 1))
                .build())
        .node("IsNaN", List.of("value"), "missing")
        .node("Where", List.of("missing", "rate", "value"), "filled")
        .node("Max", List.of("filled", "low"), "not_low")
        .node("Min", List.of("not_low", "high"), OnnxGraph.PROBABILITY)
        .finishAtProbability(Map.of("trainer", name(), "provenance", provenance));
  }
}
