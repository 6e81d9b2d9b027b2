package io.boathouse.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.boathouse.platform.error.LakeException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void tenDistinctScoresFallIntoTenDeciles() {
    float[] p = new float[100];
    float[] y = new float[100];
    for (int i = 0; i < 100; i++) {
      p[i] = i / 100f;
      y[i] = i % 10 == 0 ? 1 : 0;
    }
    Calibration calibration = Calibration.of(ScoredRows.of(p, y));
    assertThat(calibration.bins()).hasSize(10).allMatch(bin -> bin.rows() == 10);
    assertThat(calibration.bins().getFirst().predicted()).isCloseTo(0.045, within(1e-6));
    assertThat(calibration.bins()).allSatisfy(bin -> assertThat(bin.observed()).isEqualTo(0.1));
    // |predicted - observed| averaged: decile k has mean k/10 + 0.045.
    double expected = 0;
    for (int k = 0; k < 10; k++) {
      expected += Math.abs(k / 10.0 + 0.045 - 0.1) / 10;
    }
    assertThat(calibration.expectedError()).isCloseTo(expected, within(1e-6));
  }

  @Test
  void rowsOfEqualScoreShareABinWhateverTheirOrder() {
    float[] p = {0.3f, 0.3f, 0.3f, 0.3f, 0.9f, 0.3f};
    Calibration one = Calibration.of(ScoredRows.of(p, new float[] {1, 0, 0, 0, 1, 0}));
    Calibration other =
        Calibration.of(
            ScoredRows.of(
                new float[] {0.9f, 0.3f, 0.3f, 0.3f, 0.3f, 0.3f}, new float[] {1, 0, 0, 0, 0, 1}));
    assertThat(one.bins()).hasSize(2).isEqualTo(other.bins());
    assertThat(one.bins().getFirst().rows()).isEqualTo(5);
    assertThat(one.bins().getFirst().observed()).isEqualTo(0.2);
  }

  @Test
  void plattScalingFindsTheDistortionThatWasPutIn() {
    var random = new SplittableRandom(11);
    int rows = 40_000;
    float[] logits = new float[rows];
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      double truth = random.nextDouble() * 6 - 4;
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-truth)) ? 1 : 0;
      logits[i] = (float) ((truth + 0.8) / 0.5);
    }
    PlattScaling scaling = PlattScaling.fit(logits, labels).orElseThrow();
    assertThat(scaling.slope()).isCloseTo(0.5, within(0.02));
    assertThat(scaling.intercept()).isCloseTo(-0.8, within(0.05));
  }

  @Test
  void plattScalingIsAtTheMinimumOfItsLoss() {
    float[] logits = {-3, -1, 0.5f, 2, 4, -2, 1, 0};
    float[] labels = {0, 0, 1, 1, 1, 0, 0, 1};
    PlattScaling best = PlattScaling.fit(logits, labels).orElseThrow();
    double least = smoothedLoss(best.slope(), best.intercept(), logits, labels);
    for (double ds : new double[] {-1e-3, 0, 1e-3}) {
      for (double di : new double[] {-1e-3, 0, 1e-3}) {
        assertThat(smoothedLoss(best.slope() + ds, best.intercept() + di, logits, labels))
            .isGreaterThanOrEqualTo(least);
      }
    }
  }

  @Test
  void aCorrectionThatWouldTurnTheOrderIsNotMade() {
    assertThat(PlattScaling.fit(new float[] {1, 2, -1, -2}, new float[] {0, 0, 1, 1})).isEmpty();
    assertThat(PlattScaling.fit(new float[] {1, 1, 1}, new float[] {0, 1, 1})).isEmpty();
    assertThat(PlattScaling.fit(new float[] {1, 2}, new float[] {1, 1})).isEmpty();
    assertThatThrownBy(() -> new PlattScaling(-1, 0)).isInstanceOf(LakeException.class);
  }

  @Test
  void infiniteLogOddsDoNotBreakTheFit() {
    var scaling =
        PlattScaling.fit(
            new float[] {Float.NEGATIVE_INFINITY, -1, 1, Float.POSITIVE_INFINITY, 0.5f, -0.5f},
            new float[] {0, 0, 1, 1, 0, 1});
    assertThat(scaling).isPresent();
  }

  private static double smoothedLoss(double slope, double intercept, float[] x, float[] y) {
    double positives = 0;
    for (float label : y) {
      positives += label;
    }
    double loss = 0;
    for (int i = 0; i < x.length; i++) {
      double target =
          y[i] == 1 ? (positives + 1) / (positives + 2) : 1 / (x.length - positives + 2);
      double p = 1 / (1 + Math.exp(-(slope * x[i] + intercept)));
      loss -= target * Math.log(p) + (1 - target) * Math.log(1 - p);
    }
    return loss;
  }
}
