package io.boathouse.benchmark;

import java.util.Locale;

/**
 * One line of the table of results.
 *
 * @param question of the benchmark
 * @param figure what was measured
 * @param value in the unit
 * @param goal as text; empty if there is none
 * @param met whether the goal is met; true if there is none
 */
record Figure(String question, String figure, double value, String unit, String goal, boolean met) {
  static Figure plain(String question, String figure, double value, String unit) {
    return new Figure(question, figure, value, unit, "", true);
  }

  static Figure atMost(String question, String figure, double value, double goal, String unit) {
    return new Figure(question, figure, value, unit, "≤ " + number(goal), value <= goal);
  }

  static Figure atLeast(String question, String figure, double value, double goal, String unit) {
    return new Figure(question, figure, value, unit, "≥ " + number(goal), value >= goal);
  }

  /** A row of a Markdown table. */
  String row() {
    return "| %s | %s | %s %s | %s | %s |"
        .formatted(
            question, figure, number(value), unit, goal, goal.isEmpty() ? "" : met ? "yes" : "NO");
  }

  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e12) {
      return String.format(Locale.ROOT, "%d", (long) value);
    }
    return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
  }
}
