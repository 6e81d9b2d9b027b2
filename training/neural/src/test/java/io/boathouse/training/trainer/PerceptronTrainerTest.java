package io.boathouse.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.training.neural.DjlNetworkFitter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PerceptronTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return PerceptronTrainer.with(new DjlNetworkFitter());
  }

  @Override
  Map<String, Object> params() {
    return Map.of("epochs", 10, "hidden", "64-32");
  }

  @Override
  double leastAuc() {
    return 0.73;
  }

  @Override
  boolean seedMatters() {
    return true;
  }

  /** The training itself refuses a graph that is farther than 1e-5 from the engine. */
  @Test
  void theGraphAnswersAsTheEngineOnTenThousandRows() {
    TrainedModel model =
        trainer().train(LEARNED, Hyperparameters.resolve(trainer(), params()), 5, Progress.SILENT);
    assertThat(model.metrics().get("conversion.max_abs_diff")).isBetween(0.0, 1e-5);
  }
}
