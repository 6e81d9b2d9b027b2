package io.boathouse.ingest.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.ingest.file.LoadRequest.Reading;
import io.boathouse.ingest.file.LoadRequest.RejectRule;
import io.boathouse.ingest.file.LoadRequest.Shaping;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the bytes of a file. */
class FileLoaderTest {
  @TempDir static Path temp;
  private static TestLoads loads;

  @BeforeAll
  static void start() {
    loads = new TestLoads(temp);
  }

  @AfterAll
  static void stop() {
    loads.close();
  }

  @Test
  void aCsvFileBecomesATableWithInferredTypes() {
    FullName table = loads.newTable();

    LoadResult result =
        loads.load(
            table,
            "id,name,paid on,amount\n1,tea,2026-01-02,2.5\n2,\"a, b\",2026-01-03,\n",
            "shop.csv");

    assertThat(result.created()).isTrue();
    assertThat(result.read()).isEqualTo(2);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected()).isEmpty();
    assertThat(loads.house.query("select * from " + table + " order by id"))
        .isEqualTo("[[\"1\",\"tea\",\"2026-01-02\",\"2.5\"],[\"2\",\"a, b\",\"2026-01-03\",null]]");
    assertThat(loads.house.query("describe " + table))
        .isEqualTo(
            "[[\"id\",\"bigint\",\"\"],[\"name\",\"string\",\"\"],[\"paid_on\",\"date\",\"\"],[\"amount\",\"double\",\"\"]]");
  }

  @Test
  void linesThatDoNotFitAreKeptWithTheirLineAndReason() {
    FullName table = loads.newTable();
    var reading =
        new Reading(
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of("id", "bigint"));
    String content = "id,name\n1,a\nx,b\n3,c,surplus\n4,d\n5,e\n";

    LoadResult result =
        loads
            .house
            .ingest
            .loader()
            .load(
                loads.house.admin,
                loads.request(
                    table,
                    content.getBytes(StandardCharsets.UTF_8),
                    "bad.csv",
                    reading,
                    loads.rules(new RejectRule("four is unlucky", "id = 4"))));

    assertThat(result.read()).isEqualTo(5);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected())
        .containsEntry("four is unlucky", 1L)
        .containsEntry("CSV cast", 1L)
        .hasSize(3);
    assertThat(
            loads.house.query("select line, reason, row from " + table + "_rejects order by line"))
        .isEqualTo(
            "[[\"3\",\"CSV cast\",\"x,b\"],[\"4\",\"CSV too many columns\",\"3,c,surplus\"],"
                + "[\"5\",\"four is unlucky\",\"{\\\"id\\\":4,\\\"name\\\":\\\"d\\\"}\"]]");
  }

  @Test
  void jsonLinesKeepNestedValuesAndTellOfBrokenLines() {
    FullName table = loads.newTable();

    LoadResult result =
        loads.load(
            table,
            "\uFEFF{\"a\":1,\"at\":\"2026-01-02 03:04:05\"}\n\n"
                + "not json\n"
                + "[1]\n"
                + "{\"a\":2,\"n\":{\"k\":[1,2]}}\n"
                + "{\"a\"",
            "events.jsonl");

    assertThat(result.read()).isEqualTo(5);
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected()).containsOnly(Map.entry("JSON line is not an object", 3L));
    assertThat(loads.house.query("select a, n.k from " + table + " order by a"))
        .isEqualTo("[[\"1\",null],[\"2\",\"[1,2]\"]]");
    assertThat(loads.house.query("select line from " + table + "_rejects order by line"))
        .isEqualTo("[[\"3\"],[\"4\"],[\"6\"]]");
  }

  @Test
  void parquetValuesThatDoNotFitTheTableAreRejects() throws IOException {
    FullName table = loads.newTable();
    loads.house.query("create table " + table + " (id bigint, day date)");

    LoadResult result =
        loads.load(
            table,
            loads.parquet(
                "select * from (values ('1', '2026-01-02'), ('x', '2026-01-02'), (null, null))"
                    + " t(id, day)"),
            "typed.parquet",
            Shaping.NONE);

    assertThat(result.created()).isFalse();
    assertThat(result.written()).isEqualTo(2);
    assertThat(result.rejected()).containsOnly(Map.entry("value does not fit its type", 1L));
    assertThat(loads.house.query("select line, column_name from " + table + "_rejects"))
        .isEqualTo("[[\"2\",\"id\"]]");
  }

  /** Seen to hold the row when rejects of a guarded table were written as those of any other. */
  @Test
  void rejectsOfAGuardedTableKeepTheReasonAndNotTheRow() {
    FullName table = loads.newTable();
    FullName shut = table.parent().child(table.name() + "_shut");
    loads.house.query("create table " + table + " (id bigint, pay bigint)");
    loads.house.query("create function " + shut + " (pay bigint) returns boolean return pay < 0");
    loads.house.query("alter table " + table + " set row filter " + shut + " on (pay)");

    LoadResult result =
        loads.load(
            table,
            "id,pay\n1,7\nx,8812\n".getBytes(StandardCharsets.UTF_8),
            "pay.csv",
            Shaping.NONE);

    assertThat(result.rejected()).containsOnly(Map.entry("CSV cast", 1L));
    assertThat(loads.house.query("select line, reason, row from " + table + "_rejects"))
        .isEqualTo("[[\"3\",\"CSV cast\",null]]");
  }

  @Test
  void theSameFileIsLoadedOnceAndTellsTheSame() {
    FullName table = loads.newTable();
    String content = "id,v\n1,a\n2,b\n2,b\nx,c\n";
    Shaping shaping =
        new Shaping(
            Optional.empty(),
            List.of(new RejectRule("no number", "try_cast(id AS int) IS NULL")),
            Optional.of(List.of()),
            Optional.empty(),
            List.of());
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);

    LoadResult first = loads.load(table, bytes, "once.csv", shaping);
    LoadResult again = loads.load(table, bytes, "renamed.csv", shaping);

    assertThat(first.alreadyLoaded()).isFalse();
    assertThat(again.alreadyLoaded()).isTrue();
    assertThat(again.version()).isEqualTo(first.version());
    assertThat(List.of(again.read(), again.written(), again.duplicates(), again.rejected()))
        .isEqualTo(List.of(4L, 2L, 1L, Map.of("no number", 1L)));
    assertThat(loads.house.query("select count(*) from " + table)).isEqualTo("[[\"2\"]]");
    assertThat(loads.house.query("select count(*) from " + table + "_rejects"))
        .isEqualTo("[[\"1\"]]");
  }

  /**
   * The commit is the only step that counts: a process that dies before it leaves no row, one that
   * dies after it finishes by being asked again. Seen to lose the rejects when they were written
   * only with a first load.
   */
  @Test
  void aLoadThatStoppedBetweenItsCommitsIsCompletedByAskingAgain() {
    FullName table = loads.newTable();
    byte[] bytes = "id\n1\nx\n".getBytes(StandardCharsets.UTF_8);
    Shaping shaping = loads.rules(new RejectRule("no number", "try_cast(id AS int) IS NULL"));
    LoadResult first = loads.load(table, bytes, "stopped.csv", shaping);
    loads.house.query("drop table " + table + "_rejects");

    LoadResult again = loads.load(table, bytes, "stopped.csv", shaping);

    assertThat(again.alreadyLoaded()).isTrue();
    assertThat(again.rejected()).isEqualTo(first.rejected());
    assertThat(loads.house.query("select count(*) from " + table)).isEqualTo("[[\"1\"]]");
    assertThat(loads.house.query("select count(*) from " + table + "_rejects"))
        .isEqualTo("[[\"1\"]]");
  }

  /** Seen to end the process or load half a file when files were read without being probed. */
  @ParameterizedTest
  @ValueSource(
      strings = {"magic only", "truncated", "footer length", "row count", "zeroed page", "text"})
  void case10_parquetThatLiesIsRefusedAndNothingStays(String damage) throws IOException {
    byte[] good = loads.parquet("select r, repeat('x', 100) || r as s from range(5000) t(r)");
    byte[] bad =
        switch (damage) {
          case "magic only" -> "PAR1PAR1".getBytes(StandardCharsets.US_ASCII);
          case "truncated" -> Arrays.copyOf(good, good.length / 2);
          case "footer length" -> {
            byte[] lying = good.clone();
            Arrays.fill(lying, lying.length - 8, lying.length - 4, (byte) 0x7F);
            yield lying;
          }
          case "row count" -> corruptedFooter(good);
          case "zeroed page" -> {
            byte[] lying = good.clone();
            Arrays.fill(lying, 4, Math.min(4000, lying.length / 2), (byte) 0);
            yield lying;
          }
          default -> "this is no parquet at all, only text".getBytes(StandardCharsets.US_ASCII);
        };
    FullName table = loads.newTable();

    LakeException failure = loads.failure(table, bad, "lying.parquet");

    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.reason()).isEqualTo("UNREADABLE_FILE");
    assertThat(failure.message()).contains("lying.parquet");
    assertThat(loads.house.lakehouse.catalog.relations().find(loads.house.admin, table)).isEmpty();
    assertThat(loads.load(loads.newTable(), good, "good.parquet", Shaping.NONE).written())
        .isEqualTo(5000);
  }

  private static byte[] corruptedFooter(byte[] good) {
    byte[] lying = good.clone();
    int footer =
        (lying[lying.length - 8] & 0xFF)
            | (lying[lying.length - 7] & 0xFF) << 8
            | (lying[lying.length - 6] & 0xFF) << 16;
    Arrays.fill(
        lying, lying.length - 8 - footer, lying.length - 8 - footer + footer / 2, (byte) 0xFF);
    return lying;
  }

  /** Seen to make empty tables of empty files. */
  @Test
  void case82_filesWithoutContentOrInAnotherEncodingAreRefused() {
    FullName table = loads.newTable();

    assertThat(loads.failure(table, new byte[0], "empty.csv").reason()).isEqualTo("EMPTY_FILE");
    assertThat(
            loads
                .failure(table, "id,name\n1,a\n".getBytes(StandardCharsets.UTF_16), "wide.csv")
                .reason())
        .isEqualTo("NOT_UTF8");
    assertThat(loads.failure(table, "x".getBytes(StandardCharsets.UTF_8), "what.bin").reason())
        .isEqualTo("UNKNOWN_FILE_FORMAT");
    assertThat(loads.house.lakehouse.catalog.relations().find(loads.house.admin, table)).isEmpty();
  }

  /** A name says nothing: the digest decides. Seen to skip the second when names were compared. */
  @Test
  void case82_aFileRewrittenUnderTheSameNameIsAnotherFile() {
    FullName table = loads.newTable();

    LoadResult first = loads.load(table, "\uFEFFid,name\n1,a\n", "daily.csv");
    LoadResult second = loads.load(table, "id,name\n2,b\n", "daily.csv");

    assertThat(second.alreadyLoaded()).isFalse();
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(loads.house.query("select id, name from " + table + " order by id"))
        .isEqualTo("[[\"1\",\"a\"],[\"2\",\"b\"]]");
  }

  @Test
  void wideTextWithManyLinesLoadsWhole() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write("id,text\n".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < 50_000; i++) {
      content.write((i + ",\"line " + i + "\"\n").getBytes(StandardCharsets.UTF_8));
    }
    FullName table = loads.newTable();

    LoadResult result = loads.load(table, content.toByteArray(), "wide.csv", Shaping.NONE);

    assertThat(result.written()).isEqualTo(50_000);
    assertThat(loads.house.query("select max(id) from " + table)).isEqualTo("[[\"49999\"]]");
  }
}
