package io.boathouse.training.trainer;

import java.util.List;
import java.util.stream.Stream;

/** The trainers that come with the house; the perceptron trains only with an engine. */
public final class Trainers {
  private static final List<Trainer> SIMPLE =
      List.of(
          new BaseRateTrainer(),
          new SingleFeatureTrainer(),
          new LogisticSgdTrainer(),
          new LogisticLiblinearTrainer(),
          new CartTrainer(),
          new RandomForestTrainer(),
          new BoostedTreesTrainer());
  private static final Trainers WITHOUT_ENGINE = new Trainers(PerceptronTrainer.withoutEngine());

  private final List<Trainer> all;

  private Trainers(PerceptronTrainer perceptron) {
    this.all = Stream.concat(SIMPLE.stream(), Stream.of(perceptron)).toList();
  }

  /** Those of a process that has an engine for networks. */
  public static Trainers with(NetworkFitter engine) {
    return new Trainers(PerceptronTrainer.with(engine));
  }

  /** Those of a process that has none. */
  static Trainers withoutEngine() {
    return WITHOUT_ENGINE;
  }

  /** All of them, the simplest first. */
  public static List<Trainer> all() {
    return WITHOUT_ENGINE.all;
  }

  /** What is known of the one of that name; an unknown name is refused with those known. */
  public static Trainer get(String name) {
    return WITHOUT_ENGINE.find(name);
  }

  /** The one of that name; an unknown name is refused with the names that are known. */
  Trainer find(String name) {
    return all.stream()
        .filter(trainer -> trainer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> TrainerErrors.unknownTrainer(name, all.stream().map(Trainer::name).toList()));
  }
}
