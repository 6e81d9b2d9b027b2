package io.boathouse.platform.duckdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.BiFunction;

/**
 * Opens DuckDB instances that live in memory and are locked before anybody gets them: no access to
 * files but those named and the session's scratch folder, no extensions, no secrets, no change of a
 * setting, time zone UTC. Opening takes some 20 ms, and 1 s for the first one of a process, which
 * unpacks the native library into {@code java.io.tmpdir}. Thread-safe.
 */
public final class DuckDb {
  private final DuckDbConfig config;

  /** Creates a factory; the temporary directory must exist. */
  public DuckDb(DuckDbConfig config) {
    this.config = config;
  }

  /** Opens an instance of its own; the caller closes it, which frees its memory and its folder. */
  public DuckSession open(DuckAccess access) {
    return locked(access, new Properties(), DuckSession::new);
  }

  /**
   * Like {@link #open}, with results that are computed while they are read instead of being held in
   * memory, which the memory limit would not cover. One result at a time: it must be closed before
   * the next statement runs.
   */
  public DuckSession openStreaming(DuckAccess access) {
    return locked(access, streaming(), DuckSession::new);
  }

  /**
   * Opens an instance for sessions that follow one another or run at once, all with this access,
   * with results as from {@link #openStreaming}. Its sessions open in a fraction of the time.
   */
  public DuckInstance openShared(DuckAccess access) {
    return locked(access, streaming(), DuckInstance::new);
  }

  /** Like {@link #openStreaming}, in which every query is measured: {@link DuckSession#profile}. */
  public DuckSession openProfiled(DuckAccess access) {
    return locked(access, streaming(), DuckSession::new, "SET enable_profiling = 'no_output'");
  }

  private static Properties streaming() {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    return properties;
  }

  private <T> T locked(
      DuckAccess access,
      Properties properties,
      BiFunction<Connection, Path, T> form,
      String... first) {
    Path folder = sessionFolder();
    Connection connection = null;
    try {
      connection = DriverManager.getConnection("jdbc:duckdb:", properties);
      try (Statement statement = connection.createStatement()) {
        for (String setting : first) {
          boolean unused = statement.execute(setting);
        }
        for (String setting : settings(access, folder)) {
          boolean unused = statement.execute(setting);
        }
      }
      return form.apply(connection, folder);
    } catch (SQLException e) {
      DuckSession.discard(connection, folder);
      throw DuckDbErrors.of(e);
    }
  }

  private Path sessionFolder() {
    try {
      Path folder = Files.createTempDirectory(config.temporaryDirectory().toRealPath(), "duck-");
      Path unused = Files.createDirectory(folder.resolve(DuckSession.SCRATCH));
      return folder;
    } catch (IOException e) {
      throw DuckDbErrors.noSessionFolder(e);
    }
  }

  /**
   * The order matters: after external access is off folders cannot be added, after the lock
   * nothing.
   */
  private List<String> settings(DuckAccess access, Path folder) {
    List<Path> directories = new ArrayList<>(List.of(folder.resolve(DuckSession.SCRATCH)));
    List<Path> files = new ArrayList<>();
    for (Path path : access.readable()) {
      Path real = real(path);
      (Files.isRegularFile(real) ? files : directories).add(real);
    }
    return List.of(
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET allow_community_extensions = false",
        "SET allow_persistent_secrets = false",
        set("home_directory", folder.toString()),
        set("secret_directory", folder.resolve("secrets").toString()),
        set("extension_directory", folder.resolve("extensions").toString()),
        set("temp_directory", folder.resolve("spill").toString()),
        set("TimeZone", "UTC"),
        set("memory_limit", access.memoryLimit().orElse(config.memoryLimit())),
        set("threads", access.threads().orElse(config.threads())),
        "SET enable_progress_bar = false",
        // so that a materialised CTE keeps what is above it from the rows beneath it
        "SET disabled_optimizers = 'cte_filter_pusher'",
        set("allowed_directories", directories.stream().map(path -> path + "/").toList()),
        set("allowed_paths", files.stream().map(Path::toString).toList()),
        "SET enable_external_access = false",
        "SET lock_configuration = true");
  }

  private static String set(String setting, Object value) {
    return "SET " + SqlText.identifier(setting) + " = " + SqlText.literal(value);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}
