package io.boathouse.platform.duckdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckSessionTest {
  @TempDir Path temp;
  private Path readable;
  private Path outside;
  private Path tmp;
  private DuckDb duckDb;

  @BeforeEach
  void folders() throws IOException {
    readable = Files.createDirectory(temp.resolve("it's readable"));
    outside = Files.createDirectory(temp.resolve("it's readable too"));
    tmp = Files.createDirectory(temp.resolve("tmp"));
    Files.writeString(readable.resolve("inside.csv"), "a\n1\n", UTF_8);
    Files.writeString(outside.resolve("outside.csv"), "a\n2\n", UTF_8);
    duckDb = new DuckDb(new DuckDbConfig("256MB", 2, tmp));
  }

  @Test
  void readsWhatItWasGivenAndWritesItsScratch() {
    Path single = outside.resolve("outside.csv");
    try (DuckSession session = duckDb.open(DuckAccess.reading(readable, single))) {
      Path parquet = session.scratch().resolve("copy.parquet");
      session.execute(
          "COPY (FROM read_csv(%s) UNION ALL FROM read_csv(%s)) TO %s (FORMAT parquet)"
              .formatted(
                  SqlText.literal(readable.resolve("inside.csv")),
                  SqlText.literal(single),
                  SqlText.literal(parquet)));

      assertThat(
              session.query(
                  "SELECT a FROM read_parquet(" + SqlText.literal(parquet) + ") WHERE a > ?",
                  row -> row.getLong(1),
                  1))
          .containsExactly(2L);
    }
  }

  @Test
  void sessionsOfOneInstanceDoNotSeeEachOthersViews() throws IOException {
    try (DuckInstance instance = duckDb.openShared(DuckAccess.reading(readable));
        DuckSession one = instance.session();
        DuckSession other = instance.session()) {
      one.execute("CREATE TEMP VIEW mine AS SELECT 42 AS secret");

      assertThat(one.query("SELECT secret FROM mine", row -> row.getInt(1))).containsExactly(42);
      assertThatThrownBy(() -> other.query("SELECT secret FROM mine", row -> row.getInt(1)))
          .hasMessageContaining("mine");
      assertThat(
              other.query(
                  "SELECT view_name FROM duckdb_views() WHERE sql LIKE '%secret%'",
                  row -> row.getString(1)))
          .isEmpty();
    }
    try (Stream<Path> left = Files.list(tmp)) {
      assertThat(left).isEmpty();
    }
  }

  /** Seen to fail without "SET enable_external_access = false" in DuckDb.settings. */
  @Test
  void whatLiesOutsideIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(readable.resolve("link"), outside);
    String secret = SqlText.literal(outside.resolve("outside.csv"));
    try (DuckSession session = duckDb.open(DuckAccess.reading(readable))) {
      for (String sql :
          List.of(
              "FROM read_csv(" + secret + ")",
              "SELECT * FROM " + secret,
              "FROM read_csv(" + SqlText.literal(link.resolve("outside.csv")) + ")",
              "FROM read_csv("
                  + SqlText.literal(readable + "/../it's readable too/outside.csv")
                  + ")",
              "FROM read_text('/etc/passwd')",
              "FROM glob('/etc/*')",
              "COPY (SELECT 1) TO " + SqlText.literal(outside.resolve("stolen.csv")),
              "ATTACH " + SqlText.literal(outside.resolve("stolen.db")),
              "EXPORT DATABASE " + SqlText.literal(outside.resolve("stolen")),
              "INSTALL httpfs",
              "LOAD httpfs",
              "LOAD '/tmp/evil.so'",
              "CREATE PERSISTENT SECRET s (TYPE s3)",
              "FROM read_csv('http://127.0.0.1:1/x.csv')")) {
        LakeException failure =
            catchThrowableOfType(LakeException.class, () -> session.execute(sql));

        assertThat(failure).as(sql).isNotNull();
        assertThat(failure.code())
            .as(sql + ": " + failure.getCause())
            .isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.INVALID_ARGUMENT);
        assertThat(failure.message()).doesNotContain(outside.toString());
      }
    }
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("outside.csv");
    }
  }

  /** Seen to fail without "SET lock_configuration = true" in DuckDb.settings. */
  @Test
  void settingsCannotBeChanged() {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      for (String sql :
          List.of(
              "SET enable_external_access = true",
              "SET GLOBAL lock_configuration = false",
              "SET allowed_directories = ['/']",
              "SET memory_limit = '100GB'",
              "SET threads = 64",
              "RESET threads",
              "PRAGMA threads = 64",
              "SET TimeZone = 'America/New_York'",
              "SET autoload_known_extensions = true",
              "SET profiling_output = '/tmp/profile.json'")) {
        LakeException failure =
            catchThrowableOfType(LakeException.class, () -> session.execute(sql));
        assertThat(failure).as(sql).isNotNull();
      }
      assertThat(session.query("SELECT current_setting('TimeZone')", row -> row.getString(1)))
          .containsExactly("UTC");
    }
  }

  @Test
  void aMistakeInTheSqlSaysWhatItIs() {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      LakeException failure =
          catchThrowableOfType(
              LakeException.class, () -> session.query("SELECT nosuch FROM range(3)", row -> row));

      assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(failure.message()).contains("nosuch");
      assertThat(session.query("SELECT 1", row -> row.getInt(1))).containsExactly(1);
    }
  }

  @Test
  void aStatementThatNeedsTooMuchMemoryFailsAndTheSessionLives() {
    DuckAccess small = DuckAccess.scratchOnly().withMemoryLimit("20MB").withThreads(1);
    try (DuckSession session = duckDb.open(small)) {
      LakeException failure =
          catchThrowableOfType(
              LakeException.class,
              () -> session.execute("SELECT list(r) FROM range(50000000) x(r)"));

      assertThat(failure.reason()).isEqualTo("OUT_OF_MEMORY");
      assertThat(session.query("SELECT 1", row -> row.getInt(1))).containsExactly(1);
    }
  }

  @Test
  void interruptStopsARunningStatement() throws InterruptedException {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly());
        var watchdog = Executors.newSingleThreadScheduledExecutor()) {
      var ticking =
          watchdog.scheduleAtFixedRate(session::interrupt, 200, 50, TimeUnit.MILLISECONDS);
      LakeException failure =
          catchThrowableOfType(
              LakeException.class,
              () ->
                  session.execute(
                      "SELECT count(*) FROM range(10000000000000) WHERE range % 7 = 3"));
      ticking.cancel(false);

      assertThat(failure.reason()).isEqualTo("STATEMENT_INTERRUPTED");
    }
  }

  @Test
  void closingLeavesNothingBehind() throws IOException {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      session.execute("COPY (SELECT 1) TO " + SqlText.literal(session.scratch().resolve("x.csv")));
    }
    try (Stream<Path> files = Files.list(tmp)) {
      assertThat(files).isEmpty();
    }
  }
}
