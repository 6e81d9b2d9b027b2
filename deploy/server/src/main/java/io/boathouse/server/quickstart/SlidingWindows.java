package io.boathouse.server.quickstart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Windows over landings as a stream job keeps them: landings come in the order of their times, and
 * after each the newest row of its key is known. Sums are whole numbers and are divided once, so a
 * row is the same bits as the one that SQL computes over the whole table. Not thread-safe.
 */
final class SlidingWindows {
  private static final long HOUR = 3_600_000_000L;

  /** Lengths by the suffix of their columns, in microseconds. */
  private static final Map<String, Long> LENGTHS = lengths();

  private final Map<List<String>, Map<String, Window>> windows = new HashMap<>();

  /** The sums over one length of time. */
  private static final class Window {
    private final Deque<Landing> inside = new ArrayDeque<>();
    private long late;
    private long delay;

    void add(Landing landing, long length) {
      inside.addLast(landing);
      late += landing.late() ? 1 : 0;
      delay += landing.delay();
      while (inside.getFirst().micros() <= landing.micros() - length) {
        Landing gone = inside.removeFirst();
        late -= gone.late() ? 1 : 0;
        delay -= gone.delay();
      }
    }

    void write(String suffix, Map<String, Object> row) {
      row.put("late_share_" + suffix, (double) late / inside.size());
      row.put("mean_delay_" + suffix, (double) delay / inside.size());
      row.put("flights_" + suffix, (long) inside.size());
    }
  }

  /** Counts a landing, which is not older than the one before. */
  void add(List<String> key, Landing landing) {
    Map<String, Window> found = windows.computeIfAbsent(key, k -> new LinkedHashMap<>());
    LENGTHS.forEach(
        (suffix, length) -> found.computeIfAbsent(suffix, s -> new Window()).add(landing, length));
  }

  /** The feature columns of a key as of its last landing. */
  Map<String, Object> row(List<String> key) {
    Map<String, Object> row = new LinkedHashMap<>();
    windows.getOrDefault(key, Map.of()).forEach((suffix, window) -> window.write(suffix, row));
    return row;
  }

  /** The names of the feature columns in the order of the tables. */
  static List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (String suffix : LENGTHS.keySet()) {
      columns.add("late_share_" + suffix);
      columns.add("mean_delay_" + suffix);
      columns.add("flights_" + suffix);
    }
    return columns;
  }

  private static Map<String, Long> lengths() {
    Map<String, Long> lengths = new LinkedHashMap<>();
    lengths.put("3h", 3 * HOUR);
    lengths.put("24h", 24 * HOUR);
    lengths.put("7d", 7 * 24 * HOUR);
    return lengths;
  }
}
