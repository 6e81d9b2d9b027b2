package io.boathouse.platform.duckdb;

import java.nio.file.Path;

/**
 * What every instance gets unless its access says otherwise.
 *
 * @param memoryLimit of one instance, as DuckDB writes it, such as "1GB"
 * @param threads of one instance
 * @param temporaryDirectory where the folders of the sessions are made; spilled data goes there too
 */
public record DuckDbConfig(String memoryLimit, int threads, Path temporaryDirectory) {
  public DuckDbConfig {
    if (!memoryLimit.matches("\\d{1,6}(\\.\\d{1,3})? ?([KMGT]i?B)")) {
      throw new IllegalArgumentException(
          "memoryLimit: " + memoryLimit + " (expected: a size such as 512MB)");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
    }
  }
}
