package io.boathouse.training.trainer;

import java.util.List;

/** The trainers that come with the house. */
public final class Trainers {
  private static final List<Trainer> ALL =
      List.of(
          new BaseRateTrainer(),
          new SingleFeatureTrainer(),
          new LogisticSgdTrainer(),
          new LogisticLiblinearTrainer(),
          new CartTrainer(),
          new RandomForestTrainer(),
          new BoostedTreesTrainer());

  private Trainers() {}

  /** All of them, the simplest first. */
  public static List<Trainer> all() {
    return ALL;
  }

  /** The one of that name; an unknown name is refused with the names that are known. */
  public static Trainer get(String name) {
    return ALL.stream()
        .filter(trainer -> trainer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> TrainerErrors.unknownTrainer(name, ALL.stream().map(Trainer::name).toList()));
  }
}
