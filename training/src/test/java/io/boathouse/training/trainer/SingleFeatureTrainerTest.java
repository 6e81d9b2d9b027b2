package io.boathouse.training.trainer;

class SingleFeatureTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new SingleFeatureTrainer();
  }

  @Override
  double leastAuc() {
    return 0.65;
  }
}
