package io.boathouse.training.trainer;

import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;

/** One decision tree split by Gini impurity, after Breiman et al. (1984), fitted by Tribuo. */
final class CartTrainer extends TreeTrainer {
  @Override
  public String name() {
    return "cart";
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(
        new Hyperparameter.Whole("max_depth", 1, 64, 6, "branches from the root to a leaf at most"),
        new Hyperparameter.Real("min_child_weight", 1, 1e9, 50, "rows in a leaf at least"),
        maxRows(200_000));
  }

  @Override
  Model<Label> fit(MutableDataset<Label> dataset, Hyperparameters params, long seed) {
    return new CARTClassificationTrainer(
            params.whole("max_depth"),
            (float) params.real("min_child_weight"),
            0f,
            1f,
            false,
            new GiniIndex(),
            seed)
        .train(dataset);
  }
}
