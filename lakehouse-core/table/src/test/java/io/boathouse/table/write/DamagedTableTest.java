package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.compute.ChangedRows;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.maintain.Compactions;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log and data files that are torn, garbled, missing or cut are read past or told of. */
class DamagedTableTest {
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
  void aCheckpointComesEveryTenCommitsAndIsEnough() throws IOException {
    table.create(NUMBERS);
    for (int i = 1; i <= 12; i++) {
      table.append("SELECT " + i + " AS id");
    }
    assertThat(log("00000000000000000010.checkpoint.parquet")).exists();
    assertThat(Files.readString(log("_last_checkpoint"))).contains("\"version\":10");
    for (int version = 0; version < 10; version++) {
      Files.delete(log("%020d.json".formatted(version)));
    }
    LooseTable fresh = table.reopened();

    assertThat(fresh.rows("SELECT count(*), sum(id) FROM t")).containsExactly("12|78");
    assertThat(fresh.log().history(100)).hasSize(3);
    assertThat(catchThrowableOfType(LakeException.class, () -> fresh.log().at(3)).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(KernelReads.rows(folder)).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"version\":10,", "\u0000\u0000", "{\"version\":99999}", "[]"})
  void case72_aTornLastCheckpointIsReadPast(String content) throws IOException {
    table.create(NUMBERS);
    for (int i = 1; i <= 11; i++) {
      table.append("SELECT " + i + " AS id");
    }
    Files.writeString(log("_last_checkpoint"), content, UTF_8);
    LooseTable fresh = table.reopened();

    assertThat(fresh.rows("SELECT count(*), sum(id) FROM t")).containsExactly("11|66");
    fresh.append("SELECT 12 AS id");
    assertThat(table.reopened().count()).isEqualTo(12);
  }

  @Test
  void case72_aMissingCheckpointIsReadPastWhileTheVersionsAreThere() throws IOException {
    table.create(NUMBERS);
    for (int i = 1; i <= 11; i++) {
      table.append("SELECT " + i + " AS id");
    }
    Files.delete(log("00000000000000000010.checkpoint.parquet"));

    assertThat(table.reopened().count()).isEqualTo(11);
  }

  /** Seen to fail, without the file's name, with Kernel's engine in place of NamingEngine. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "{\"add\":",
        "{\"commitInfo\":{\"inCommitTimestamp\":4000000000000,\"timestamp\":4000000000000}}\n"
            + "{\"add\":{\"path\":5}}"
      })
  void case72_aGarbledVersionIsNamedAndTheVersionsBeforeItAreRead(String content)
      throws IOException {
    table.create(NUMBERS);
    table.append("SELECT 1 AS id");
    table.append("SELECT 2 AS id");
    Files.writeString(log("00000000000000000002.json"), content, UTF_8);
    Files.deleteIfExists(log("00000000000000000002.crc"));
    LooseTable fresh = table.reopened();
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> fresh.log().latest().files());

    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure.details())
        .as(failure.message())
        .containsEntry("file", "_delta_log/00000000000000000002.json");
    assertThat(failure.message()).doesNotContain(temp.toString());
    assertThat(fresh.query(fresh.log().at(1), "SELECT id FROM t", row -> row.getLong(1)))
        .containsExactly(1L);
  }

  /** Seen to fail without KernelVersion.read, which reads on without the checkpoint. */
  @ParameterizedTest
  @ValueSource(ints = {0, 4, 500})
  void case72_aDamagedCheckpointIsReadPastWhileTheVersionsAreThere(int left) throws IOException {
    fillToVersion11();
    Path checkpoint = log("00000000000000000010.checkpoint.parquet");
    Files.write(checkpoint, Arrays.copyOf(Files.readAllBytes(checkpoint), left));
    LooseTable fresh = table.reopened();
    assertThat(fresh.rows("SELECT count(*), sum(id) FROM t")).containsExactly("11|66");
    byte[] third = Files.readAllBytes(log("00000000000000000003.json"));
    Files.delete(log("00000000000000000003.json"));
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table.reopened().count());
    assertThat(failure.reason()).isEqualTo("TABLE_LOG_BROKEN");
    assertThat(left == 0 || failure.message().contains(checkpoint.getFileName().toString()))
        .isTrue();

    Files.write(log("00000000000000000003.json"), third);
    fresh.append("SELECT 12 AS id");
    assertThat(log("00000000000000000012.checkpoint.parquet")).exists();
    assertThat(table.reopened().count()).isEqualTo(12);
  }

  /** Seen to fail, with the older version, without the look at the highest listed version. */
  @Test
  void case72_aLogWhoseEndIsOnlyInADamagedCheckpointIsNotTakenForAnOlderOne() throws IOException {
    fillToVersion11();
    Files.write(log("00000000000000000010.checkpoint.parquet"), new byte[0]);
    Files.delete(log("00000000000000000010.json"));
    Files.delete(log("00000000000000000011.json"));
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table.reopened().count());

    assertThat(failure).isNotNull();
    assertThat(failure.reason()).isEqualTo("TABLE_LOG_BROKEN");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 300})
  void case72_aCheckpointOfSeveralPartsIsReadPastIfOneIsMissingOrDamaged(int left)
      throws IOException {
    fillToVersion11();
    String part = "00000000000000000010.checkpoint.000000000%d.0000000002.parquet";
    Path whole = log("00000000000000000010.checkpoint.parquet");
    byte[] content = Files.readAllBytes(whole);
    Files.move(whole, log(part.formatted(1)));
    if (left >= 0) {
      Files.write(log(part.formatted(2)), Arrays.copyOf(content, left));
    }
    Files.writeString(log("_last_checkpoint"), "{\"version\":10,\"size\":12,\"parts\":2}", UTF_8);

    assertThat(table.reopened().rows("SELECT count(*), sum(id) FROM t")).containsExactly("11|66");
  }

  /** Seen to fail, with the file's place in the message, before DuckDbErrors knew damaged files. */
  @Test
  void case10_aDamagedDataFileIsNamedAndTheVersionsWithoutItAreRead() throws IOException {
    table.create(NUMBERS);
    table.append("SELECT 7 AS id");
    Path older = dataFiles().getFirst();
    table.append("SELECT range AS id FROM range(100000)");
    Path file = dataFiles().stream().filter(one -> !one.equals(older)).findFirst().orElseThrow();
    byte[] whole = Files.readAllBytes(file);
    byte[] lying = whole.clone();
    lying[whole.length - 8] = 127;
    lying[whole.length - 5] = 127;
    byte[] garbled = whole.clone();
    Arrays.fill(garbled, whole.length - 300, whole.length - 8, (byte) 0x5a);
    for (byte[] damaged :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            "PAR1PAR1".getBytes(UTF_8),
            new byte[0],
            garbled,
            lying)) {
      Files.write(file, damaged);
      isNamed(file, () -> table.rows("SELECT sum(id) FROM t"));
      isNamed(file, () -> table.delete("id >= 5"));
      isNamed(file, () -> table.change(merge(), WriteOptions.of("MERGE"), 0));
      isNamed(file, () -> Compactions.compact(table, table.duckDb()));
      assertThat(table.query(table.log().at(1), "SELECT id FROM t", row -> row.getLong(1)))
          .containsExactly(7L);
    }
    Files.delete(file);
    isNamed(file, () -> table.rows("SELECT sum(id) FROM t"));
    isNamed(file, () -> Compactions.compact(table, table.duckDb()));
    Files.write(file, whole);
    assertThat(table.rows("SELECT sum(id) FROM t")).containsExactly("4999950007");
  }

  /** Seen to fail, with rows lost, without TargetRows.requireRowCounts. */
  @Test
  void case10_aFileWithMoreRowsThanItsStatisticsTellIsNotDroppedForThem() throws IOException {
    table.create(NUMBERS);
    table.append("SELECT range AS id FROM range(10)");
    Path file = dataFiles().getFirst();
    Path version = log("00000000000000000001.json");
    String actions = Files.readString(version);
    assertThat(actions).contains("\\\"numRecords\\\":10");
    Files.writeString(
        version, actions.replace("\\\"numRecords\\\":10", "\\\"numRecords\\\":5"), UTF_8);
    LooseTable fresh = table.reopened();

    isNamed(file, () -> fresh.delete("id < 5"));
    assertThat(fresh.rows("SELECT count(*) FROM t")).containsExactly("10");
  }

  /** Sets the name of two rows. */
  private static RowChange.Merge merge() {
    return new RowChange.Merge(
        "SELECT * FROM (VALUES (5), (70000)) AS s(id)",
        "SELECT t.%s, t.%s, s.%s, 'update' AS %s, t.id AS id, 'new' AS name FROM %s AS t JOIN %s AS s ON t.id = s.id"
            .formatted(
                TargetRows.FILE,
                TargetRows.ROW,
                MergedRows.SOURCE_ROW,
                ChangedRows.KIND,
                TargetRows.VIEW,
                MergedRows.SOURCE),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        List.of(),
        false);
  }

  private void isNamed(Path file, ThrowingCallable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work);
    assertThat(failure).isNotNull();
    assertThat(failure.reason()).isEqualTo("DATA_FILE_DAMAGED");
    assertThat(failure.details()).containsEntry("file", file.getFileName().toString());
    assertThat(failure.message())
        .contains(file.getFileName().toString())
        .doesNotContain(temp.toString());
  }

  private void fillToVersion11() {
    table.create(NUMBERS);
    for (int i = 1; i <= 11; i++) {
      table.append("SELECT " + i + " AS id");
    }
  }

  private Path log(String name) {
    return folder.resolve("_delta_log").resolve(name);
  }

  private List<Path> dataFiles() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
