package io.boathouse.benchmark;

import java.util.List;

/**
 * How much memory do the server and its children hold when the work is done? Shared pages are
 * divided among the processes that map them.
 */
final class MemoryBenchmark {
  static final String QUESTION = "memory";

  private MemoryBenchmark() {}

  static List<Figure> run(ServerUnderTest server, Scale scale) throws InterruptedException {
    Thread.sleep((long) (scale.restSeconds() * 1000));
    return List.of(
        Figure.atMost(
            QUESTION,
            "PSS of server and children %s s after the work"
                .formatted(Figure.number(scale.restSeconds())),
            ProcessMemory.proportionalMegabytes(server.process()),
            900,
            "MB"),
        Figure.plain(
            QUESTION,
            "peak RSS of the server's process",
            ProcessMemory.peakResidentMegabytes(server.process()),
            "MB"));
  }
}
