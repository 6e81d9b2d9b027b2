package io.boathouse.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuantileBinsTest {
  @Test
  void fewValuesAreKeptAsTheyAre() {
    var data =
        new TrainingData(
            List.of("x"), new float[] {3, 1, 2, 1, Float.NaN}, new float[5], new long[0]);
    ColumnMoments moments = ColumnMoments.of(data);
    QuantileBins bins = QuantileBins.of(data, moments);
    for (float value : new float[] {1, 2, 3, moments.mean(0)}) {
      assertThat(bins.nearest(value, 0)).isEqualTo(value);
    }
    assertThat(bins.nearest(-9, 0)).isEqualTo(1);
    assertThat(bins.nearest(9, 0)).isEqualTo(3);
    assertThat(bins.nearest(2.9f, 0)).isEqualTo(3);
  }

  @Test
  void manyValuesBecomeFewThatStandForEquallyManyRows() {
    var random = new SplittableRandom(1);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.exp(random.nextDouble() * 10);
    }
    var data = new TrainingData(List.of("x"), values, new float[values.length], new long[0]);
    QuantileBins bins = QuantileBins.of(data, ColumnMoments.of(data));
    var kept = new HashSet<Float>();
    float last = -1;
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    for (float value : sorted) {
      float nearest = bins.nearest(value, 0);
      assertThat(nearest).isGreaterThanOrEqualTo(last);
      last = nearest;
      kept.add(nearest);
    }
    assertThat(kept).hasSize(QuantileBins.MAX_BINS);
  }
}
