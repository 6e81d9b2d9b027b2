package io.boathouse.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Benchmarks of a started server run once and check their answers, so that none rots. */
class ServerBenchmarksTest {
  @TempDir Path folder;

  @Test
  void everyBenchmarkOfAServerRunsAndTellsItsFigures() throws Exception {
    List<Figure> figures = Smoke.run(folder, "start", "load", "predict", "memory");
    assertThat(figures)
        .extracting(Figure::question)
        .contains(
            StartBenchmark.QUESTION,
            LoadBenchmark.QUESTION,
            PredictionBenchmark.QUESTION,
            MemoryBenchmark.QUESTION);
    assertThat(figures).allSatisfy(figure -> assertThat(figure.value()).isFinite());
    assertThat(figures)
        .filteredOn(figure -> figure.figure().equals("ours, samples"))
        .singleElement()
        .satisfies(figure -> assertThat(figure.value()).isEqualTo(50));
  }
}
