package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Model Context Protocol's own suite against the server with the suite's fixtures. What does
 * not pass yet stands in {@code mcp/expected-failures.yaml}; the suite itself fails on a scenario
 * that fails and is not there, and on one that is there and passes.
 */
class McpConformanceTest {
  private static final int INSTALL_SECONDS = 300;
  private static final int SUITE_SECONDS = 240;

  @TempDir static Path folder;

  @Test
  void theSuitePassesButForTheListedScenarios() throws Exception {
    Path npm = ExternalTool.require("npm");
    Path modules = install(npm);
    Path data = Files.createDirectory(folder.resolve("data"));
    Process server = start(data);
    try {
      String url = awaitReady(server);
      Path log = folder.resolve("suite.log");
      Process suite =
          new ProcessBuilder(
                  modules.resolve("node_modules/node/bin/node").toString(),
                  modules.resolve("run.mjs").toString(),
                  url,
                  data.resolve("token").toString(),
                  modules.resolve("expected-failures.yaml").toString(),
                  Files.createDirectory(folder.resolve("results")).toString())
              .directory(modules.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = suite.waitFor(SUITE_SECONDS, TimeUnit.SECONDS);
      suite.destroyForcibly();
      String said = Files.readString(log);
      assertThat(ended).as("the suite hangs: %s", said).isTrue();
      assertThat(suite.exitValue()).as(said).isZero();
      assertThat(said).contains("Expected failures");
    } finally {
      server.destroy();
      if (!server.waitFor(30, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
  }

  /** The suite in the pinned version, kept between runs beside the other build results. */
  private static Path install(Path npm) throws Exception {
    Path modules = Path.of("target", "mcp-conformance").toAbsolutePath();
    Files.createDirectories(modules);
    for (String name : List.of("package.json", "run.mjs", "expected-failures.yaml")) {
      try (InputStream source = McpConformanceTest.class.getResourceAsStream("/mcp/" + name)) {
        Files.write(modules.resolve(name), Objects.requireNonNull(source, name).readAllBytes());
      }
    }
    Path log = modules.resolve("npm.log");
    Process install =
        new ProcessBuilder(
                npm.toString(), "install", "--no-audit", "--no-fund", "--no-package-lock")
            .directory(modules.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
    install.destroyForcibly();
    boolean installed = ended && install.exitValue() == 0;
    String missing = "npm could not install the suite: " + Files.readString(log);
    if (Boolean.parseBoolean(System.getenv("TESTS_REQUIRE_TOOLS"))) {
      assertThat(installed).as(missing).isTrue();
    }
    Assumptions.assumeTrue(installed, missing);
    return modules;
  }

  private static Process start(Path data) throws IOException {
    Path root = Path.of(System.getProperty("boathouse.root")).toAbsolutePath().normalize();
    Path temporary = Files.createDirectories(data.resolve("tmp"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + root.resolve("deploy/config/jvm.options"),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            Path.of(System.getProperty("boathouse.package"), "boathouse.jar")
                + File.pathSeparator
                + System.getProperty("boathouse.conformance.jar"),
            "io.boathouse.server.ConformanceMain",
            data.toString())
        .redirectError(folder.resolve("server.log").toFile())
        .start();
  }

  private static String awaitReady(Process server) throws Exception {
    BufferedReader output = server.inputReader();
    String line =
        CompletableFuture.supplyAsync(
                () -> output.lines().filter(said -> said.startsWith("ready ")).findFirst())
            .get(90, TimeUnit.SECONDS)
            .orElseThrow(() -> new IllegalStateException("the server ended: " + log()));
    return line.substring("ready ".length());
  }

  private static String log() {
    try {
      return Files.readString(folder.resolve("server.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
