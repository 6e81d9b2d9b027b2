package io.boathouse.training.trainer;

class LogisticSgdTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new LogisticSgdTrainer();
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
