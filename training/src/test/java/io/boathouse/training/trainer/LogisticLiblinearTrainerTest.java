package io.boathouse.training.trainer;

class LogisticLiblinearTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new LogisticLiblinearTrainer();
  }

  @Override
  double leastAuc() {
    return 0.73;
  }
}
