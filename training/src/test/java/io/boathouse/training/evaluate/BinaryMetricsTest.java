package io.boathouse.training.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryMetricsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyMetricEqualsItsDefinitionWorkedOutByBruteForce(long seed) {
    var random = new SplittableRandom(seed);
    int rows = 5 + random.nextInt(60);
    float[] p = new float[rows];
    float[] y = new float[rows];
    for (int i = 0; i < rows; i++) {
      // Few distinct values, so that ties within and across the classes are common.
      p[i] = random.nextInt(9) / 8f;
      y[i] = i == 0 ? 1 : i == 1 ? 0 : random.nextInt(3) == 0 ? 1 : 0;
    }
    BinaryMetrics metrics = BinaryMetrics.of(ScoredRows.of(p, y));
    assertThat(metrics.auc()).isCloseTo(bruteAuc(p, y), within(1e-12));
    assertThat(metrics.averagePrecision()).isCloseTo(bruteAveragePrecision(p, y), within(1e-12));
    assertThat(metrics.logLoss()).isCloseTo(bruteLogLoss(p, y), within(1e-12));
    assertThat(metrics.brier()).isCloseTo(bruteBrier(p, y), within(1e-12));
    assertThat(metrics.rows()).isEqualTo(rows);
  }

  @Test
  void knownValuesFromTheTextbookHold() {
    BinaryMetrics metrics =
        BinaryMetrics.of(
            ScoredRows.of(new float[] {0.1f, 0.4f, 0.35f, 0.8f}, new float[] {0, 0, 1, 1}));
    assertThat(metrics.auc()).isEqualTo(0.75);
    assertThat(metrics.averagePrecision()).isCloseTo(0.8333333333333333, within(1e-12));
  }

  @Test
  void weightsCountRowsAsOftenAsRepeatingThemWould() {
    float[] p = {0.9f, 0.2f, 0.2f, 0.7f, 0.5f};
    float[] y = {1, 0, 1, 0, 1};
    int[] weights = {2, 3, 1, 0, 2};
    var repeatedP = new float[] {0.9f, 0.9f, 0.2f, 0.2f, 0.2f, 0.2f, 0.5f, 0.5f};
    var repeatedY = new float[] {1, 1, 0, 0, 0, 1, 1, 1};
    int[] everyRowABlock = {0, 1, 2, 3, 4};
    BinaryMetrics weighted =
        new ResampledRanks(ScoredRows.of(p, y), everyRowABlock, 5).measure(weights);
    Map<String, Double> repeated = BinaryMetrics.of(ScoredRows.of(repeatedP, repeatedY)).byName();
    weighted
        .byName()
        .forEach(
            (name, value) ->
                assertThat(value).as(name).isCloseTo(repeated.get(name), within(1e-12)));
  }

  @Test
  void certainAndWrongIsPunishedWithoutBeingInfinite() {
    BinaryMetrics metrics = BinaryMetrics.of(ScoredRows.of(new float[] {1, 0}, new float[] {0, 1}));
    assertThat(metrics.logLoss()).isCloseTo(-Math.log(1e-7), within(1e-9));
    assertThat(metrics.auc()).isZero();
  }

  @Test
  void oneClassAloneHasNoAuc() {
    BinaryMetrics metrics =
        BinaryMetrics.of(ScoredRows.of(new float[] {0.5f, 0.1f}, new float[] {0, 0}));
    assertThat(metrics.auc()).isNaN();
    assertThat(metrics.averagePrecision()).isNaN();
    assertThat(
            BinaryEvaluation.of(ScoredRows.of(new float[] {0.5f}, new float[] {0}), 0.5).figures())
        .doesNotContainKey("auc")
        .containsKey("brier");
  }

  @Test
  void scoresThatAreNoProbabilitiesAndLabelsThatAreNeitherAreRefused() {
    for (float bad : new float[] {Float.NaN, -0.1f, 1.1f, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> ScoredRows.of(new float[] {0.5f, bad}, new float[] {0, 1}))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("row 1");
    }
    assertThatThrownBy(() -> ScoredRows.of(new float[] {0.5f}, new float[] {2}))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("must be 0 or 1");
    assertThatThrownBy(() -> ScoredRows.of(new float[0], new float[0]))
        .isInstanceOf(LakeException.class);
  }

  @Test
  void confusionCountsAProbabilityAtTheThresholdAsYes() {
    Confusion confusion =
        Confusion.of(
            ScoredRows.of(new float[] {0.5f, 0.49f, 0.9f, 0.1f}, new float[] {1, 1, 0, 0}), 0.5);
    assertThat(confusion).isEqualTo(new Confusion(0.5, 1, 1, 1, 1));
    assertThat(confusion.precision()).isEqualTo(0.5);
    assertThat(confusion.f1()).isEqualTo(0.5);
  }

  @Test
  void theRocCurveEnclosesTheAuc() {
    var random = new SplittableRandom(3);
    float[] p = new float[5000];
    float[] y = new float[5000];
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) random.nextDouble();
      y[i] = random.nextDouble() < p[i] ? 1 : 0;
    }
    ScoredRows scored = ScoredRows.of(p, y);
    RocCurve curve = RocCurve.of(scored);
    double area = 0;
    for (int i = 1; i < curve.points().size(); i++) {
      var a = curve.points().get(i - 1);
      var b = curve.points().get(i);
      area +=
          (b.falsePositiveRate() - a.falsePositiveRate())
              * (a.truePositiveRate() + b.truePositiveRate())
              / 2;
    }
    assertThat(curve.points()).hasSizeLessThan(410);
    assertThat(curve.points().getLast()).isEqualTo(new RocCurve.Point(1, 1));
    assertThat(area).isCloseTo(BinaryMetrics.of(scored).auc(), within(1e-3));
  }

  private static double bruteAuc(float[] p, float[] y) {
    double wins = 0;
    double pairs = 0;
    for (int i = 0; i < p.length; i++) {
      for (int j = 0; j < p.length; j++) {
        if (y[i] == 1 && y[j] == 0) {
          pairs++;
          wins += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
        }
      }
    }
    return wins / pairs;
  }

  private static double bruteAveragePrecision(float[] p, float[] y) {
    var thresholds = new TreeSet<Float>();
    double positives = 0;
    for (int i = 0; i < p.length; i++) {
      thresholds.add(p[i]);
      positives += y[i];
    }
    double area = 0;
    double recallBefore = 0;
    for (float threshold : thresholds.descendingSet()) {
      double chosen = 0;
      double hits = 0;
      for (int i = 0; i < p.length; i++) {
        if (p[i] >= threshold) {
          chosen++;
          hits += y[i];
        }
      }
      area += (hits / positives - recallBefore) * (hits / chosen);
      recallBefore = hits / positives;
    }
    return area;
  }

  private static double bruteLogLoss(float[] p, float[] y) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double clipped = Math.min(1 - 1e-7, Math.max(1e-7, p[i]));
      sum -= y[i] == 1 ? Math.log(clipped) : Math.log(1 - clipped);
    }
    return sum / p.length;
  }

  private static double bruteBrier(float[] p, float[] y) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.pow((double) p[i] - y[i], 2);
    }
    return sum / p.length;
  }
}
