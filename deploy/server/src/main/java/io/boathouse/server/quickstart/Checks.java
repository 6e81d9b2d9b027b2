package io.boathouse.server.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What the story promises, held against what was found. Thread-safe. */
final class Checks {
  private final List<String> failures = new ArrayList<>();
  private int held;

  /** The two are the same. */
  void equal(String what, Object expected, Object found) {
    that(Objects.equals(expected, found), "%s: %s, expected %s".formatted(what, found, expected));
  }

  /** The number lies between the two, which count. */
  void between(String what, double low, double high, double found) {
    that(
        found >= low && found <= high,
        String.format(Locale.ROOT, "%s: %.4f, expected %.4f to %.4f", what, found, low, high));
  }

  /** The condition holds; else the words say what does not. */
  synchronized void that(boolean holds, String words) {
    if (holds) {
      held++;
    } else {
      failures.add(words);
    }
  }

  synchronized int held() {
    return held;
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }
}
