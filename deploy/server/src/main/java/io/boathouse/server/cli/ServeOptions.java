package io.boathouse.server.cli;

import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.http.HttpConfig;
import io.boathouse.platform.telemetry.LogSetup;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options of commands that hold a server, and its life: start, work, stop. */
final class ServeOptions {
  private static final Logger log = LoggerFactory.getLogger(ServeOptions.class);

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen on; 0 takes a free one (default: server.port, 8080).")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:BOATHOUSE_CONFIG}",
      description = "A YAML file with settings; see deploy/config/boathouse.yaml.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, such as server.limits.requests=100; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** What a command does while its server runs. */
  @FunctionalInterface
  interface Work {
    /**
     * @param asked opened when the process is told to stop
     * @return the exit code
     */
    int run(URI server, String token, CountDownLatch asked)
        throws IOException, InterruptedException;
  }

  /** Starts a server, lets the work run, and stops the server. */
  int serve(Path data, Work work) throws IOException, InterruptedException {
    Map<String, String> flags = new HashMap<>(settings);
    port.ifPresent(number -> flags.put("server.port", Integer.toString(number)));
    ServerConfig loaded = ServerConfig.load(new ConfigSources(config, System.getenv(), flags));
    refuseTakenPort(loaded.server());
    try (DataDirectory directory = DataDirectory.open(data)) {
      System.setProperty("java.io.tmpdir", directory.tmp().toString());
      LogSetup.install(loaded.telemetry(), Optional.of(directory.logs()));
      return serve(directory, loaded, work);
    }
  }

  private static int serve(DataDirectory directory, ServerConfig loaded, Work work)
      throws IOException, InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicInteger code = new AtomicInteger(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(asked, stopped, code), "stop"));
    Path address = directory.root().resolve(DataDirOption.ADDRESS);
    try (Boathouse boathouse = new Boathouse(directory, loaded, InstantSource.system());
        TokenRequests requests = new TokenRequests(directory, boathouse::newAdministratorToken)) {
      String present =
          Files.exists(directory.tokenFile()) ? Files.readString(directory.tokenFile()) : "";
      String token = boathouse.administratorToken(present);
      if (!token.equals(present.strip())) {
        directory.writeToken(token);
      }
      requests.start();
      Files.writeString(address, boathouse.uri() + "\n");
      log.info("Serving {} from {}", boathouse.uri(), directory.root());
      code.set(work.run(boathouse.uri(), token, asked));
      log.info("Stopping");
      return code.get();
    } finally {
      Files.deleteIfExists(address);
      stopped.countDown();
    }
  }

  /**
   * On SIGTERM and SIGINT: lets the main thread close everything and ends the process with the
   * work's code, which the virtual machine would not do by itself after a signal.
   */
  private static void stop(CountDownLatch asked, CountDownLatch stopped, AtomicInteger code) {
    boolean serving = stopped.getCount() > 0;
    asked.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (serving) {
      Runtime.getRuntime().halt(code.get());
    }
  }

  /** Tells early what would otherwise be found out after the database has started. */
  private static void refuseTakenPort(HttpConfig server) throws IOException {
    if (server.port() == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(server.host()), server.port()));
    } catch (IOException e) {
      throw new IOException(
          "Cannot listen on %s:%d: %s. Choose another with --port, or stop what listens there."
              .formatted(server.host(), server.port(), e.getMessage()),
          e);
    }
  }
}
