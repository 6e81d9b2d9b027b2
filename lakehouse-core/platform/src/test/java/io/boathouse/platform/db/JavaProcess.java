package io.boathouse.platform.db;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A child JVM with this test's class path, for tests that kill it. The child reports by lines on
 * its standard output; its errors go to the test's own.
 */
public final class JavaProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private JavaProcess(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  /** Starts the main class with these arguments. */
  public static JavaProcess start(Class<?> main, String... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp"));
    words.add(System.getProperty("java.class.path"));
    words.add(main.getName());
    words.addAll(List.of(arguments));
    return new JavaProcess(
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** Reads lines until one starts with this prefix, and returns the rest of it. */
  public String awaitLine(String prefix) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(prefix)) {
        return line.substring(prefix.length()).strip();
      }
    }
    throw new IllegalStateException("the child ended without a line starting with " + prefix);
  }

  /** The next line; empty when the child has ended. */
  public Optional<String> nextLine() throws IOException {
    return Optional.ofNullable(output.readLine());
  }

  /** Waits for the end. @return the exit code */
  public int awaitEnd() throws InterruptedException {
    return process.waitFor();
  }

  /** Kills the child as {@code kill -9} does; what it said before can still be read. */
  public void kill() throws InterruptedException {
    boolean unused = process.toHandle().destroyForcibly();
    int unusedCode = process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
