package io.boathouse.training.trainer;

import java.util.List;

/**
 * An algorithm that learns a binary classifier. Stateless and thread-safe; {@link #train} burns CPU
 * and belongs on the compute lane or into a process of its own.
 */
public interface Trainer {
  /** The name that jobs ask for, such as {@code boosted-trees}. */
  String name();

  /** What may be set, with types, ranges and defaults. */
  List<Hyperparameter> hyperparameters();

  /** Whether its models' probabilities can be corrected by {@link TrainedModel#calibrated}. */
  boolean calibratable();

  /**
   * Learns a model. The same data, hyper-parameters and seed give the same files, byte for byte.
   *
   * @param params resolved against {@link #hyperparameters()}
   * @throws io.boathouse.platform.error.LakeException if the data cannot be learned from
   */
  TrainedModel train(TrainingData data, Hyperparameters params, long seed, Progress progress);
}
