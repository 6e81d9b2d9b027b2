package io.boathouse.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Benchmarks of tables, joins, requests, policies and what is kept in memory run once and check
 * their answers.
 */
class TableBenchmarksTest {
  @TempDir Path folder;

  @Test
  void everyBenchmarkRunsAndTellsItsFigures() throws Exception {
    List<Figure> figures = Smoke.run(folder, "join", "requests", "policy", "tables", "snapshot");
    assertThat(figures)
        .extracting(Figure::question)
        .contains(
            JoinBenchmark.QUESTION,
            RequestBenchmark.STATEMENT,
            RequestBenchmark.READ,
            PolicyBenchmark.QUESTION,
            TableBenchmark.QUESTION + ": fill",
            SnapshotBenchmark.QUESTION + ": cold");
    assertThat(figures).allSatisfy(figure -> assertThat(figure.value()).isFinite());
  }

  @Test
  void theOnlineStoreIsMeasuredBesideAMap() throws Exception {
    assertThat(Benchmarks.online(Scale.SMOKE)).hasSize(6);
  }

  @Test
  void theDecisionIsMeasuredBesideAMap() throws Exception {
    assertThat(Benchmarks.decision(Scale.SMOKE)).hasSize(4);
  }
}
