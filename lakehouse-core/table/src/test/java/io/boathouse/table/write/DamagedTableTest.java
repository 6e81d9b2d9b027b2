package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "{\"add\":", "{\"commitInfo\":{}}\n{\"add\":{\"path\":5}}"})
  void case72_aGarbledVersionIsAnErrorThatSaysSoAndOlderVersionsAreRead(String content)
      throws IOException {
    table.create(NUMBERS);
    table.append("SELECT 1 AS id");
    table.append("SELECT 2 AS id");
    Files.writeString(log("00000000000000000002.json"), content, UTF_8);
    try (Stream<Path> files = Files.list(folder.resolve("_delta_log"))) {
      for (Path crc : files.filter(file -> file.toString().endsWith(".crc")).toList()) {
        Files.delete(crc);
      }
    }
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> table.reopened().rows("SELECT count(*) FROM t"));

    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure.message()).doesNotContain(folder.toString());
  }

  /** Seen to fail, with the file's place in the message, before DuckDbErrors knew damaged files. */
  @Test
  void case10_aDamagedDataFileIsAnErrorAndTheTableLives() throws IOException {
    table.create(NUMBERS);
    table.append("SELECT range AS id FROM range(100000)");
    Path file = dataFiles().getFirst();
    byte[] whole = Files.readAllBytes(file);
    byte[] lying = whole.clone();
    lying[whole.length - 8] = 127;
    lying[whole.length - 5] = 127;
    for (byte[] damaged :
        List.of(
            Arrays.copyOf(whole, whole.length / 2),
            "PAR1PAR1".getBytes(UTF_8),
            new byte[0],
            lying)) {
      Files.write(file, damaged);
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> table.rows("SELECT sum(id) FROM t"));
      assertThat(failure).isNotNull();
      assertThat(failure.reason()).isEqualTo("DATA_FILE_DAMAGED");
      assertThat(failure.message()).doesNotContain(temp.toString());
    }
    Files.write(file, whole);
    assertThat(table.rows("SELECT sum(id) FROM t")).containsExactly("4999950000");
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
