package io.boathouse.sql;

import io.boathouse.sql.engine.EngineConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings under {@code sql:}.
 *
 * @param concurrency how many queries run at once
 * @param queue how many more may wait
 * @param deadline how long one statement may run
 * @param memoryLimit of one query, as DuckDB writes it; empty for DuckDB's own setting
 */
public record SqlConfig(
    int concurrency, int queue, Duration deadline, Optional<String> memoryLimit) {
  public static final SqlConfig DEFAULTS =
      new SqlConfig(4, 64, Duration.ofMinutes(30), Optional.empty());

  EngineConfig engine() {
    return new EngineConfig(concurrency, queue, memoryLimit);
  }
}
