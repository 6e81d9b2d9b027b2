package io.boathouse.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks of serving run once and check their answers, so that none rots. */
class ServeBenchmarksTest {
  @TempDir Path folder;

  @Test
  void servingIsMeasuredBesideABareServerAndWithItsRequestsJoined() throws Exception {
    List<Figure> figures = Smoke.run(folder, "serve");
    assertThat(figures)
        .extracting(Figure::question)
        .contains(ServeBenchmark.QUESTION, BatchingBenchmark.QUESTION);
    assertThat(figures).allSatisfy(figure -> assertThat(figure.value()).isFinite());
    assertThat(figures)
        .filteredOn(figure -> figure.figure().endsWith("samples"))
        .hasSize(2)
        .allSatisfy(figure -> assertThat(figure.value()).isEqualTo(50));
  }
}
