package io.boathouse.training.trainer;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A small multilayer perceptron. Features are standardised and cut at ten deviations, a missing
 * value is its feature's mean; what the engine fitted becomes an ONNX graph that is compared with
 * the engine on 10,000 rows before it is kept.
 */
public final class PerceptronTrainer implements Trainer {
  /** The name that jobs ask for. */
  public static final String NAME = "perceptron";

  private static final double MAX_DIFFERENCE = 1e-5;
  private static final int CHECKED_ROWS = 10_000;
  private final Optional<NetworkFitter> fitter;

  private PerceptronTrainer(Optional<NetworkFitter> fitter) {
    this.fitter = fitter;
  }

  /** A trainer that trains. */
  public static PerceptronTrainer with(NetworkFitter fitter) {
    return new PerceptronTrainer(Optional.of(fitter));
  }

  /** One that only knows its settings, for where jobs are checked and not run. */
  static PerceptronTrainer withoutEngine() {
    return new PerceptronTrainer(Optional.empty());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean calibratable() {
    return true;
  }

  @Override
  public List<Hyperparameter> hyperparameters() {
    return List.of(
        new Hyperparameter.Choice(
            "hidden",
            List.of("8", "16", "32", "64", "16-8", "32-16", "64-32", "128-64"),
            "32-16",
            "widths of the hidden layers"),
        new Hyperparameter.Whole("epochs", 1, 1000, 10, "passes over the rows"),
        new Hyperparameter.Whole("batch_size", 1, 100_000, 256, "rows to a gradient step"),
        new Hyperparameter.Real("learning_rate", 1e-6, 1, 1e-3, "step size of Adam"),
        new Hyperparameter.Real(
            "weight_decay", 0, 1, 1e-4, "share of a weight that a step takes away"));
  }

  @Override
  public TrainedModel train(
      TrainingData data, Hyperparameters params, long seed, Progress progress) {
    data.requireBothClasses();
    NetworkFitter engine = fitter.orElseThrow(TrainerErrors::noNeuralModule);
    ColumnMoments moments = ColumnMoments.of(data);
    float[] values = data.values().clone();
    PerceptronOnnx.standardise(moments, values);
    NetworkFitter.Schedule schedule =
        new NetworkFitter.Schedule(
            params.whole("epochs"),
            params.whole("batch_size"),
            params.real("learning_rate"),
            params.real("weight_decay"));
    List<Integer> hidden =
        Arrays.stream(params.text("hidden").split("-", -1)).map(Integer::valueOf).toList();
    String provenance = provenance(data, hidden, schedule, seed);
    try (NetworkFitter.Network network =
        engine.fit(
            new NetworkFitter.Task(values, data.labels(), hidden, schedule, seed, progress))) {
      progress.report("convert", 0, 1);
      byte[] graph =
          PerceptronOnnx.build(
              moments, network.layers(), Map.of("trainer", NAME, "provenance", provenance));
      double difference = difference(graph, network, moments, probes(data, seed));
      if (!(difference <= MAX_DIFFERENCE)) {
        throw TrainerErrors.conversionDiffers(NAME, difference, MAX_DIFFERENCE);
      }
      progress.report("convert", 1, 1);
      return TrainedModel.onnx(NAME, data, graph, provenance, difference);
    }
  }

  /** Every value is, by lot, one from the training rows, missing, or far beyond them. */
  private static float[] probes(TrainingData data, long seed) {
    var random = new SplittableRandom(seed);
    int width = data.width();
    float[] rows = new float[CHECKED_ROWS * width];
    for (int cell = 0; cell < rows.length; cell++) {
      int lot = random.nextInt(100);
      rows[cell] =
          lot < 10
              ? Float.NaN
              : lot < 15
                  ? (float) random.nextDouble(-1e6, 1e6)
                  : data.value(random.nextInt(data.rows()), cell % width);
    }
    return rows;
  }

  /** The largest difference of probabilities between the engine and the graph. */
  private static double difference(
      byte[] graph, NetworkFitter.Network network, ColumnMoments moments, float[] rows) {
    try (OnnxScorer scorer = OnnxScorer.open(graph)) {
      float[] scores = scorer.score(rows, CHECKED_ROWS);
      float[] standardised = rows.clone();
      PerceptronOnnx.standardise(moments, standardised);
      float[] logits = network.logits(standardised, CHECKED_ROWS);
      double worst = 0;
      for (int row = 0; row < CHECKED_ROWS; row++) {
        double gap = Math.abs(1 / (1 + Math.exp(-logits[row])) - scores[row]);
        worst = Double.isNaN(gap) ? Double.NaN : Math.max(worst, gap);
      }
      return worst;
    }
  }

  private static String provenance(
      TrainingData data, List<Integer> hidden, NetworkFitter.Schedule schedule, long seed) {
    return "Perceptron %s on %d rows of %s\nepochs = %d\nbatch = %d\nlearning_rate = %s\nweight_decay = %s\nseed = %d\n"
        .formatted(
            hidden,
            data.rows(),
            data.features(),
            schedule.epochs(),
            schedule.batch(),
            schedule.learningRate(),
            schedule.weightDecay(),
            seed);
  }
}
