package io.boathouse.platform.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnprivilegedTest {
  @TempDir Path temporary;

  @Test
  void detectedWayIsNotRoot() throws Exception {
    Unprivileged way = Unprivileged.detect();
    Process id =
        new ProcessBuilder(way.command(List.of("id", "-u"))).redirectErrorStream(true).start();
    assertThat(new String(id.getInputStream().readAllBytes(), UTF_8).strip()).isNotEqualTo("0");
  }

  @Test
  void rootWithoutUserNamespacesRunsTheDatabaseAsAnotherUserAndStillOwnsTheRest() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    assumeThat(Path.of("/usr/bin/setpriv")).exists();
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx--x--x"));
    Path data = temporary.resolve("data");
    Files.createDirectory(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path directory = data.resolve("postgres");
    for (int start = 0; start < 2; start++) {
      try (var postgres =
              EmbeddedPostgres.start(directory, Unprivileged.OTHER_USER, Map.of("fsync", "off"));
          Connection connection = MetadataDatabase.superuser(postgres)) {
        assertThat(connection.isValid(1)).isTrue();
        assertThat(Files.getOwner(directory.resolve("data")).getName()).isEqualTo("nobody");
      }
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data)))
        .isEqualTo("rwx-----x");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("passwords"))))
        .isEqualTo("rw-------");
  }
}
