package io.boathouse.table.maintain;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.table.delta.DeltaLog;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Puts small files together once there are many of them in a partition, for tables whose {@code
 * delta.autoOptimize.autoCompact} says so; a part of them at a time.
 */
final class AutoCompaction {
  private static final String PROPERTY = "delta.autoOptimize.autoCompact";
  private static final String LEAST_FILES = "boathouse.autoCompact.minFiles";
  private static final int USUAL_LEAST_FILES = 50;
  private static final long MOST_BYTES = 1L << 30;
  private static final Set<String> ON = Set.of("true", "auto");

  private final DuckDb duckDb;
  private final DeltaLog log;

  AutoCompaction(DuckDb duckDb, DeltaLog log) {
    this.duckDb = duckDb;
    this.log = log;
  }

  Optimized runIfDue() {
    Map<String, String> properties = log.latest().properties();
    if (!ON.contains(properties.getOrDefault(PROPERTY, "").toLowerCase(Locale.ROOT))) {
      return Optimized.NOTHING;
    }
    Optimization optimization =
        Optimization.automatic(duckDb, log, leastFiles(properties), MOST_BYTES);
    return optimization.run();
  }

  private static int leastFiles(Map<String, String> properties) {
    String text = properties.getOrDefault(LEAST_FILES, "");
    return text.matches("[1-9]\\d{0,6}") ? Integer.parseInt(text) : USUAL_LEAST_FILES;
  }
}
