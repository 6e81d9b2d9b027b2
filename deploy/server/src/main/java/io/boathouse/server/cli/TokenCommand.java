package io.boathouse.server.cli;

import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.telemetry.LogSetup;
import io.boathouse.platform.telemetry.TelemetryConfig;
import io.boathouse.platform.telemetry.TelemetryConfig.Format;
import io.boathouse.platform.telemetry.TelemetryConfig.Level;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a new administrator token for whoever owns the data directory. */
@Command(
    name = "token",
    description = {
      "Make a new administrator token, as when the old one is lost or expired.",
      "Owning the data directory is the proof. The token replaces DIR/token and is printed; works"
          + " whether or not the server runs."
    })
final class TokenCommand implements Callable<Integer> {
  private static final long PATIENCE_SECONDS = 30;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:BOATHOUSE_CONFIG}",
      description = "The server's YAML file, if it has one.")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (!Files.exists(data.directory().resolve("format"))) {
      throw new IOException(
          "%s is no data directory. Name the one of your server with --data-dir."
              .formatted(data.directory()));
    }
    String token = data.server().isPresent() ? fromServer() : offline();
    spec.commandLine().getOut().println(token);
    return 0;
  }

  private String fromServer() throws IOException {
    Path request = data.directory().resolve(TokenRequests.FILE);
    Files.writeString(request, "");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (Files.exists(request)) {
      if (System.nanoTime() > end) {
        Files.deleteIfExists(request);
        throw new IOException(
            "The server did not answer within %d s. Its log in %s says why."
                .formatted(PATIENCE_SECONDS, data.directory().resolve("logs")));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    return Files.readString(data.directory().resolve("token")).strip();
  }

  private String offline() throws IOException {
    ServerConfig loaded =
        ServerConfig.load(new ConfigSources(config, System.getenv(), Map.of("server.port", "0")));
    try (DataDirectory directory = DataDirectory.open(data.directory())) {
      System.setProperty("java.io.tmpdir", directory.tmp().toString());
      LogSetup.install(
          new TelemetryConfig(Level.WARN, Map.of(), Format.TEXT, false, Optional.empty()),
          Optional.empty());
      try (Boathouse boathouse = new Boathouse(directory, loaded, InstantSource.system())) {
        String token = boathouse.newAdministratorToken();
        directory.writeToken(token);
        return token;
      }
    }
  }
}
