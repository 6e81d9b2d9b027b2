package io.boathouse.training.trainer;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.Tribuo;
import org.tribuo.classification.Label;

/**
 * What Tribuo's trees have in common: a missing value is its feature's mean, and the model stays in
 * Tribuo's form, which has no export to ONNX.
 */
abstract class TreeTrainer implements Trainer {
  static Hyperparameter maxRows(long byDefault) {
    return new Hyperparameter.Whole(
        "max_rows", 100, 100_000_000, byDefault, "rows to learn from, chosen by the seed");
  }

  abstract Model<Label> fit(MutableDataset<Label> dataset, Hyperparameters params, long seed);

  @Override
  public final boolean calibratable() {
    return false;
  }

  @Override
  public final TrainedModel train(
      TrainingData data, Hyperparameters params, long seed, Progress progress) {
    progress.report("train", 0, 2);
    TrainingData chosen = sample(data, params.whole("max_rows"), seed);
    chosen.requireBothClasses();
    ColumnMoments moments = ColumnMoments.of(chosen);
    QuantileBins bins = QuantileBins.of(chosen, moments);
    MutableDataset<Label> dataset =
        new TribuoExamples(
                chosen, (value, feature) -> bins.nearest(moments.filled(value, feature), feature))
            .dataset();
    progress.report("train", 1, 2);
    Model<Label> model = fit(dataset, params, seed);
    progress.report("train", 2, 2);
    var flavor = new TreeMap<String, Object>();
    flavor.put("tribuo_version", Tribuo.VERSION);
    flavor.put("data", TrainedModel.TRIBUO_FILE);
    flavor.put("positive_label", TribuoExamples.POSITIVE);
    flavor.put("imputation", moments.meansByName(chosen));
    return new TrainedModel(
        name(),
        data.features(),
        Map.of(TrainedModel.TRIBUO_FILE, TribuoFile.write(model)),
        Map.of(TrainedModel.TRIBUO_FLAVOR, flavor),
        TribuoExamples.provenance(model),
        Map.of("rows_learned_from", (double) chosen.rows()),
        Map.of());
  }

  private static TrainingData sample(TrainingData data, int maxRows, long seed) {
    if (data.rows() <= maxRows) {
      return data;
    }
    // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
    var random = new SplittableRandom(seed);
    int[] chosen = new int[maxRows];
    int count = 0;
    for (int row = 0; count < maxRows; row++) {
      if (random.nextInt(data.rows() - row) < maxRows - count) {
        chosen[count++] = row;
      }
    }
    return data.pick(chosen);
  }
}
