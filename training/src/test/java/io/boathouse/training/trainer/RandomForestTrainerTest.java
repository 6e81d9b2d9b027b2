package io.boathouse.training.trainer;

import java.util.Map;

class RandomForestTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new RandomForestTrainer();
  }

  @Override
  Map<String, Object> params() {
    return Map.of("trees", 20);
  }

  @Override
  double leastAuc() {
    return 0.72;
  }

  @Override
  boolean seedMatters() {
    return true;
  }
}
