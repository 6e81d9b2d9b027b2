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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the server in the foreground until it is told to stop. */
@Command(
    name = "serve",
    description = {
      "Run the server in the foreground.",
      "Prints one line, 'ready URL', when it answers, and stops cleanly on SIGTERM. The"
          + " administrator's token is in DIR/token."
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();

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

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, String> flags = new HashMap<>(settings);
    port.ifPresent(number -> flags.put("server.port", Integer.toString(number)));
    ServerConfig loaded = ServerConfig.load(new ConfigSources(config, System.getenv(), flags));
    refuseTakenPort(loaded.server());
    try (DataDirectory directory = DataDirectory.open(data.directory())) {
      System.setProperty("java.io.tmpdir", directory.tmp().toString());
      LogSetup.install(loaded.telemetry(), Optional.of(directory.logs()));
      serve(directory, loaded);
    }
    return 0;
  }

  private void serve(DataDirectory directory, ServerConfig loaded)
      throws IOException, InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(asked, stopped), "stop"));
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
      spec.commandLine().getOut().println("ready " + boathouse.uri());
      spec.commandLine().getOut().flush();
      asked.await();
      log.info("Stopping");
    } finally {
      Files.deleteIfExists(address);
      stopped.countDown();
    }
  }

  /**
   * On SIGTERM and SIGINT: lets the main thread close everything and ends the process with 0, which
   * the virtual machine would not do by itself after a signal.
   */
  private static void stop(CountDownLatch asked, CountDownLatch stopped) {
    boolean serving = stopped.getCount() > 0;
    asked.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (serving) {
      Runtime.getRuntime().halt(0);
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
