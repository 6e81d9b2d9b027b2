package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaWritesTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(
          Column.of("id", new DataType.LongType()).notNull(),
          Column.of("name", new DataType.StringType()));

  @TempDir Path temp;
  private Path folder;
  private LooseTable table;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  @Test
  void whatIsWrittenIsReadByUsAndByKernelAlike() throws IOException {
    table.create(NUMBERS);
    table.append("SELECT range AS id, 'n' || range AS name FROM range(1000)");
    table.append("SELECT 5000 AS ID");

    assertThat(table.rows("SELECT count(*), sum(id), count(name) FROM t"))
        .containsExactly("1001|504500|1000");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void allTypesComeBack() throws IOException {
    String select =
        """
        SELECT true AS a, CAST(-128 AS TINYINT) AS b, CAST(-32768 AS SMALLINT) AS c,
          CAST(-2147483648 AS INTEGER) AS d, -9223372036854775808 AS e, CAST(1.5 AS FLOAT) AS f,
          CAST('NaN' AS DOUBLE) AS g, CAST('12345678901234567890.1234' AS DECIMAL(24, 4)) AS h,
          'ü🚤''"' AS i, '\\x00\\xFF'::BLOB AS j, DATE '0001-01-01' AS k,
          TIMESTAMPTZ '2001-04-01 09:59:59.999999+00' AS l, TIMESTAMP '1969-12-31 23:59:59.000001' AS m,
          [1, NULL, 3] AS n, {'x': 1, 'y': {'z': 'deep'}} AS o, MAP {'k': 1.5::DOUBLE} AS p
        UNION ALL BY NAME SELECT NULL::BOOLEAN AS a
        """;
    TableSchema schema =
        new TableSchema(
            Stream.of(
                    "a boolean",
                    "b tinyint",
                    "c smallint",
                    "d int",
                    "e bigint",
                    "f float",
                    "g double",
                    "h decimal(24,4)",
                    "i string",
                    "j binary",
                    "k date",
                    "l timestamp",
                    "m timestamp_ntz",
                    "n array<int>",
                    "o struct<x:int,y:struct<z:string>>",
                    "p map<string,double>")
                .map(text -> text.split(" ", 2))
                .map(parts -> Column.of(parts[0], DataType.parse(parts[1])))
                .toList());
    table.create(schema);
    table.append(select);

    assertThat(table.log().latest().schema()).isEqualTo(schema);
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
    assertThat(table.rows("SELECT i, hex(j), k, l, m, n, o.y.z, p['k'] FROM t WHERE a"))
        .containsExactly(
            "ü🚤'\"|00FF|0001-01-01|2001-04-01T09:59:59.999999Z|1969-12-31 23:59:59.000001|[1,"
                + " NULL, 3]|deep|1.5");
  }

  @Test
  void partitionValuesAreInTheLogAndComeBack() throws IOException {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("day", new DataType.DateType()),
            Column.of("who", new DataType.StringType())),
        "day",
        "who");
    table.append(
        """
        SELECT * FROM (VALUES (1, DATE '2001-01-01', 'a/b=c %20'), (2, NULL, 'x'),
          (3, DATE '2001-01-01', NULL), (4, DATE '2001-01-01', 'a/b=c %20')) AS v(id, day, who)
        """);

    assertThat(table.log().latest().files()).hasSize(3);
    assertThat(table.rows("SELECT id, day, who FROM t ORDER BY id"))
        .containsExactly(
            "1|2001-01-01|a/b=c %20", "2|null|x", "3|2001-01-01|null", "4|2001-01-01|a/b=c %20");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void everyVersionStaysReadable() {
    table.create(NUMBERS);
    table.append("SELECT 1 AS id");
    Commit second = table.append("SELECT 2 AS id");
    table.overwrite("SELECT 30 AS id");

    assertThat(table.rows("SELECT id FROM t")).containsExactly("30");
    assertThat(idsAt(table.log().at(2))).containsExactly(1L, 2L);
    assertThat(idsAt(table.log().at(0))).isEmpty();
    assertThat(idsAt(table.log().at(second.at()))).containsExactly(1L, 2L);
    for (Callable<?> absent :
        List.<Callable<?>>of(
            () -> table.log().at(4),
            () -> table.log().at(-1),
            () -> table.log().at(Instant.EPOCH))) {
      assertThat(catchThrowableOfType(LakeException.class, absent::call).code())
          .isEqualTo(ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void historyTellsWhatReallyHappened() {
    table.create(NUMBERS);
    table.append(
        "SELECT range AS id FROM range(10)",
        new WriteOptions("COPY INTO", Optional.empty(), Map.of("source", "a \"file\".csv")));
    table.overwrite("SELECT 1 AS id");
    List<Commit> history = table.log().history(10);

    assertThat(history)
        .extracting(Commit::operation)
        .containsExactly("OVERWRITE", "COPY INTO", "CREATE TABLE");
    assertThat(history).extracting(Commit::rows).containsExactly(1L, 10L, 0L);
    assertThat(history).extracting(Commit::files).containsExactly(1L, 1L, 0L);
    assertThat(history.get(1).parameters()).containsEntry("source", "a \"file\".csv");
    assertThat(history.get(0).at()).isAfter(history.get(1).at());
    assertThat(table.log().history(1)).hasSize(1);
  }

  @Test
  void statisticsAreInTheLogAndBoundTheValues() {
    table.create(NUMBERS);
    table.append(
        "SELECT range + 5 AS id, CASE WHEN range < 3 THEN NULL ELSE repeat('zä🚤', 40) END AS name"
            + " FROM range(10)");
    var statistics = table.reopened().log().latest().files().getFirst().statistics().orElseThrow();

    assertThat(statistics.rows()).isEqualTo(10);
    assertThat(statistics.columns().get("id").min()).isEqualTo(Optional.of(5L));
    assertThat(statistics.columns().get("id").max()).isEqualTo(Optional.of(14L));
    assertThat(statistics.columns().get("name").nulls()).contains(3L);
    String longText = "zä🚤".repeat(40);
    assertThat((String) statistics.columns().get("name").min().orElseThrow())
        .hasSizeLessThanOrEqualTo(32)
        .isLessThanOrEqualTo(longText);
    assertThat((String) statistics.columns().get("name").max().orElseThrow())
        .hasSizeLessThanOrEqualTo(34)
        .isGreaterThanOrEqualTo(longText);
  }

  /** The defence is DeltaLog.applied, and behind it the transaction id in the commit. */
  @Test
  void case75_aRepeatedWriteHasOneEffectAndFlatCost() {
    table.create(NUMBERS);
    WriteOptions once = WriteOptions.of("LOAD").once(new TransactionId("file-a", 7));
    Commit first = table.append("SELECT 1 AS id", once);
    for (int i = 0; i < 3; i++) {
      Commit again = table.reopened().append("SELECT 1 AS id", once);
      assertThat(again.alreadyApplied()).isTrue();
      assertThat(again.version()).isEqualTo(first.version());
    }
    Commit older =
        table.append(
            "SELECT 1 AS id", WriteOptions.of("LOAD").once(new TransactionId("file-a", 6)));

    assertThat(first.alreadyApplied()).isFalse();
    assertThat(older.alreadyApplied()).isTrue();
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.log().latest().version()).isEqualTo(1);
    assertThat(dataFiles()).hasSize(1);
    assertThat(
            table
                .append(
                    "SELECT 2 AS id", WriteOptions.of("LOAD").once(new TransactionId("file-b", 7)))
                .version())
        .isEqualTo(2);
  }

  @Test
  void case75_theSameWriteFromManyThreadsHasOneEffect() throws Exception {
    table.create(NUMBERS);
    WriteOptions once = WriteOptions.of("LOAD").once(new TransactionId("file-a", 0));
    List<Commit> commits =
        together(4, () -> table.reopened().append("SELECT range AS id FROM range(100)", once));

    assertThat(commits).filteredOn(commit -> !commit.alreadyApplied()).hasSize(1);
    assertThat(commits).extracting(Commit::version).containsOnly(1L);
    assertThat(table.count()).isEqualTo(100);
    assertThat(dataFiles()).hasSize(1);
  }

  /** The defence is put-if-absent in NotingCommitter. */
  @Test
  void ofConcurrentAppendsNoneIsLost() throws Exception {
    table.create(NUMBERS);
    List<Commit> commits =
        together(
            4,
            () -> {
              LooseTable own = table.reopened();
              Commit last = own.append("SELECT 1 AS id");
              for (int i = 0; i < 5; i++) {
                last = own.append("SELECT 1 AS id");
              }
              return last;
            });

    assertThat(commits).hasSize(4);
    assertThat(table.count()).isEqualTo(24);
    assertThat(table.log().latest().version()).isEqualTo(24);
    assertThat(KernelReads.rows(folder)).hasSize(24);
  }

  /** The defence is that Kernel may not retry an overwrite: DeltaWriter.overwrite does. */
  @Test
  void overwritesAndAppendsThatMeetLeaveNoHalfState() throws Exception {
    table.create(NUMBERS);
    List<Commit> commits =
        together(
            4,
            () -> {
              LooseTable own = table.reopened();
              own.append("SELECT 1 AS id");
              return own.overwrite("SELECT 100 AS id UNION ALL SELECT 101");
            });
    long lastOverwrite = commits.stream().mapToLong(Commit::version).max().orElseThrow();

    assertThat(idsAt(table.log().at(lastOverwrite))).containsExactly(100L, 101L);
    assertThat(table.log().latest().version()).isEqualTo(8);
  }

  @Test
  void rowsThatDoNotFitAreRefusedByNameAndTypesAndLeaveNothing() {
    table.create(NUMBERS);
    assertThat(refusal("SELECT 'x' AS id").details())
        .containsEntry("field", "id")
        .containsEntry("expected", "bigint")
        .containsEntry("found", "string");
    assertThat(refusal("SELECT 1.5 AS id").details()).containsEntry("found", "decimal(2,1)");
    assertThat(refusal("SELECT 1 AS id, 2 AS other").reason()).isEqualTo("UNKNOWN_COLUMN");
    assertThat(refusal("SELECT 'x' AS name").reason()).isEqualTo("MISSING_COLUMN");
    assertThat(refusal("SELECT CAST(NULL AS BIGINT) AS id").reason()).isEqualTo("NULL_IN_COLUMN");
    assertThat(refusal("SELECT 170141183460469231731687303715884105727 AS id").reason())
        .isEqualTo("SQL_VALUE");
    assertThat(refusal("SELECT INTERVAL 1 DAY AS id").reason()).isEqualTo("TYPE_NOT_STORABLE");
    assertThat(table.log().latest().version()).isZero();
    assertThat(dataFiles()).isEmpty();
  }

  @Test
  void valuesAtHandAreRows() throws IOException {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("score", new DataType.DoubleType()),
            Column.of("at", new DataType.TimestampType()),
            Column.of("raw", new DataType.BinaryType()),
            Column.of("text", new DataType.StringType()),
            Column.of("list", DataType.parse("array<struct<a:int,b:string>>"))));
    Instant at = Instant.parse("2001-06-30T12:00:00.000001Z");
    List<List<Object>> rows = new ArrayList<>();
    rows.add(
        List.of(
            Long.MAX_VALUE,
            0.1 + 0.2,
            at,
            new byte[] {0, -1},
            "a\"b\\\n",
            List.of(Map.of("a", 1, "b", "x"))));
    rows.add(Arrays.asList(1, Double.NaN, null, null, null, null));
    table.append(new Rows.Values(table.log().latest().schema(), rows));

    assertThat(
            table.rows("SELECT id, score, \"at\", hex(raw), text, list[1].b FROM t ORDER BY score"))
        .containsExactly(
            "9223372036854775807|0.30000000000000004|2001-06-30T12:00:00.000001Z|00FF|a\"b\\\n|x",
            "1|NaN|null|null|null|null");
  }

  @Test
  void aColumnNameThatDeltaForbidsIsRefused() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> table.create(TableSchema.of(Column.of("a b", new DataType.LongType()))));

    assertThat(failure.details()).containsEntry("field", "columns").containsEntry("value", "a b");
  }

  @Test
  void anAppendOnlyTableIsNotOverwritten() {
    table.create(NUMBERS, Map.of("delta.appendOnly", "true"));
    table.append("SELECT 1 AS id");

    assertThat(
            catchThrowableOfType(LakeException.class, () -> table.overwrite("SELECT 2 AS id"))
                .reason())
        .isEqualTo("TABLE_IS_APPEND_ONLY");
    assertThat(dataFiles()).hasSize(1);
  }

  private LakeException refusal(String select) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> table.append(select));
    assertThat(failure).as(select).isNotNull();
    assertThat(failure.code()).as(select).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    return failure;
  }

  private List<Long> idsAt(DeltaSnapshot snapshot) {
    return table.query(snapshot, "SELECT id FROM t ORDER BY id", row -> row.getLong(1));
  }

  private List<Path> dataFiles() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Commit> together(int threads, Callable<Commit> work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Commit>> answers =
          pool.invokeAll(LongStream.range(0, threads).mapToObj(i -> work).toList());
      List<Commit> commits = new ArrayList<>();
      for (Future<Commit> answer : answers) {
        commits.add(answer.get());
      }
      return commits;
    }
  }

  @ParameterizedTest
  @CsvSource({",ZSTD", "snappy,SNAPPY", "gzip,GZIP", "none,UNCOMPRESSED", "lz4_raw,LZ4_RAW"})
  void filesAreCompressedAsTheTableSays(String codec, String found) throws IOException {
    Path folder = temp.resolve("compressed");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    Map<String, String> properties =
        codec == null ? Map.of() : Map.of("delta.parquet.compression.codec", codec);
    table.create(TableSchema.of(Column.of("id", new DataType.LongType())), properties);
    table.append("SELECT range AS id FROM range(1000)");
    String file = table.log().latest().files().getFirst().path().value();

    assertThat(
            table.query(
                "SELECT DISTINCT compression FROM parquet_metadata('%s')"
                    .formatted(folder.resolve(file)),
                row -> row.getString(1)))
        .containsExactly(found);
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void anUnknownCodecIsRefused() {
    LooseTable table = new LooseTable(new LocalFileStore(temp.resolve("odd")), temp);
    TableSchema schema = TableSchema.of(Column.of("id", new DataType.LongType()));
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> table.create(schema, Map.of("delta.parquet.compression.codec", "zip")));

    assertThat(failure.details()).containsEntry("value", "zip");
  }
}
