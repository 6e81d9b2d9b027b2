package io.boathouse.server.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.error.LakeException;
import io.boathouse.server.ServerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at what a server needs and says what is wrong. */
@Command(
    name = "doctor",
    description = "Check this machine, the data directory, the settings and a running server.")
final class DoctorCommand implements Callable<Integer> {
  private static final long LEAST_DISK = 2L << 30;
  private static final long LEAST_MEMORY = 2L << 30;
  private static final long LEAST_FILES = 4_096;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirOption data = new DataDirOption();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:BOATHOUSE_CONFIG}",
      description = "A YAML file with settings to check.")
  private Optional<Path> config = Optional.empty();

  private boolean healthy = true;

  @Override
  public Integer call() throws IOException, InterruptedException {
    say(Runtime.version().feature() >= 25, "Java", System.getProperty("java.vm.version"), "25");
    machine();
    settings();
    directory();
    server();
    return healthy ? 0 : 1;
  }

  private void machine() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean machine) {
      long memory = machine.getTotalMemorySize();
      say(memory >= LEAST_MEMORY, "memory", (memory >> 20) + " MB", "2 GB");
      long files = machine.getMaxFileDescriptorCount();
      say(files >= LEAST_FILES, "open files", Long.toString(files), "a limit of 4096 or more");
    }
    say(true, "processors", Integer.toString(Runtime.getRuntime().availableProcessors()), "");
  }

  private void settings() {
    try {
      ServerConfig loaded = ServerConfig.load(new ConfigSources(config, System.getenv(), Map.of()));
      say(true, "settings", "valid", "");
      String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      boolean embedded = system.matches("Linux (amd64|x86_64|aarch64)|Mac OS X (aarch64|x86_64)");
      say(
          embedded || loaded.database().url().isPresent(),
          "database",
          loaded.database().url().isPresent() ? "your own" : "embedded on " + system,
          "the setting database.url on this system");
    } catch (LakeException e) {
      say(false, "settings", e.message(), "");
    }
  }

  private void directory() throws IOException {
    Path directory = data.directory();
    Path existing = directory;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      say(false, "data directory", directory.toString(), "a directory on this machine");
      return;
    }
    say(
        Files.isDirectory(existing) && Files.isWritable(existing),
        "data directory",
        directory + (existing.equals(directory) ? "" : " (will be made)"),
        "a directory that this user may write");
    long free = Files.getFileStore(existing).getUsableSpace();
    say(free >= LEAST_DISK, "free disk", (free >> 20) + " MB", "2 GB or more");
  }

  private void server() throws IOException, InterruptedException {
    Optional<ProcessHandle> process = data.server();
    Optional<String> address = data.address();
    if (process.isEmpty()) {
      say(true, "server", "not running", "");
      return;
    }
    if (address.isEmpty()) {
      say(false, "server", "process " + process.get().pid() + " is not ready", "a ready server");
      return;
    }
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      HttpResponse<String> reply =
          client.send(
              HttpRequest.newBuilder(URI.create(address.get() + "/readyz"))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              BodyHandlers.ofString());
      say(
          reply.statusCode() == 200,
          "server",
          "%s says %s".formatted(address.get(), reply.body().strip()),
          "OK");
    } catch (IOException e) {
      say(false, "server", "%s does not answer".formatted(address.get()), "an answer");
    }
  }

  private void say(boolean good, String what, String found, String expected) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%-4s %-15s %s%n", good ? "ok" : "BAD", what, found);
    if (!good) {
      healthy = false;
      if (!expected.isEmpty()) {
        out.printf("     %-15s expected: %s%n", "", expected);
      }
    }
    out.flush();
  }
}
