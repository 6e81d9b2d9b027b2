package io.boathouse.training.trainer;

import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;

/** A forest of trees on resampled rows, after Breiman (2001), fitted by Tribuo. */
final class RandomForestTrainer extends TreeTrainer {
  @Override
  public String name() {
    return "random-forest";
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(
        new Hyperparameter.Whole("trees", 2, 5000, 30, "trees in the forest"),
        new Hyperparameter.Whole(
            "max_depth", 1, 64, 10, "branches from the root to a leaf at most"),
        new Hyperparameter.Real("min_child_weight", 1, 1e9, 20, "rows in a leaf at least"),
        new Hyperparameter.Real(
            "feature_fraction", 0.01, 0.99, 0.4, "share of features tried at a split"),
        maxRows(50_000));
  }

  @Override
  Model<Label> fit(MutableDataset<Label> dataset, Hyperparameters params, long seed) {
    var tree =
        new CARTClassificationTrainer(
            params.whole("max_depth"),
            (float) params.real("min_child_weight"),
            0f,
            (float) params.real("feature_fraction"),
            false,
            new GiniIndex(),
            seed);
    return new org.tribuo.common.tree.RandomForestTrainer<>(
            tree, new FullyWeightedVotingCombiner(), params.whole("trees"), seed)
        .train(dataset);
  }
}
