package io.boathouse.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.LakeException;
import io.boathouse.training.evaluate.BlockBootstrap.Interval;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResamplingTest {
  private static final int ROWS = 3_000;

  @Test
  void theSameSeedGivesTheSameIntervalAndTheIntervalHoldsTheEstimate() {
    Sample sample = sample(5, 0.3);
    ScoredRows scored = ScoredRows.of(sample.p, sample.y);
    Map<String, Interval> first = new BlockBootstrap(sample.day, 200, 9).intervals(scored);
    assertThat(new BlockBootstrap(sample.day, 200, 9).intervals(scored)).isEqualTo(first);
    assertThat(new BlockBootstrap(sample.day, 200, 10).intervals(scored)).isNotEqualTo(first);
    BinaryMetrics.of(scored)
        .byName()
        .forEach(
            (name, value) ->
                assertThat(value)
                    .as(name)
                    .isBetween(first.get(name).low(), first.get(name).high()));
  }

  @Test
  void daysThatDifferWidenTheIntervalBeyondThatOfSingleRows() {
    Sample sample = sample(6, 8.0);
    ScoredRows scored = ScoredRows.of(sample.p, sample.y);
    long[] rows = new long[ROWS];
    for (int i = 0; i < ROWS; i++) {
      rows[i] = i;
    }
    Interval byDay = new BlockBootstrap(sample.day, 300, 1).intervals(scored).get("brier");
    Interval byRow = new BlockBootstrap(rows, 300, 1).intervals(scored).get("brier");
    assertThat(byDay.high() - byDay.low()).isGreaterThan(1.5 * (byRow.high() - byRow.low()));
  }

  @Test
  void oneBlockAloneHasAnIntervalOfNoWidth() {
    Sample sample = sample(7, 0.1);
    ScoredRows scored = ScoredRows.of(sample.p, sample.y);
    Interval auc = new BlockBootstrap(new long[ROWS], 20, 1).intervals(scored).get("auc");
    assertThat(auc.low()).isEqualTo(auc.high()).isEqualTo(BinaryMetrics.of(scored).auc());
  }

  @Test
  void blocksMustBeOneARow() {
    Sample sample = sample(8, 0.1);
    ScoredRows scored = ScoredRows.of(sample.p, sample.y);
    assertThatThrownBy(() -> new BlockBootstrap(new long[3], 20, 1).intervals(scored))
        .isInstanceOf(LakeException.class);
    assertThatThrownBy(() -> new BlockBootstrap(new long[3], 0, 1))
        .isInstanceOf(LakeException.class);
  }

  @Test
  void shufflingAFeatureHurtsByAsMuchAsTheModelUsesIt() {
    var random = new SplittableRandom(2);
    float[] rows = new float[ROWS * 3];
    float[] labels = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      for (int f = 0; f < 3; f++) {
        rows[i * 3 + f] = (float) random.nextDouble();
      }
      labels[i] = random.nextDouble() < 0.8 * rows[i * 3 + 1] + 0.2 * rows[i * 3] ? 1 : 0;
    }
    float[] before = rows.clone();
    var importances =
        PermutationImportance.of(
            new WeightedSum(), List.of("weak", "strong", "unused"), rows, labels, 4);
    assertThat(importances)
        .extracting(PermutationImportance.Importance::feature)
        .containsExactly("strong", "weak", "unused");
    assertThat(importances.getLast().value()).isZero();
    assertThat(importances.getFirst().value()).isGreaterThan(0.1);
    assertThat(rows).isEqualTo(before);
    assertThat(
            PermutationImportance.of(
                new WeightedSum(), List.of("weak", "strong", "unused"), rows, labels, 4))
        .isEqualTo(importances);
  }

  /** Scores 0.2 of the first value and 0.8 of the second. */
  private static final class WeightedSum implements Scorer {
    @Override
    public float[] score(float[] rows, int count) {
      float[] scores = new float[count];
      for (int i = 0; i < count; i++) {
        scores[i] = 0.2f * rows[i * 3] + 0.8f * rows[i * 3 + 1];
      }
      return scores;
    }

    @Override
    public void close() {}
  }

  private static final class Sample {
    final float[] p = new float[ROWS];
    final float[] y = new float[ROWS];
    final long[] day = new long[ROWS];
  }

  /** Thirty days whose log-odds are shifted by the day, unknown to the model. */
  private static Sample sample(long seed, double shift) {
    var random = new SplittableRandom(seed);
    var sample = new Sample();
    double[] shifts = random.doubles(30, -shift, shift).toArray();
    for (int i = 0; i < ROWS; i++) {
      sample.day[i] = i % 30;
      double logit = random.nextDouble() * 4 - 2;
      sample.p[i] = (float) (1 / (1 + Math.exp(-logit)));
      double truth = 1 / (1 + Math.exp(-logit - shifts[i % 30]));
      sample.y[i] = random.nextDouble() < truth ? 1 : 0;
    }
    return sample;
  }
}
