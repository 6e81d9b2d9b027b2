package io.boathouse.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.training.evaluate.BinaryMetrics;
import io.boathouse.training.evaluate.ScoredRows;
import io.boathouse.training.evaluate.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every {@link Trainer} keeps. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TrainerContract {
  static final TrainingData LEARNED = SyntheticRows.of(4_000, 1);
  static final TrainingData HELD_OUT = SyntheticRows.of(2_500, 2);

  private final Map<Long, TrainedModel> trained = new HashMap<>();

  abstract Trainer trainer();

  /** Settings that keep the test fast. */
  Map<String, Object> params() {
    return Map.of();
  }

  /** What the model must reach on rows it has not seen. */
  abstract double leastAuc();

  /** Whether the seed has a say. */
  boolean seedMatters() {
    return false;
  }

  @Test
  void theSameSeedGivesTheSameModelByteForByte() {
    TrainedModel first = train(5);
    TrainedModel second = trainAgain(5);
    assertThat(second.files().keySet()).isEqualTo(first.files().keySet());
    first
        .files()
        .forEach((path, bytes) -> assertThat(second.files().get(path)).as(path).isEqualTo(bytes));
    assertThat(second.provenance()).isEqualTo(first.provenance());
    assertThat(second.flavors()).isEqualTo(first.flavors());
    if (seedMatters()) {
      TrainedModel other = train(6);
      assertThat(first.files().keySet())
          .anyMatch(path -> !Arrays.equals(other.files().get(path), first.files().get(path)));
    }
  }

  @Test
  void theModelRanksUnseenRowsWellEnough() {
    assertThat(auc(train(5), HELD_OUT)).isGreaterThanOrEqualTo(leastAuc());
  }

  @Test
  void aRowsScoreDoesNotDependOnTheRowsBesideIt() {
    int width = HELD_OUT.width();
    try (Scorer scorer = train(5).openScorer()) {
      float[] together = scorer.score(HELD_OUT.values(), HELD_OUT.rows());
      for (int batch : new int[] {1, 2, 3, 7, 16, 33}) {
        for (int row = 0; row + batch <= 300; row += batch) {
          float[] rows = Arrays.copyOfRange(HELD_OUT.values(), row * width, (row + batch) * width);
          float[] alone = scorer.score(rows, batch);
          assertThat(alone)
              .as("rows from %d, %d at once", row, batch)
              .isEqualTo(Arrays.copyOfRange(together, row, row + batch));
        }
      }
    }
  }

  @Test
  void everyMissingValueAndEveryExtremeValueStillGivesAProbability() {
    int width = LEARNED.width();
    float[] rows = new float[4 * width];
    Arrays.fill(rows, 0, width, Float.NaN);
    Arrays.fill(rows, width, 2 * width, 0);
    Arrays.fill(rows, 2 * width, 3 * width, 1e30f);
    Arrays.fill(rows, 3 * width, 4 * width, -1e30f);
    try (Scorer scorer = train(5).openScorer()) {
      for (float score : scorer.score(rows, 4)) {
        assertThat(score).isBetween(0f, 1f);
      }
    }
  }

  @Test
  void theOrderOfFeaturesIsTheOrderOfTheModelsInputs() {
    TrainedModel model = train(5);
    assertThat(model.features()).isEqualTo(SyntheticRows.FEATURES);
    assertThat(model.signature().inputs().stream().map(ModelSignature.Column::name))
        .isEqualTo(SyntheticRows.FEATURES);
  }

  @Test
  void calibrationKeepsTheOrderOfScores() {
    TrainedModel model = train(5);
    if (!trainer().calibratable()) {
      assertThatThrownBy(() -> model.calibrated(HELD_OUT)).isInstanceOf(LakeException.class);
      return;
    }
    var calibrated = model.calibrated(HELD_OUT);
    calibrated.ifPresent(
        better -> {
          assertThat(auc(better, HELD_OUT)).isCloseTo(auc(model, HELD_OUT), within(1e-4));
          assertThat(metrics(better, HELD_OUT).logLoss())
              .isLessThanOrEqualTo(metrics(model, HELD_OUT).logLoss() + 1e-4);
        });
  }

  @Test
  void oneClassAloneIsRefused() {
    float[] zeros = new float[LEARNED.rows()];
    var data = new TrainingData(LEARNED.features(), LEARNED.values(), zeros, new long[0]);
    var failure =
        catchThrowableOfType(
            LakeException.class, () -> trainer().train(data, resolved(), 1, Progress.SILENT));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void anUnknownHyperparameterIsRefusedWithTheKnownOnes() {
    var failure =
        catchThrowableOfType(
            LakeException.class, () -> Hyperparameters.resolve(trainer(), Map.of("depht", 3)));
    assertThat(failure.details()).containsEntry("field", "params.depht");
    for (Hyperparameter known : trainer().hyperparameters()) {
      assertThat(failure).hasMessageContaining(known.name());
    }
  }

  @Test
  void everyDefaultIsWithinItsOwnRange() {
    assertThat(Hyperparameters.resolve(trainer(), Map.of()).asText())
        .hasSameSizeAs(trainer().hyperparameters());
  }

  @Test
  void progressEndsWhereItSaidItWould() {
    List<String> heard = new ArrayList<>();
    trainer()
        .train(
            LEARNED,
            resolved(),
            5,
            (phase, done, total) -> heard.add(phase + " " + done + "/" + total));
    assertThat(heard).isNotEmpty();
    String[] last = heard.getLast().split("[ /]", -1);
    assertThat(last[1]).isEqualTo(last[2]);
  }

  /** Trains once for all tests of the class. */
  private TrainedModel train(long seed) {
    return trained.computeIfAbsent(seed, this::trainAgain);
  }

  private TrainedModel trainAgain(long seed) {
    return trainer().train(LEARNED, resolved(), seed, Progress.SILENT);
  }

  private Hyperparameters resolved() {
    return Hyperparameters.resolve(trainer(), params());
  }

  static double auc(TrainedModel model, TrainingData data) {
    return metrics(model, data).auc();
  }

  static BinaryMetrics metrics(TrainedModel model, TrainingData data) {
    try (Scorer scorer = model.openScorer()) {
      return BinaryMetrics.of(
          ScoredRows.of(scorer.score(data.values(), data.rows()), data.labels()));
    }
  }
}
