package io.boathouse.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The packaged server as a process, started as the launcher starts it, on an empty data directory
 * and a free port.
 */
public final class PackagedServer implements AutoCloseable {
  private final Process process;
  private final Path folder;
  private final CompletableFuture<URI> ready = new CompletableFuture<>();
  private final URI address;

  private PackagedServer(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
    var unused = Thread.ofVirtual().start(this::read);
    this.address = awaitReady();
  }

  /** Starts a server and waits until it answers. @param more options of {@code serve} */
  public static PackagedServer start(String... more) {
    try {
      Path folder = Files.createTempDirectory("boathouse-conformance");
      Path data = folder.resolve("data");
      Files.createDirectories(data.resolve("tmp"));
      ProcessBuilder builder = new ProcessBuilder(command(data, more)).directory(folder.toFile());
      builder.redirectError(folder.resolve("errors.log").toFile());
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      return new PackagedServer(builder.start(), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> command(Path data, String... more) {
    Path root = repository();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("deploy/config/jvm.options"));
    command.add("-Djava.io.tmpdir=" + data.resolve("tmp"));
    command.add("-Dboathouse.home=" + root);
    command.add("-jar");
    command.add(Path.of(System.getProperty("boathouse.package"), "boathouse.jar").toString());
    command.addAll(List.of("serve", "--data-dir", data.toString(), "--port", "0"));
    command.addAll(List.of("--set", "storage.external_roots=" + data.getParent()));
    command.addAll(List.of(more));
    return command;
  }

  /** The root of the repository that these tests belong to. */
  public static Path repository() {
    return Path.of(System.getProperty("boathouse.root")).toAbsolutePath().normalize();
  }

  /** The server's address, without a slash at its end. */
  public String url() {
    return address.toString();
  }

  /** The port that the server listens on. */
  public int port() {
    return address.getPort();
  }

  /** The administrator's token. */
  public String token() {
    try {
      return Files.readString(data().resolve("token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data directory. */
  public Path data() {
    return folder.resolve("data");
  }

  /** A fresh folder beside the data directory. */
  public Path newFolder(String name) throws IOException {
    return Files.createTempDirectory(folder, name);
  }

  /** What the server has written to standard error so far. */
  public String errors() {
    try {
      return Files.readString(folder.resolve("errors.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("ready ")) {
          ready.complete(URI.create(line.substring("ready ".length())));
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(new IllegalStateException("ended before it was ready"));
  }

  private URI awaitReady() {
    try {
      return ready.get(180, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      String said = errors();
      close();
      throw new IllegalStateException("The server did not start: " + said, e);
    }
  }

  /**
   * Ends the server as an operator does and returns its exit code; empty if it had to be killed.
   */
  public Optional<Integer> stop() {
    process.destroy();
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return Optional.of(process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return Optional.empty();
  }

  @Override
  public void close() {
    var unused = stop();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
