package io.boathouse.benchmark;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

/** The engine without us, in this process, with the threads and memory that the server gives it. */
final class BareDuckDb {
  private final Path folder;

  /**
   * @param folder for what is written and spilled
   */
  BareDuckDb(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** Runs statements in a new instance and tells what they took. */
  Rounds.Cost run(String... statements) throws Exception {
    double cpu = cpuSeconds();
    long began = System.nanoTime();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      settle(statement);
      for (String sql : statements) {
        boolean unused = statement.execute(sql);
      }
    }
    return new Rounds.Cost((System.nanoTime() - began) / 1e9, cpuSeconds() - cpu);
  }

  /** One number. */
  long number(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      settle(statement);
      try (ResultSet result = statement.executeQuery(sql)) {
        boolean unused = result.next();
        return result.getLong(1);
      }
    }
  }

  private void settle(Statement statement) throws Exception {
    Path spill = Files.createDirectories(folder.resolve("spill"));
    boolean unused =
        statement.execute(
            "SET memory_limit = '1GB'; SET threads = %d; SET TimeZone = 'UTC'; SET temp_directory = '%s'"
                .formatted(Runtime.getRuntime().availableProcessors(), spill));
  }

  private static double cpuSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }
}
