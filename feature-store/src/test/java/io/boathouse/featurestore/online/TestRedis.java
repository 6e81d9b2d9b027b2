package io.boathouse.featurestore.online;

import io.boathouse.platform.secret.Secret;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A Redis of the system, which keeps every write on disk, on a port of its own. Without {@code
 * redis-server} on the path its tests are skipped; with {@code TESTS_REQUIRE_TOOLS=true} they fail.
 */
public final class TestRedis implements AutoCloseable {
  private static final String PASSWORD = "only-for-tests";

  private final Path folder;
  private final int port;
  private Process process;

  /** Starts one over a folder. */
  public TestRedis(Path folder) {
    this.folder = folder;
    this.port = freePort();
    this.process = start();
  }

  /** Where it is. */
  public OnlineStoreConfig config() {
    return new OnlineStoreConfig(
        OnlineStoreConfig.Kind.REDIS,
        Optional.of("redis://127.0.0.1:" + port),
        Optional.empty(),
        Optional.of(new Secret(PASSWORD)),
        "",
        Duration.ofSeconds(5),
        4);
  }

  /** Ends it as a power cut would. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Starts it again over what it left. */
  public void restart() {
    process = start();
  }

  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis-server does not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Process start() {
    List<String> command =
        List.of(
            program().toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--requirepass",
            PASSWORD,
            "--dir",
            folder.toString(),
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            "always");
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("redis.out").toFile())
              .start();
      awaitAnswer();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until it has read back what it left and answers. */
  private void awaitAnswer() {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    byte[] question = ("AUTH " + PASSWORD + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII);
    while (System.nanoTime() < deadline) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(question);
        byte[] answer = socket.getInputStream().readNBytes("+OK\r\n+PONG".length());
        if (new String(answer, StandardCharsets.US_ASCII).endsWith("+PONG")) {
          return;
        }
      } catch (IOException e) {
        // not listening yet
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new IllegalStateException("redis-server does not answer on " + port);
  }

  private static Path program() {
    Optional<Path> found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .map(directory -> Path.of(directory, "redis-server"))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "'redis-server' is not on the PATH. Install it to run this test.";
    if (Boolean.parseBoolean(System.getenv("TESTS_REQUIRE_TOOLS"))) {
      Assertions.assertTrue(found.isPresent(), missing);
    }
    Assumptions.assumeTrue(found.isPresent(), missing);
    return found.orElseThrow();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
