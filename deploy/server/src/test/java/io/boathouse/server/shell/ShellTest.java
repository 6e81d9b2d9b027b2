package io.boathouse.server.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.platform.backup.DataDirectory;
import io.boathouse.platform.config.ConfigSources;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.server.Boathouse;
import io.boathouse.server.ServerConfig;
import io.boathouse.server.client.RestClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jline.reader.Parser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell on a terminal without a screen, against a server in this process. */
class ShellTest {
  @TempDir static Path folder;
  private static DataDirectory directory;
  private static Boathouse boathouse;
  private static RestClient client;

  @BeforeAll
  static void start() throws Exception {
    directory = DataDirectory.open(folder.resolve("data"));
    ServerConfig config =
        ServerConfig.load(
            new ConfigSources(Optional.empty(), Map.of(), Map.of("server.port", "0")));
    boathouse = new Boathouse(directory, config, InstantSource.system());
    client = new RestClient(boathouse.uri(), boathouse.administratorToken(""));
    assertThat(
            typed(
                """
                CREATE TABLE main.default.berths AS
                  SELECT * FROM (VALUES (1, 'Fram', 39.0::DOUBLE), (2, NULL, 12.5)) t(id, ship, length);
                """))
        .contains("1 row");
  }

  @AfterAll
  static void stop() throws Exception {
    boathouse.close();
    directory.close();
  }

  private static SqlSession session() {
    return new SqlSession(client, "default", Optional.empty());
  }

  /** What the shell shows to somebody who types these lines and leaves. */
  private static String typed(String lines) throws Exception {
    return typed(lines, Optional.empty());
  }

  private static String typed(String lines, Optional<Path> history) throws Exception {
    var in = new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
    var out = new ByteArrayOutputStream();
    try (Terminal terminal =
            new DumbTerminal("test", Terminal.TYPE_DUMB, in, out, StandardCharsets.UTF_8);
        SqlSession session = session()) {
      new Shell(terminal, session, RowPrinter.Form.TABLE, history).run();
      terminal.flush();
    }
    return out.toString(StandardCharsets.UTF_8).replace("\r", "");
  }

  private static Output output(StringWriter text, SqlSession session) {
    return new Output(session, new PrintWriter(text), RowPrinter.Form.TABLE);
  }

  @Test
  void aStatementGoesOnUntilItsSemicolonAndTheSessionStays() throws Exception {
    String shown =
        typed(
            """
            SELECT id,
              ship, ';' AS sign
            FROM berths ORDER BY id;
            CREATE SCHEMA main.quay; USE main.quay;
            SELECT current_schema() AS place;
            \\q
            SELECT 'never' || 'run';
            """);
    assertThat(shown)
        .contains("id  ship  sign\n--  ----  ----\n 1  Fram  ;\n 2  null  ;\n2 rows (")
        .contains("main.default> ")
        .contains("main.quay> ")
        .contains("place\n-----\nquay\n")
        .doesNotContain("neverrun");
  }

  @Test
  void anErrorIsShownAndTheShellGoesOn() throws Exception {
    String shown =
        typed(
            """
            SELECT nothing FROM berths; SELECT 'not' || 'run';
            \\unknown
            \\o
            SELECT 40 + 2 AS answer;
            """);
    assertThat(shown)
        .contains("nothing")
        .doesNotContain("notrun")
        .contains("There is no command \\unknown.")
        .contains("answer\n------\n    42\n");
  }

  @Test
  void commandsOfTheShellListThingsAndChangeWhatIsShown() throws Exception {
    String shown =
        typed(
            """
            \\?
            \\dt
            \\d berths
            \\timing off
            \\x on
            SELECT ship, length FROM berths WHERE id = 1;
            \\x off
            \\f csv
            SELECT ship, length FROM berths ORDER BY id;
            """);
    assertThat(shown)
        .contains("one line a value")
        .contains("berths")
        .contains("double")
        .contains("-[ row 1 ]------\nship   | Fram\nlength | 39.0\n1 row\n")
        .contains("ship,length\nFram,39.0\n,12.5\n");
  }

  @Test
  void namesAreCompletedAsTheCallerSeesThem() throws Exception {
    try (SqlSession session = session()) {
      var completer = new NameCompleter(new CatalogNames(client), session);
      assertThat(completer.offered("SELECT * FROM ma", "ma")).contains("main", "max");
      assertThat(completer.offered("SELECT * FROM main.de", "main.de")).contains("main.default");
      assertThat(completer.offered("x", "main.default.be")).containsExactly("main.default.berths");
      assertThat(completer.offered("SELECT le FROM berths", "le")).contains("length", "left");
      assertThat(completer.offered("SELECT b.le FROM main.default.berths b", "b.le"))
          .containsExactly("b.length");
      assertThat(completer.offered("SEL", "SEL")).containsExactly("SELECT");
      assertThat(completer.offered("\\ti", "\\ti")).containsExactly("\\timing");
      assertThat(completer.offered("x", "absent.x.y.z")).isEmpty();
    }
    String line = "SELECT b.le FROM berths b";
    assertThat(new StatementInput().parse(line, 11, Parser.ParseContext.COMPLETE).word())
        .isEqualTo("b.le");
  }

  @Test
  void historyIsKeptForItsOwnerAlone() throws Exception {
    Path file = folder.resolve("history");
    String unused = typed("SELECT\n1;\n SELECT 'secret';\n", Optional.of(file));
    assertThat(Files.readString(file)).contains("SELECT").doesNotContain("secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void resultsGoToFilesWithTheirTypes() throws Exception {
    Path parquet = folder.resolve("out.parquet");
    Path csv = folder.resolve("out.csv");
    String shown =
        typed(
            """
            \\o %s
            SELECT id, ship, length, DATE '2001-02-03' AS day, 1.50::DECIMAL(5,2) AS fee, TRUE AS free,
              TIMESTAMPTZ '2001-02-03 04:05:06.789Z' AS at, [1, 2] AS list, {'a': 'b'} AS pair,
              MAP {'k': 7} AS named, 'ab'::BLOB AS raw
            FROM berths ORDER BY id;
            SELECT 1;
            \\o %s
            SELECT id, ship FROM berths ORDER BY id;
            SELECT 'a,b' AS t;
            \\o
            SELECT 'here' AS shown;
            """
                .formatted(parquet, csv));
    assertThat(shown)
        .contains("2 rows to " + parquet)
        .contains("has room for one")
        .contains("here\n");
    assertThat(Files.readString(csv)).isEqualTo("id,ship\n1,Fram\n2,\nt\n\"a,b\"\n");
    var duck = new DuckDb(new DuckDbConfig("256MB", 1, folder));
    try (var reading = duck.open(DuckAccess.reading(parquet))) {
      List<String> types =
          reading.query(
              "DESCRIBE SELECT * FROM read_parquet('" + parquet + "')", row -> row.getString(2));
      assertThat(types)
          .containsExactly(
              "INTEGER",
              "VARCHAR",
              "DOUBLE",
              "DATE",
              "DECIMAL(5,2)",
              "BOOLEAN",
              "TIMESTAMP WITH TIME ZONE",
              "INTEGER[]",
              "STRUCT(a VARCHAR)",
              "MAP(VARCHAR, INTEGER)",
              "BLOB");
      List<String> rows =
          reading.query(
              "SELECT concat_ws('|', id, ship, length, day, fee, free, epoch_ms(\"at\"), list[1],"
                  + " list[2], pair, named, raw) FROM read_parquet('"
                  + parquet
                  + "') LIMIT 1",
              row -> row.getString(1));
      assertThat(rows)
          .containsExactly("1|Fram|39.0|2001-02-03|1.50|true|981173106789|1|2|{'a': b}|{k=7}|ab");
    }
  }

  @Test
  void resultsLargerThanAReplyComeInChunks() throws Exception {
    Path csv = folder.resolve("large.csv");
    try (SqlSession session = session()) {
      Output output = output(new StringWriter(), session);
      output.into(csv);
      output.run("SELECT i, repeat('x', 100) FROM range(200000) r(i)", List.of());
    }
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(200_001);
    assertThat(lines.get(200_000)).startsWith("199999,xxx");
  }

  @Test
  void controlCCancelsTheStatementAndTheShellGoesOn() throws Exception {
    try (var keys = new PipedOutputStream();
        var in = new PipedInputStream(keys);
        var out = new ByteArrayOutputStream();
        Terminal terminal =
            new DumbTerminal("test", Terminal.TYPE_DUMB, in, out, StandardCharsets.UTF_8);
        SqlSession session = session()) {
      CompletableFuture<Void> shell =
          CompletableFuture.runAsync(
              () -> {
                try {
                  new Shell(terminal, session, RowPrinter.Form.TABLE, Optional.empty()).run();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      keys.write(
          """
          SELECT 'started' || '' AS s;
          SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3;
          """
              .getBytes(StandardCharsets.UTF_8));
      keys.flush();
      while (!(out.toString(StandardCharsets.UTF_8).contains("1 row (") && session.isRunning())) {
        Thread.onSpinWait();
      }
      terminal.raise(Terminal.Signal.INT);
      keys.write("SELECT 'still ' || 'here' AS s;\n\\q\n".getBytes(StandardCharsets.UTF_8));
      keys.flush();
      shell.get(20, TimeUnit.SECONDS);
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("CANCELED").contains("still here");
    }
  }

  @Test
  void aScriptStopsAtItsFirstErrorAndNamesTheLine() throws Exception {
    Path script = folder.resolve("s.sql");
    Files.writeString(script, "SELECT 1 AS a;\n\nSELECT b;\nSELECT 3 AS c;\n");
    var shown = new StringWriter();
    var errors = new StringWriter();
    try (SqlSession session = session()) {
      assertThat(
              new ScriptRun(output(shown, session), List.of(), false, new PrintWriter(errors))
                  .file(script))
          .isFalse();
      assertThat(shown.toString()).contains("a\n").doesNotContain("c\n");
      assertThat(errors.toString()).contains(script + ":3: ").contains("b");
      assertThat(
              new ScriptRun(output(shown, session), List.of(), true, new PrintWriter(errors))
                  .file(script))
          .isFalse();
      assertThat(shown.toString()).contains("c\n");
      var again = new ScriptRun(output(shown, session), List.of(), false, new PrintWriter(errors));
      assertThatThrownBy(() -> again.file(folder.resolve("absent.sql")))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("absent.sql");
    }
  }
}
