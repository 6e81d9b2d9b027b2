package io.boathouse.training.trainer;

import io.boathouse.featurestore.join.TrainingMatrix;
import io.boathouse.platform.error.LakeException;
import io.boathouse.training.evaluate.BinaryEvaluation;
import io.boathouse.training.evaluate.BlockBootstrap;
import io.boathouse.training.evaluate.EvaluationPlots;
import io.boathouse.training.evaluate.PermutationImportance;
import io.boathouse.training.evaluate.PermutationImportance.Importance;
import io.boathouse.training.evaluate.ScoredRows;
import io.boathouse.training.evaluate.Scorer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** One training job from its matrix files to a logged, and perhaps registered, model. */
final class TrainingRun {
  private static final String MODEL_FOLDER = "model";
  private static final int IMPORTANCE_ROWS = 20_000;
  private static final int SLOW_IMPORTANCE_ROWS = 2_000;

  private final TrainingJob job;
  private final TrackingClient tracking;
  private final TrackingClient.Run run;
  private final Trainers trainers;
  private final InstantSource clock;
  private final Progress progress;
  private final Map<String, byte[]> artifacts = new TreeMap<>();
  private final Map<String, Double> metrics = new LinkedHashMap<>();
  private final Map<String, String> tags = new TreeMap<>();

  /** What came out. */
  record Outcome(
      String runId,
      Optional<String> modelName,
      Optional<String> modelVersion,
      Map<String, Double> metrics) {}

  /** What a run is done with. */
  record Setting(Trainers trainers, InstantSource clock, Progress progress) {}

  TrainingRun(TrainingJob job, TrackingClient tracking, TrackingClient.Run run, Setting setting) {
    this.job = job;
    this.tracking = tracking;
    this.run = run;
    this.trainers = setting.trainers();
    this.clock = setting.clock();
    this.progress = setting.progress();
  }

  /** Does the job; on return everything is logged but the run's end. */
  Outcome execute() {
    Trainer trainer = trainers.find(job.trainer());
    Hyperparameters params = Hyperparameters.resolve(trainer, job.params());
    if (job.calibrates() && !trainer.calibratable()) {
      throw TrainerErrors.notCalibratable(trainer.name());
    }
    progress.report("read", 0, 1);
    TrainingData train = read("train", job.train());
    progress.report("read", 1, 1);
    describe(trainer, params, train);

    TrainedModel model = trainer.train(train, params, job.seed(), progress);
    if (job.calibrates() && job.validation().isPresent()) {
      model = calibrate(model, read("validation", job.validation().get()));
    }
    metrics.putAll(model.metrics());
    evaluate(model, train);
    if (job.naive().isPresent() && job.test().isPresent()) {
      compareNaive(trainer, params, job.naive().get(), job.test().get());
    }
    upload(model, train);
    return finish();
  }

  private TrainingData read(String role, String file) {
    try (TrainingMatrix matrix = TrainingMatrix.open(Path.of(file))) {
      matrix
          .attributes()
          .forEach((key, value) -> tags.put("boathouse.matrix." + role + "." + key, value));
      tags.put("boathouse.matrix." + role + ".sha256", matrix.sha256());
      return job.groupColumn()
          .map(group -> TrainingData.read(matrix, job.featureColumns(), job.labelColumn(), group))
          .orElseGet(() -> TrainingData.read(matrix, job.featureColumns(), job.labelColumn()));
    }
  }

  private void describe(Trainer trainer, Hyperparameters params, TrainingData train) {
    var described = new LinkedHashMap<String, String>();
    described.put("trainer", trainer.name());
    described.put("seed", Long.toString(job.seed()));
    described.put("rows", Integer.toString(train.rows()));
    described.put("features", Integer.toString(train.width()));
    described.put("calibration", job.calibration().orElse("none"));
    described.putAll(params.asText());
    tracking.params(run, described);
    if (!job.datasets().isEmpty()) {
      tracking.inputs(run, job.datasets());
    }
  }

  private TrainedModel calibrate(TrainedModel model, TrainingData validation) {
    progress.report("calibrate", 0, 1);
    Optional<TrainedModel> calibrated = model.calibrated(validation);
    tags.put(
        "boathouse.calibration",
        calibrated.isPresent() ? "platt" : "none: no correction keeps the order of scores");
    progress.report("calibrate", 1, 1);
    return calibrated.orElse(model);
  }

  /** Every set of rows is read when it is its turn, so that only one is in memory. */
  private void evaluate(TrainedModel model, TrainingData train) {
    Map<String, String> sets = new LinkedHashMap<>(job.evaluations());
    job.validation().ifPresent(file -> sets.put("validation", file));
    job.test().ifPresent(file -> sets.put("test", file));
    TrainingData explained = train;
    int done = 0;
    try (Scorer scorer = model.openScorer()) {
      for (Map.Entry<String, String> set : sets.entrySet()) {
        progress.report("evaluate", done++, sets.size() + 1);
        TrainingData rows = read(set.getKey(), set.getValue());
        measure(set.getKey(), scorer, rows);
        explained = job.evaluations().containsKey(set.getKey()) ? explained : rows;
      }
      progress.report("evaluate", sets.size(), sets.size() + 1);
      explain(model, scorer, explained);
      progress.report("evaluate", sets.size() + 1, sets.size() + 1);
    }
  }

  /**
   * Learns the same from rows that were joined naively: its figure on such rows is what a notebook
   * claims, its figure on the test rows what serving gives.
   */
  private void compareNaive(
      Trainer trainer, Hyperparameters params, TrainingJob.NaiveRows naive, String test) {
    progress.report("naive", 0, 1);
    TrainedModel twin =
        trainer.train(read("naive_train", naive.train()), params, job.seed(), Progress.SILENT);
    try (Scorer scorer = twin.openScorer()) {
      double claimed = auc(scorer, read("naive_test", naive.test()));
      double served = auc(scorer, read("test", test));
      metrics.put("naive.claimed_auc", claimed);
      metrics.put("naive.served_auc", served);
      tags.put(
          "boathouse.leak",
          String.format(
              Locale.ROOT,
              "A naive join would have claimed AUC %.4f and given %.4f; this model has %.4f.",
              claimed,
              served,
              metrics.getOrDefault("test.auc", Double.NaN)));
    }
    progress.report("naive", 1, 1);
  }

  private double auc(Scorer scorer, TrainingData data) {
    ScoredRows scored = ScoredRows.of(scorer.score(data.values(), data.rows()), data.labels());
    return BinaryEvaluation.of(scored, job.thresholdOrDefault()).metrics().auc();
  }

  private void explain(TrainedModel model, Scorer scorer, TrainingData data) {
    boolean slow = !model.files().containsKey(TrainedModel.ONNX_FILE);
    TrainingData rows = evenly(data, slow ? SLOW_IMPORTANCE_ROWS : IMPORTANCE_ROWS);
    if (rows.positives() > 0 && rows.positives() < rows.rows()) {
      List<Importance> importances =
          PermutationImportance.of(
              scorer, rows.features(), rows.values(), rows.labels(), job.seed());
      artifacts.put("evaluation/importance.json", EvaluationReport.of(importances, model.gains()));
      plot("importance", () -> EvaluationPlots.importance("Feature importance", importances));
    }
  }

  private void measure(String role, Scorer scorer, TrainingData data) {
    ScoredRows scored = ScoredRows.of(scorer.score(data.values(), data.rows()), data.labels());
    BinaryEvaluation evaluation =
        data.groups().length == 0
            ? BinaryEvaluation.of(scored, job.thresholdOrDefault())
            : BinaryEvaluation.of(
                scored,
                job.thresholdOrDefault(),
                new BlockBootstrap(data.groups(), job.bootstrapRoundsOrDefault(), job.seed()));
    evaluation.figures().forEach((name, value) -> metrics.put(role + "." + name, value));
    artifacts.put("evaluation/" + role + ".json", EvaluationReport.of(evaluation));
    // The test rows are measured last, and their pictures replace those of the validation rows.
    String of = "%s on %s rows".formatted(job.trainer(), role);
    plot(
        "calibration",
        () -> EvaluationPlots.calibration("Calibration of " + of, evaluation.calibration()));
    plot(
        "roc",
        () -> EvaluationPlots.roc("ROC of " + of, evaluation.roc(), evaluation.metrics().auc()));
  }

  /** A machine without fonts trains all the same; the run says why it has no plots. */
  private void plot(String name, Supplier<byte[]> drawing) {
    try {
      artifacts.put("plots/" + name + ".png", drawing.get());
    } catch (LakeException e) {
      tags.put("boathouse.plots", e.message());
    }
  }

  private static TrainingData evenly(TrainingData data, int most) {
    int count = Math.min(most, data.rows());
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = (int) ((long) i * data.rows() / count);
    }
    return data.pick(rows);
  }

  private void upload(TrainedModel model, TrainingData train) {
    var origin = new MlmodelFile.Origin(run.id(), MODEL_FOLDER, clock.instant());
    MlmodelFile.folder(model, train, origin)
        .forEach((path, bytes) -> artifacts.put(MODEL_FOLDER + "/" + path, bytes));
    int done = 0;
    for (Map.Entry<String, byte[]> artifact : artifacts.entrySet()) {
      tracking.upload(run, artifact.getKey(), artifact.getValue());
      progress.report("upload", ++done, artifacts.size());
    }
    tags.putAll(job.tags());
    tracking.tags(run, tags);
    tracking.metrics(run, metrics);
    tracking.logModel(run, MlmodelFile.content(model, origin));
  }

  private Outcome finish() {
    if (job.modelName().isEmpty()) {
      return new Outcome(run.id(), Optional.empty(), Optional.empty(), metrics);
    }
    String name = job.modelName().get();
    progress.report("register", 0, 1);
    String version = tracking.register(run, name, MODEL_FOLDER, job.modelTags());
    job.alias().ifPresent(alias -> tracking.alias(name, alias, version));
    progress.report("register", 1, 1);
    return new Outcome(run.id(), Optional.of(name), Optional.of(version), metrics);
  }
}
