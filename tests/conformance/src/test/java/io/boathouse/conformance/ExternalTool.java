package io.boathouse.conformance;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of the system that tests start. Where it is missing its tests are skipped and counted;
 * with {@code TESTS_REQUIRE_TOOLS=true} in the environment they fail.
 */
final class ExternalTool {
  private ExternalTool() {}

  /** The program's path, or else the end of the calling test. */
  static Path require(String name) {
    return require(name, System.getenv());
  }

  static Path require(String name, Map<String, String> environment) {
    Optional<Path> tool = find(name, environment.getOrDefault("PATH", ""));
    String missing = "'" + name + "' is not on the PATH. Install it to run this test.";
    if (Boolean.parseBoolean(environment.get("TESTS_REQUIRE_TOOLS"))) {
      Assertions.assertTrue(tool.isPresent(), missing);
    }
    Assumptions.assumeTrue(tool.isPresent(), missing);
    return tool.orElseThrow();
  }

  private static Optional<Path> find(String name, String path) {
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
