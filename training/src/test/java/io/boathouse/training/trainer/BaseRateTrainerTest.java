package io.boathouse.training.trainer;

class BaseRateTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new BaseRateTrainer();
  }

  @Override
  double leastAuc() {
    return 0.5;
  }
}
