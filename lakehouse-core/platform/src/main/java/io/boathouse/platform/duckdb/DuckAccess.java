package io.boathouse.platform.duckdb;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What one session may touch, besides its own scratch folder. DuckDB knows no read-only folder: SQL
 * from outside must be kept from COPY and its like before it reaches a session.
 *
 * @param readable files, and folders with all that is below them
 * @param memoryLimit instead of the configured one, as DuckDB writes it
 * @param threads instead of the configured number
 */
public record DuckAccess(
    List<Path> readable, Optional<String> memoryLimit, Optional<Integer> threads) {
  public DuckAccess {
    readable = List.copyOf(readable);
  }

  /** Nothing but the scratch folder. */
  public static DuckAccess scratchOnly() {
    return new DuckAccess(List.of(), Optional.empty(), Optional.empty());
  }

  /** The given files and folders. */
  public static DuckAccess reading(Collection<Path> readable) {
    return new DuckAccess(List.copyOf(readable), Optional.empty(), Optional.empty());
  }

  /** The given files and folders. */
  public static DuckAccess reading(Path... readable) {
    return reading(List.of(readable));
  }

  public DuckAccess withMemoryLimit(String limit) {
    return new DuckAccess(readable, Optional.of(limit), threads);
  }

  public DuckAccess withThreads(int count) {
    return new DuckAccess(readable, memoryLimit, Optional.of(count));
  }
}
