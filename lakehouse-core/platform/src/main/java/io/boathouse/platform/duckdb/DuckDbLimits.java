package io.boathouse.platform.duckdb;

import java.nio.file.Path;

/**
 * Settings under {@code duckdb:}, for instances whose user asks for nothing else.
 *
 * @param memoryLimit of one instance, as DuckDB writes it, such as "1GB"
 * @param threads of one instance
 */
public record DuckDbLimits(String memoryLimit, int threads) {
  public static final DuckDbLimits DEFAULTS =
      new DuckDbLimits("1GB", Runtime.getRuntime().availableProcessors());

  /** The same limits with the folder for spilled data. */
  public DuckDbConfig in(Path temporaryDirectory) {
    return new DuckDbConfig(memoryLimit, threads, temporaryDirectory);
  }
}
