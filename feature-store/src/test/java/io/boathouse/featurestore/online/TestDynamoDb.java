package io.boathouse.featurestore.online;

import io.boathouse.platform.secret.Secret;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * DynamoDB Local in a process of its own, whose libraries Maven fetches. Without {@code mvn} on the
 * path, or on a machine that it has no library for, its tests are skipped; with {@code
 * TESTS_REQUIRE_TOOLS=true} they fail.
 */
final class TestDynamoDb implements AutoCloseable {
  private static final String COPY =
      "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";

  private final int port;
  private final Process process;

  TestDynamoDb() {
    Path folder = Path.of("target", "dynamodb-local").toAbsolutePath();
    Path libraries = fetched(folder);
    this.port = freePort();
    try {
      this.process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "--enable-native-access=ALL-UNNAMED",
                  "-Dsqlite4java.library.path=" + libraries,
                  "-cp",
                  libraries + File.separator + "*",
                  "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
                  "-inMemory",
                  "-disableTelemetry",
                  "-port",
                  Integer.toString(port))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("server.log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitAnswer();
  }

  OnlineStoreConfig config() {
    return new OnlineStoreConfig(
        OnlineStoreConfig.Kind.DYNAMODB,
        Optional.of("http://127.0.0.1:" + port),
        Optional.of("onlyForTests"),
        Optional.of(new Secret("only-for-tests")),
        "us-east-1",
        Duration.ofSeconds(5),
        8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static Path fetched(Path folder) {
    require(
        System.getProperty("os.arch").matches("amd64|x86_64"),
        "DynamoDB Local has no library for " + System.getProperty("os.arch") + ".");
    Path libraries = folder.resolve("lib");
    if (Files.exists(folder.resolve("complete"))) {
      return libraries;
    }
    Optional<Path> maven = program();
    require(maven.isPresent(), "'mvn' is not on the PATH. Install it to run this test.");
    try (InputStream pom = TestDynamoDb.class.getResourceAsStream("/dynamodb/pom.xml")) {
      Files.createDirectories(folder);
      Files.write(folder.resolve("pom.xml"), Objects.requireNonNull(pom).readAllBytes());
      Path log = folder.resolve("maven.log");
      Process copying =
          new ProcessBuilder(
                  maven.orElseThrow().toString(),
                  "-q",
                  "-B",
                  COPY,
                  "-DoutputDirectory=" + libraries)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = copying.waitFor(120, TimeUnit.SECONDS);
      copying.destroyForcibly();
      require(
          ended && copying.exitValue() == 0,
          "Maven could not fetch DynamoDB Local: " + Files.readString(log));
      Files.createFile(folder.resolve("complete"));
      return libraries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void require(boolean met, String missing) {
    if (Boolean.parseBoolean(System.getenv("TESTS_REQUIRE_TOOLS"))) {
      Assertions.assertTrue(met, missing);
    }
    Assumptions.assumeTrue(met, missing);
  }

  private static Optional<Path> program() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .flatMap(folder -> List.of("mvn", "mvn.cmd").stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private void awaitAnswer() {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        var connection =
            (HttpURLConnection) URI.create("http://127.0.0.1:" + port).toURL().openConnection();
        int unused = connection.getResponseCode();
        return;
      } catch (IOException e) {
        LockSupport.parkNanos(50_000_000);
      }
    }
    throw new IllegalStateException("DynamoDB Local does not answer; see server.log");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
