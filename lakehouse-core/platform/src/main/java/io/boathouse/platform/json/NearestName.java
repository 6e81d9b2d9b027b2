package io.boathouse.platform.json;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which of the known names a wrong one may have been meant for: the one with the fewest changes of
 * a letter between them (V. Levenshtein, 1966), if they are few for its length.
 */
final class NearestName {
  private static final int MAX_LENGTH = 64;

  private NearestName() {}

  static Optional<String> of(String wrong, List<String> known) {
    if (wrong.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int most = (wrong.length() + 1) / 3;
    return known.stream()
        .filter(name -> changes(plain(wrong), plain(name)) <= most)
        .min(Comparator.comparingInt(name -> changes(plain(wrong), plain(name))));
  }

  /** Names differ by more than their case and their joints. */
  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  private static int changes(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] here = new int[to.length() + 1];
      here[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int change = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        here[column] =
            Math.min(above[column - 1] + change, Math.min(above[column], here[column - 1]) + 1);
      }
      above = here;
    }
    return above[to.length()];
  }
}
