package io.boathouse.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class ExternalToolTest {
  @TempDir Path directory;

  @Test
  void aToolOnThePathIsFound() throws IOException {
    Path tool =
        Files.createFile(
            directory.resolve("oar"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    assertThat(ExternalTool.require("oar", Map.of("PATH", directory.toString()))).isEqualTo(tool);
  }

  @Test
  void aMissingToolSkipsTheTest() {
    assertThatThrownBy(() -> ExternalTool.require("oar", Map.of("PATH", directory.toString())))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("'oar' is not on the PATH");
  }

  @Test
  void aMissingToolFailsTheTestWhereToolsAreRequired() {
    Map<String, String> environment =
        Map.of("PATH", directory.toString(), "TESTS_REQUIRE_TOOLS", "true");
    assertThatThrownBy(() -> ExternalTool.require("oar", environment))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("'oar' is not on the PATH");
  }
}
