package io.boathouse.server.cli;

import io.boathouse.platform.backup.BackupArchive;
import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.backup.Restore;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.telemetry.LogSetup;
import io.boathouse.platform.telemetry.TelemetryConfig;
import io.boathouse.platform.telemetry.TelemetryConfig.Format;
import io.boathouse.platform.telemetry.TelemetryConfig.Level;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts a backup into an empty data directory. */
@Command(
    name = "restore",
    description = {
      "Put a backup into an empty or absent data directory.",
      "The backup is read through before anything is written. A directory whose restoring did not"
          + " end is none that a server opens. Tokens that were good when the backup was taken are"
          + " good again; 'boathouse token' makes a new one."
    })
final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();

  @Option(names = "--from", paramLabel = "FILE", required = true, description = "The backup.")
  private Path file = Path.of("backup.zip");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:BOATHOUSE_CONFIG}",
      description = "The server's YAML file, if its database or storage is elsewhere.")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() throws IOException {
    long began = System.nanoTime();
    ServerConfig loaded =
        ServerConfig.load(new ConfigSources(config, System.getenv(), Map.of("server.port", "0")));
    LogSetup.install(
        new TelemetryConfig(Level.WARN, Map.of(), Format.TEXT, false, Optional.empty()),
        Optional.empty());
    try (BackupArchive archive = BackupArchive.open(file.toAbsolutePath());
        DataDirectory directory = DataDirectory.fresh(data.directory())) {
      System.setProperty("java.io.tmpdir", directory.tmp().toString());
      Restore.Restored restored = restore(directory, loaded, archive);
      spec.commandLine()
          .getOut()
          .printf(
              "%s: the state of %s, %d rows of metadata, %d files, in %.1f s%n",
              data.directory(),
              archive.manifest().takenAt(),
              restored.rows(),
              restored.files(),
              TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0);
      return 0;
    }
  }

  private static Restore.Restored restore(
      DataDirectory directory, ServerConfig loaded, BackupArchive archive) throws IOException {
    try {
      return Boathouse.restore(directory, loaded, InstantSource.system(), archive);
    } catch (IOException | RuntimeException e) {
      directory.abandon();
      throw e;
    }
  }
}
