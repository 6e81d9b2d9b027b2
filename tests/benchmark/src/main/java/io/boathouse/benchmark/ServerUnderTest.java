package io.boathouse.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, watched through the operating system. */
final class ServerUnderTest implements AutoCloseable {
  private final Process process;
  private final Path data;
  private final String uri;
  private final double startSeconds;

  private ServerUnderTest(Process process, Path data, String uri, double startSeconds) {
    this.process = process;
    this.data = data;
    this.uri = uri;
    this.startSeconds = startSeconds;
  }

  /**
   * Starts a server on a free port.
   *
   * @param launcher the {@code boathouse} script; without it the server on this class path is run
   */
  static ServerUnderTest start(Optional<Path> launcher, Path data) throws IOException {
    List<String> command = new ArrayList<>(program(launcher, data));
    command.addAll(List.of("serve", "--data-dir", data.toString(), "--port", "0"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    if (launcher.isEmpty()) {
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    }
    long began = System.nanoTime();
    Process process = builder.start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready ")) {
        double seconds = (System.nanoTime() - began) / 1e9;
        Thread unused = Thread.ofVirtual().start(() -> drain(lines));
        return new ServerUnderTest(process, data, line.substring("ready ".length()), seconds);
      }
    }
    throw new IOException("The server ended before it was ready; see its messages above.");
  }

  /** Nobody reads the rest, and a full pipe would stop the server. */
  private static void drain(BufferedReader lines) {
    try {
      while (lines.readLine() != null) {}
    } catch (IOException e) {
      return; // the server ended
    }
  }

  private static List<String> program(Optional<Path> launcher, Path data) throws IOException {
    if (launcher.isPresent()) {
      return List.of(launcher.get().toString());
    }
    Path temporary = Files.createDirectories(data.resolve("tmp"));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Xmx640m",
        "-XX:-UsePerfData",
        "-Djava.io.tmpdir=" + temporary,
        "io.boathouse.server.Main");
  }

  /** From the start of the process to the line that says it answers. */
  double startSeconds() {
    return startSeconds;
  }

  /** A client with the administrator's token. */
  Rest rest() {
    try {
      return new Rest(uri, Files.readString(data.resolve("token")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String uri() {
    return uri;
  }

  /** Runs work of the server's and tells what it took; its children are not counted. */
  Rounds.Cost cost(Runnable work) {
    double cpu = cpuSeconds();
    long began = System.nanoTime();
    work.run();
    return new Rounds.Cost((System.nanoTime() - began) / 1e9, cpuSeconds() - cpu);
  }

  /** Processor time of the server's own process so far. */
  double cpuSeconds() {
    return ProcessMemory.cpuSeconds(process.toHandle());
  }

  /**
   * The most memory that the server's own process held since its peak was last forgotten, in MB.
   */
  double peakMegabytes() {
    return ProcessMemory.peakResidentMegabytes(process.toHandle());
  }

  /** What comes next has a peak of its own. */
  void forgetPeak() {
    ProcessMemory.forgetPeak(process.toHandle());
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        Process unused = process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
