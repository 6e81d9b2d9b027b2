package io.boathouse.table.delta;

import java.time.Instant;
import java.util.Map;

/**
 * A version of a table as its history tells it.
 *
 * @param rows rows written; of a foreign commit 0 if it does not tell
 * @param files data files written
 * @param bytes size of the data files written
 * @param parameters what the operation was asked
 * @param metrics what it did, by the names that Delta gives them
 * @param alreadyApplied whether an earlier try of the same transaction did it
 */
public record Commit(
    long version,
    Instant at,
    String operation,
    long rows,
    long files,
    long bytes,
    Map<String, String> parameters,
    Map<String, String> metrics,
    boolean alreadyApplied) {
  public Commit {
    parameters = Map.copyOf(parameters);
    metrics = Map.copyOf(metrics);
  }

  /** A metric by name, 0 if the operation does not have it. */
  public long metric(String name) {
    String value = metrics.getOrDefault(name, "0");
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
  }

  Commit asAlreadyApplied() {
    return new Commit(version, at, operation, rows, files, bytes, parameters, metrics, true);
  }
}
