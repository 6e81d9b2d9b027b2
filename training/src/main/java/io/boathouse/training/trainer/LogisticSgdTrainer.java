package io.boathouse.training.trainer;

import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.optimisers.AdaGrad;

/** Logistic regression by stochastic gradient descent with AdaGrad, fitted by Tribuo. */
final class LogisticSgdTrainer extends LinearTrainer {
  @Override
  public String name() {
    return "logistic-sgd";
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(
        new Hyperparameter.Whole("epochs", 1, 1000, 5, "passes over the rows"),
        new Hyperparameter.Real("learning_rate", 1e-6, 10, 0.1, "first step size of AdaGrad"),
        new Hyperparameter.Whole("batch_size", 1, 100_000, 32, "rows to a gradient step"));
  }

  @Override
  Model<Label> fit(MutableDataset<Label> dataset, Hyperparameters params, long seed) {
    int neverLog = Integer.MAX_VALUE;
    return new LinearSGDTrainer(
            new LogMulticlass(),
            new AdaGrad(params.real("learning_rate")),
            params.whole("epochs"),
            neverLog,
            params.whole("batch_size"),
            seed)
        .train(dataset);
  }

  @Override
  Weights weights(Model<Label> model) {
    DenseMatrix matrix = ((LinearSGDModel) model).getWeightsCopy();
    int positive = model.getOutputIDInfo().getID(new Label(TribuoExamples.POSITIVE));
    int negative = 1 - positive;
    int bias = model.getFeatureIDMap().size();
    double[] difference = new double[bias];
    for (int id = 0; id < bias; id++) {
      difference[id] = matrix.get(positive, id) - matrix.get(negative, id);
    }
    return new Weights(difference, matrix.get(positive, bias) - matrix.get(negative, bias));
  }
}
