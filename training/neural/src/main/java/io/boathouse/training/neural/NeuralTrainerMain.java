package io.boathouse.training.neural;

import io.boathouse.training.trainer.TrainerMain;
import io.boathouse.training.trainer.Trainers;

/** The child process that runs one training job, with an engine for networks. */
public final class NeuralTrainerMain {
  private NeuralTrainerMain() {}

  /** Runs the job named by the one argument, and ends the process. */
  public static void main(String[] args) {
    TrainerMain.run(args, Trainers.with(new DjlNetworkFitter()));
  }
}
