package io.boathouse.training.trainer;

import java.util.Map;

class BoostedTreesTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new BoostedTreesTrainer();
  }

  @Override
  Map<String, Object> params() {
    return Map.of("rounds", 150, "max_depth", 3);
  }

  @Override
  double leastAuc() {
    return 0.73;
  }

  @Override
  boolean seedMatters() {
    return true;
  }
}
