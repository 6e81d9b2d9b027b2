package io.boathouse.training.trainer;

import io.boathouse.training.evaluate.Scorer;
import java.util.List;
import java.util.Map;
import org.tribuo.Model;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;

/** Scores rows with a model in Tribuo's own form, after filling missing values. */
final class TribuoScorer implements Scorer {
  private final Model<Label> model;
  private final List<String> features;
  private final float[] fill;

  private TribuoScorer(Model<Label> model, List<String> features, float[] fill) {
    this.model = model;
    this.features = features;
    this.fill = fill;
  }

  /** Opens a model of the tribuo flavor. */
  static TribuoScorer open(TrainedModel trained) {
    byte[] file = trained.files().get(TrainedModel.TRIBUO_FILE);
    Map<String, Object> flavor = trained.flavors().get(TrainedModel.TRIBUO_FLAVOR);
    if (file == null || flavor == null || !(flavor.get("imputation") instanceof Map<?, ?> means)) {
      throw new IllegalArgumentException(
          "flavors: " + trained.flavors().keySet() + " (expected: tribuo)");
    }
    float[] fill = new float[trained.features().size()];
    for (int feature = 0; feature < fill.length; feature++) {
      fill[feature] = Float.parseFloat(String.valueOf(means.get(trained.features().get(feature))));
    }
    return new TribuoScorer(TribuoFile.read(file), trained.features(), fill);
  }

  @Override
  public float[] score(float[] rows, int count) {
    String[] names = features.toArray(new String[0]);
    float[] scores = new float[count];
    for (int row = 0; row < count; row++) {
      double[] values = new double[fill.length];
      for (int feature = 0; feature < fill.length; feature++) {
        float value = rows[row * fill.length + feature];
        values[feature] = Float.isNaN(value) ? fill[feature] : value;
      }
      var example = new ArrayExample<>(new Label(TribuoExamples.NEGATIVE), names.clone(), values);
      scores[row] = (float) TribuoExamples.probability(model, example);
    }
    return scores;
  }

  @Override
  public void close() {}
}
