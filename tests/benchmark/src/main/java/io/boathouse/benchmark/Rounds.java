package io.boathouse.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Ours and a baseline measured in turn, A-B-A-B, so that what else the machine does meets both.
 *
 * @param ours seconds of every round
 * @param baseline seconds of every round
 */
record Rounds(List<Cost> ours, List<Cost> baseline) {
  /**
   * What one piece of work took.
   *
   * @param wall seconds on the clock
   * @param cpu seconds of processor time of the process that did it
   */
  record Cost(double wall, double cpu) {}

  /** A piece of work that can be measured. */
  @FunctionalInterface
  interface Work {
    Cost run(int round) throws Exception;
  }

  static Rounds measure(int rounds, Work ours, Work baseline) throws Exception {
    List<Cost> one = new ArrayList<>();
    List<Cost> other = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      one.add(ours.run(round));
      other.add(baseline.run(round));
    }
    return new Rounds(one, other);
  }

  double ourCpu() {
    return median(ours.stream().map(Cost::cpu).toList());
  }

  double ourWall() {
    return median(ours.stream().map(Cost::wall).toList());
  }

  double baselineCpu() {
    return median(baseline.stream().map(Cost::cpu).toList());
  }

  double baselineWall() {
    return median(baseline.stream().map(Cost::wall).toList());
  }

  /** The lines that every comparison prints; the goal is for the ratio of processor time. */
  List<Figure> figures(String question, String against, double goal) {
    return List.of(
        Figure.atLeast(question, against + ": ratio of CPU", baselineCpu() / ourCpu(), goal, "x"),
        Figure.plain(question, against + ": ratio of wall", baselineWall() / ourWall(), "x"),
        Figure.plain(question, "ours, CPU (median of " + ours.size() + ")", ourCpu(), "s"),
        Figure.plain(question, "ours, wall", ourWall(), "s"),
        Figure.plain(question, against + ", CPU", baselineCpu(), "s"),
        Figure.plain(question, against + ", wall", baselineWall(), "s"),
        Figure.plain(question, "spread of ours, CPU (greatest/least)", spread(), "x"));
  }

  private double spread() {
    List<Double> cpu = ours.stream().map(Cost::cpu).toList();
    return Collections.max(cpu) / Math.max(1e-9, Collections.min(cpu));
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
