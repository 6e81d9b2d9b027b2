package io.boathouse.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataDatabaseTest {
  @TempDir static Path shared;

  @Test
  void startsKeepsItsRowsAndStartsAgainQuickly() {
    Path directory = shared.resolve("kept");
    try (var first = MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS)) {
      first
          .database()
          .useTransaction(
              handle ->
                  handle.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'Ärger' AS word"));
    }
    long start = System.nanoTime();
    try (var second = MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS)) {
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertThat(oneText(second, "SELECT word FROM kept")).isEqualTo("Ärger");
      assertThat(oneText(second, "SELECT upper(word) FROM kept")).isEqualTo("ÄRGER");
      assertThat(millis).as("restart in ms").isLessThan(5000);
    }
  }

  // Fails on a pg_hba.conf with `trust` (the default of initdb): the connection is accepted.
  @Test
  void connectingWithoutOrWithAWrongPasswordIsRefused() {
    try (var metadata = MetadataDatabase.open(shared.resolve("kept"), DatabaseConfig.DEFAULTS)) {
      String url = metadata.embedded().orElseThrow().url("boathouse");
      for (String user : new String[] {"boathouse", EmbeddedPostgres.SUPERUSER}) {
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, null))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("password");
        assertThatThrownBy(() -> DriverManager.getConnection(url, user, "guess"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("authentication failed");
      }
      var replication = new Properties();
      replication.putAll(Map.of("user", "boathouse", "replication", "database"));
      assertThatThrownBy(() -> DriverManager.getConnection(url, replication))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void theServersRoleIsNoSuperuserAndMayCreateNoRolesOrDatabases() {
    try (var metadata = MetadataDatabase.open(shared.resolve("kept"), DatabaseConfig.DEFAULTS)) {
      assertThat(
              oneText(
                  metadata,
                  "SELECT concat(rolsuper, rolcreaterole, rolcreatedb, rolreplication,"
                      + " rolbypassrls) FROM pg_roles WHERE rolname = current_user"))
          .isEqualTo("fffff");
      assertThat(oneText(metadata, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThatThrownBy(() -> oneText(metadata, "SHOW unix_socket_directories"))
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void passwordsAndDataAreReadableByTheirOwnerAlone() throws Exception {
    Path directory = shared.resolve("kept");
    try (var metadata = MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS)) {
      assertThat(metadata.embeddedProcess()).isPresent();
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("passwords"))))
          .isEqualTo("rw-------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("data"))))
          .isEqualTo("rwx------");
      assertThat(directory.resolve("initial-password")).doesNotExist();
      assertThat(metadata.embedded().orElseThrow().passwords().toString())
          .doesNotContain(Files.readAllLines(directory.resolve("passwords")).get(0));
    }
  }

  // Fails without the stop in EmbeddedPostgres.stopOrphan: "pre-existing shared memory block is
  // still in use", and the second server does not start.
  @Test
  void killedServerLeavesNoOrphanThatBlocksTheNextStart() throws Exception {
    Path directory = shared.resolve("kept");
    long orphan;
    try (var child = JavaProcess.start(OpenAndWait.class, directory.toString())) {
      orphan = Long.parseLong(child.awaitLine("pid "));
      child.kill();
    }
    assertThat(ProcessHandle.of(orphan)).as("the orphan of the killed server").isPresent();
    try (var metadata = MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS)) {
      assertThat(oneText(metadata, "SELECT word FROM survived")).isEqualTo("yes");
      assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  // Fails when stopOrphan trusts the number alone: it would stop this very JVM.
  @Test
  void leftoverProcessFileWithAReusedNumberStopsNobody() throws Exception {
    Path directory = shared.resolve("kept");
    MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS).close();
    Files.writeString(
        directory.resolve("data").resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");
    try (var metadata = MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS)) {
      assertThat(oneText(metadata, "SELECT 'up'")).isEqualTo("up");
    }
  }

  @Test
  void stopsCleanlyWithoutALeftProcess() {
    var metadata = MetadataDatabase.open(shared.resolve("kept"), DatabaseConfig.DEFAULTS);
    long pid = metadata.embeddedProcess().orElseThrow();
    metadata.close();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(shared.resolve("kept").resolve("data").resolve("postmaster.pid")).doesNotExist();
  }

  @Test
  void crashInTheFirstInitialisationIsRepeatedFromTheStart() throws Exception {
    Path directory = shared.resolve("kept");
    MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS).close();
    PostgresBinaries.deleteTree(directory.resolve("data"));
    Files.createDirectories(directory.resolve("data.partial").resolve("base"));
    Files.writeString(directory.resolve("data.partial").resolve("PG_VERSION"), "18");
    try (var metadata = MetadataDatabase.open(directory, DatabaseConfig.DEFAULTS)) {
      assertThat(oneText(metadata, "SELECT 'up'")).isEqualTo("up");
    }
  }

  @Test
  void databaseOfYourOwnIsUsedByItsUrl() {
    try (var other = TestDatabase.create();
        var metadata =
            MetadataDatabase.open(
                shared.resolve("unused"),
                new DatabaseConfig(
                    Optional.of(other.url()),
                    Optional.of(other.user()),
                    Optional.of(other.password()),
                    5))) {
      assertThat(oneText(metadata, "SELECT current_user::text")).isEqualTo(other.user());
      assertThat(metadata.embeddedProcess()).isEmpty();
      assertThat(shared.resolve("unused")).doesNotExist();
    }
  }

  @Test
  void unreachableDatabaseIsNamedWithWhatToCheckAndWithoutThePassword() {
    var config =
        new DatabaseConfig(
            Optional.of("jdbc:postgresql://127.0.0.1:1/none"),
            Optional.of("someone"),
            Optional.of("hunter2"),
            5);
    assertThatThrownBy(() -> MetadataDatabase.open(shared.resolve("unused"), config))
        .isInstanceOfSatisfying(
            LakeException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(failure.message()).contains("database.url").doesNotContain("hunter2");
            });
    assertThat(config.toString()).doesNotContain("hunter2");
  }

  @Test
  void unsupportedPlatformSaysToSetTheUrl() {
    assertThat(DatabaseErrors.unsupportedPlatform("Plan 9", "mips").message())
        .contains("Plan 9", "database.url");
  }

  private static String oneText(MetadataDatabase metadata, String query) {
    return metadata.database().read(handle -> handle.createQuery(query).mapTo(String.class).one());
  }

  /** Opens the database, writes a row, reports the process id and waits to be killed. */
  static final class OpenAndWait {
    private OpenAndWait() {}

    public static void main(String[] arguments) throws Exception {
      var metadata = MetadataDatabase.open(Path.of(arguments[0]), DatabaseConfig.DEFAULTS);
      metadata
          .database()
          .useTransaction(
              handle ->
                  handle.execute("CREATE TABLE IF NOT EXISTS survived AS SELECT 'yes' AS word"));
      System.out.println("pid " + metadata.embeddedProcess().orElseThrow());
      new java.util.concurrent.CountDownLatch(1).await();
    }
  }
}
