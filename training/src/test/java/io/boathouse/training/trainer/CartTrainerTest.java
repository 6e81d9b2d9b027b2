package io.boathouse.training.trainer;

class CartTrainerTest extends TrainerContract {
  @Override
  Trainer trainer() {
    return new CartTrainer();
  }

  @Override
  double leastAuc() {
    return 0.70;
  }
}
