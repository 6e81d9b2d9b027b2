package io.boathouse.sql.engine;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings of the embedded engine.
 *
 * @param concurrency how many queries run at once
 * @param queue how many more may wait
 * @param memoryLimit of one query, as DuckDB writes it; empty for DuckDB's configured default
 * @param threads of one instance; empty for DuckDB's configured number
 */
public record EngineConfig(
    int concurrency, int queue, Optional<String> memoryLimit, OptionalInt threads) {
  public static final EngineConfig DEFAULTS = new EngineConfig(4, 64, Optional.empty());

  /** With threads as DuckDB's settings say. */
  public EngineConfig(int concurrency, int queue, Optional<String> memoryLimit) {
    this(concurrency, queue, memoryLimit, OptionalInt.empty());
  }

  public EngineConfig {
    if (concurrency < 1 || queue < 1) {
      throw new IllegalArgumentException(
          "concurrency, queue: " + concurrency + ", " + queue + " (expected: >= 1)");
    }
  }
}
