package io.boathouse.training.trainer;

import java.util.List;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.liblinear.LibLinearClassificationModel;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.classification.liblinear.LinearClassificationType.LinearType;

/** L2-regularised logistic regression by LibLinear's trust-region Newton method, through Tribuo. */
final class LogisticLiblinearTrainer extends LinearTrainer {
  @Override
  public String name() {
    return "logistic-liblinear";
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(
        new Hyperparameter.Real("cost", 1e-9, 1e9, 1, "weight of the rows against small weights"),
        new Hyperparameter.Whole("max_iterations", 1, 100_000, 1000, "Newton steps at most"),
        new Hyperparameter.Real("tolerance", 1e-12, 1, 0.01, "relative gradient to stop at"));
  }

  @Override
  Model<Label> fit(MutableDataset<Label> dataset, Hyperparameters params, long seed) {
    return new LibLinearClassificationTrainer(
            new LinearClassificationType(LinearType.L2R_LR),
            params.real("cost"),
            params.whole("max_iterations"),
            params.real("tolerance"),
            seed)
        .train(dataset);
  }

  @Override
  Weights weights(Model<Label> model) {
    var inner = ((LibLinearClassificationModel) model).getInnerModels().getFirst();
    int positive = model.getOutputIDInfo().getID(new Label(TribuoExamples.POSITIVE));
    // With two classes there is one weight vector, for the class that LibLinear lists first.
    double sign = inner.getLabels()[0] == positive ? 1 : -1;
    double[] weights = inner.getFeatureWeights();
    int bias = model.getFeatureIDMap().size();
    double[] signed = new double[bias];
    for (int id = 0; id < bias; id++) {
      signed[id] = sign * weights[id];
    }
    return new Weights(signed, sign * weights[bias]);
  }
}
