package io.boathouse.platform.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server as a child process on a free loopback port, with everything it writes below
 * one folder. The owner of the folder must be the only one (see the data directory's lock): a
 * postmaster found there belongs to a server that crashed, and is stopped first.
 */
final class EmbeddedPostgres implements AutoCloseable {
  static final String SUPERUSER = "boathouse_superuser";
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final int ATTEMPTS = 8;
  private static final long MAX_LOG_BYTES = 8L << 20;

  private final PostgresCommands commands;
  private final PostgresPasswords passwords;
  private final Process process;
  private final int port;

  private EmbeddedPostgres(
      PostgresCommands commands, PostgresPasswords passwords, Process process, int port) {
    this.commands = commands;
    this.passwords = passwords;
    this.process = process;
    this.port = port;
  }

  /**
   * Starts the server; initialises the folder on the first start.
   *
   * @param directory a folder of mode 0700 that holds programs, passwords, data and log
   * @param settings server parameters over the defaults, by name
   */
  static EmbeddedPostgres start(
      Path directory, Unprivileged unprivileged, Map<String, String> settings) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path real = directory.toRealPath();
      var commands = new PostgresCommands(real, PostgresBinaries.unpacked(real), unprivileged);
      PostgresPasswords passwords = PostgresPasswords.in(real.resolve("passwords"));
      initialise(commands, passwords);
      stopOrphan(commands);
      return launch(commands, passwords, settings);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL in " + directory, e);
    }
  }

  int port() {
    return port;
  }

  PostgresPasswords passwords() {
    return passwords;
  }

  long pid() {
    return process.pid();
  }

  /** The JDBC address of one database of this server. */
  String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** Ends open sessions, writes a checkpoint and stops. */
  @Override
  public void close() {
    if (process.isAlive()) {
      commands.stop(process.toHandle(), Duration.ofSeconds(20));
    }
  }

  private static void initialise(PostgresCommands commands, PostgresPasswords passwords)
      throws IOException {
    Path directory = commands.directory();
    Path data = data(commands);
    if (Files.exists(data.resolve("PG_VERSION"))) {
      return;
    }
    Path partial = directory.resolve("data.partial");
    PostgresBinaries.deleteTree(partial);
    Files.createDirectory(
        partial,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path passwordFile = directory.resolve("initial-password");
    Files.deleteIfExists(passwordFile);
    PostgresPasswords.writePrivately(passwordFile, passwords.superuser());
    commands.unprivileged().give(directory);
    try {
      commands.run(
          "the first initialisation",
          Duration.ofMinutes(3),
          List.of(
              commands.program("initdb"),
              "--pgdata=" + partial,
              "--username=" + SUPERUSER,
              "--pwfile=" + passwordFile,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8",
              "--wal-segsize=4",
              "--set=shared_buffers=16MB",
              "--set=max_connections=30",
              "--set=dynamic_shared_memory_type=mmap",
              "--no-instructions"));
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Files.writeString(partial.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
    Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private static EmbeddedPostgres launch(
      PostgresCommands commands, PostgresPasswords passwords, Map<String, String> settings)
      throws IOException {
    Path logFile = commands.logFile();
    if (Files.exists(logFile) && Files.size(logFile) > MAX_LOG_BYTES) {
      Files.move(
          logFile, logFile.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    commands.unprivileged().give(commands.directory());
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      int port = freePort();
      Process process = commands.spawn(postmaster(commands, port, settings));
      if (awaitReady(commands, process, Duration.ofSeconds(60))) {
        log.info("Embedded PostgreSQL is ready on 127.0.0.1:{}, process {}", port, process.pid());
        return new EmbeddedPostgres(commands, passwords, process, port);
      }
      // Another process took the port, or backends of a crashed postmaster are still leaving.
      log.warn("Embedded PostgreSQL did not start at attempt {} of {}", attempt, ATTEMPTS);
      LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
    }
    throw DatabaseErrors.didNotStart("the start", logFile, commands.tail(), null);
  }

  private static List<String> postmaster(
      PostgresCommands commands, int port, Map<String, String> settings) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(commands.program("postgres"), "-D", data(commands).toString()));
    Map<String, String> effective = new TreeMap<>(PostgresSettings.DEFAULTS);
    effective.put("port", Integer.toString(port));
    effective.putAll(settings);
    effective.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
    return words;
  }

  /** Waits until the postmaster reports that it accepts connections. @return false if it ended */
  private static boolean awaitReady(PostgresCommands commands, Process process, Duration limit)
      throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
          return false;
        }
        List<String> lines = postmasterFile(commands);
        if (lines.size() >= 8
            && lines.get(0).strip().equals(Long.toString(process.pid()))
            && lines.get(7).strip().equals("ready")) {
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    commands.stop(process.toHandle(), Duration.ofSeconds(5));
    throw DatabaseErrors.didNotStart("the start", commands.logFile(), commands.tail(), null);
  }

  private static void stopOrphan(PostgresCommands commands) throws IOException {
    Optional<ProcessHandle> orphan =
        postmasterFile(commands).stream().findFirst().flatMap(EmbeddedPostgres::processOf);
    if (orphan.filter(process -> servesOurData(commands, process)).isPresent()) {
      log.warn(
          "PostgreSQL process {} is left from a server that crashed; stopping it",
          orphan.get().pid());
      commands.stop(orphan.get(), Duration.ofSeconds(20));
    }
    Files.deleteIfExists(data(commands).resolve("postmaster.pid"));
  }

  private static Optional<ProcessHandle> processOf(String pid) {
    try {
      return ProcessHandle.of(Long.parseLong(pid.strip())).filter(ProcessHandle::isAlive);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Process ids are reused: only a postgres on this very folder is ours to stop. */
  private static boolean servesOurData(PostgresCommands commands, ProcessHandle handle) {
    return handle
        .info()
        .commandLine()
        .filter(line -> line.contains("postgres") && line.contains(data(commands).toString()))
        .isPresent();
  }

  private static List<String> postmasterFile(PostgresCommands commands) throws IOException {
    try {
      return Files.readAllLines(data(commands).resolve("postmaster.pid"));
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static Path data(PostgresCommands commands) {
    return commands.directory().resolve("data");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
