package io.boathouse.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long until the server answers, on a new data directory and on one that is there already? From
 * the start of the process to the line {@code ready}.
 */
final class StartBenchmark {
  static final String QUESTION = "start";

  private StartBenchmark() {}

  static List<Figure> run(Optional<Path> launcher, Path data, Scale scale) throws Exception {
    double first;
    try (ServerUnderTest server = ServerUnderTest.start(launcher, data)) {
      first = server.startSeconds();
    }
    List<Double> later = new ArrayList<>();
    double idle = 0;
    for (int round = 0; round < scale.rounds(); round++) {
      try (ServerUnderTest server = ServerUnderTest.start(launcher, data)) {
        later.add(server.startSeconds());
        idle = ProcessMemory.proportionalMegabytes(server.process());
      }
    }
    return List.of(
        Figure.atMost(QUESTION, "first start on an empty directory, wall", first, 15, "s"),
        Figure.atMost(
            QUESTION,
            "later start, wall (median of " + later.size() + ")",
            Rounds.median(later),
            5,
            "s"),
        Figure.plain(QUESTION, "PSS of server and children when ready", idle, "MB"));
  }
}
