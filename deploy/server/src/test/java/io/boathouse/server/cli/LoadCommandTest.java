package io.boathouse.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of somebody with a file of their own, against a server in its own process. */
class LoadCommandTest {
  @TempDir static Path folder;
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerProcess.start(folder, List.of("serve", "--data-dir", "data", "--port", "0"));
    var unused = server.awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    server.terminate();
    var unused = server.awaitExit();
    server.close();
  }

  /** How a command ended and what it said. */
  private record Ended(int code, String out, String errors) {}

  private static Ended run(String command, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(command, "--data-dir", "data"));
    arguments.addAll(List.of(more));
    try (ServerProcess process = ServerProcess.start(folder, arguments)) {
      int code = process.awaitExit();
      return new Ended(code, String.join("\n", process.output()), process.errors());
    }
  }

  private static String file(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
    return name;
  }

  @Test
  void loadTellsWhatBecameOfTheRowsAndSqlReadsThem() throws Exception {
    String csv = file("my-sales 2024.csv", "id,amount\n1,5\n2,7\n2,7\n3,-1\n");
    Ended load =
        run("load", csv, "--distinct", "--reject", "negative amount=amount < 0", "--key", "k=id");
    assertThat(load.code()).as(load.errors()).isZero();
    assertThat(load.out())
        .contains("main.default.my_sales_2024 version 1  (created)")
        .containsPattern("read +4")
        .containsPattern("written +2")
        .containsPattern("duplicates +1")
        .containsPattern("rejected: negative amount +1")
        .containsPattern("sha256 [0-9a-f]{64}");
    Ended again = run("load", csv, "--distinct", "--reject", "negative amount=amount < 0");
    assertThat(again.out()).contains("was loaded before");

    String select = "select id from my_sales_2024 where amount > :least order by id";
    Ended number = run("sql", select, "--param", "least=6", "--format", "csv");
    assertThat(number.out()).isEqualTo("id\n2");
    Ended typed = run("sql", select, "--param", "least:INT=4", "--format", "csv");
    assertThat(typed.out()).isEqualTo("id\n1\n2");
    Ended wrong = run("sql", select, "--param", "least:PLANET=4");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.errors()).contains("PLANET");
  }

  @Test
  void scriptsRunAsCommandsAndEndWithTheCodeOfTheirStatements() throws Exception {
    String script =
        file("s.sql", "USE main.default;\nSELECT 1 AS a;\nSELECT nothing;\nSELECT 2;\n");
    Ended failed = run("sql", "-f", script, "--format", "csv");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).contains("a\n1").doesNotEndWith("2");
    assertThat(failed.errors()).contains("s.sql:3: ");
    Ended written =
        run("sql", "-e", "SELECT 1 AS a; SELECT 2 AS a", "-e", "SELECT 3 AS a", "-o", "all.csv");
    assertThat(written.code()).as(written.errors()).isZero();
    assertThat(folder.resolve("all.csv")).hasContent("a\n1\na\n2\na\n3");
    assertThat(run("sql", "-f", "absent.sql").code()).isEqualTo(1);
  }

  @Test
  void whatCannotBeLoadedIsToldAndTheCommandFails() throws Exception {
    Ended absent = run("load", "absent.csv");
    assertThat(absent.code()).isEqualTo(1);
    assertThat(absent.errors()).contains("absent.csv").doesNotContain("\tat ");
    Ended allRejected =
        run(
            "load",
            file("all.csv", "a\n1\n"),
            "--table",
            "main.default.all_out",
            "--reject",
            "no=true");
    assertThat(allRejected.code()).isEqualTo(1);
    assertThat(allRejected.out()).containsPattern("written +0");
    Ended unknown = run("load", file("what.bin", "x"));
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.errors()).contains("csv, json or parquet");
    Ended usage = run("load", file("one.csv", "a\n1\n"), "--reject", "no condition");
    assertThat(usage.code()).isEqualTo(2);
    assertThat(usage.errors()).contains("REASON=CONDITION");
    Ended help = run("load", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: boathouse load");
  }

  @Test
  void whyAboutAnUnknownPredictionFailsAndSaysSo() throws Exception {
    Ended unknown = run("why", "00000000-0000-4000-8000-000000000000");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.errors()).contains("00000000-0000-4000-8000-000000000000");
    Ended wrong = run("why", "../secret");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.errors()).contains("no prediction id");
  }
}
