package io.boathouse.table.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a table asks of its readers and writers, and which checkpoints it gets. */
class TableFeaturesTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", new DataType.LongType()));

  @TempDir Path temp;
  private Path folder;
  private LooseTable table;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  /** Seen to fail with the exception of KernelSnapshots.load taken for damage. */
  @Test
  void case78_anUnknownReaderFeatureIsRefusedByNameAndOlderVersionsAreRead() throws IOException {
    table.create(NUMBERS);
    table.append("SELECT 1 AS id");
    long kept = table.log().latest().version();
    protocol(
        2, "\"readerFeatures\":[\"rowsOfTheFuture\"],\"writerFeatures\":[\"rowsOfTheFuture\"]");
    for (LooseTable reader : List.of(table, table.reopened())) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> reader.log().latest());
      assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(failure.message()).contains("rowsOfTheFuture");
      assertThat(ids(reader, reader.log().at(kept))).containsExactly(1L);
    }
  }

  /** Seen to fail without WritableFeatures.require. */
  @Test
  void case78_anUnknownWriterFeatureRefusesWritesByNameAndIsRead() throws IOException {
    table.create(NUMBERS);
    table.append("SELECT 1 AS id");
    protocol(2, "\"readerFeatures\":[],\"writerFeatures\":[\"ruleOfTheFuture\"]");
    LooseTable reopened = table.reopened();
    assertThat(reopened.rows("SELECT id FROM t")).containsExactly("1");
    for (LooseTable writer : List.of(table, reopened)) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> writer.append("SELECT 2 AS id"));
      assertThat(failure.code()).isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(failure.message()).contains("ruleOfTheFuture");
    }
    assertThat(folder.resolve("_delta_log/%020d.json".formatted(3))).doesNotExist();
  }

  @Test
  void checkpointsOfTheSecondKindAreWrittenAndReadWhereTheTableSaysSo() throws IOException {
    table.create(NUMBERS, Map.of("delta.checkpointPolicy", "v2", "delta.checkpointInterval", "5"));
    for (int i = 1; i <= 6; i++) {
      table.append("SELECT " + i + " AS id");
    }
    try (var files = Files.list(folder.resolve("_delta_log"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.startsWith("%020d.checkpoint.".formatted(5)));
    }
    assertThat(table.reopened().log().latest().facts().features()).contains("v2Checkpoint");
    for (int version = 0; version < 5; version++) {
      Files.delete(folder.resolve("_delta_log/%020d.json".formatted(version)));
    }
    assertThat(table.reopened().rows("SELECT count(*), sum(id) FROM t")).containsExactly("6|21");
    assertThat(KernelReads.rows(folder)).hasSize(6);
  }

  private void protocol(long version, String features) throws IOException {
    Files.writeString(
        folder.resolve("_delta_log/%020d.json".formatted(version)),
        "{\"commitInfo\":{\"inCommitTimestamp\":4000000000000,\"timestamp\":4000000000000}}\n"
            + "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,"
            + features.replace("\"writerFeatures\":[", "\"writerFeatures\":[\"inCommitTimestamp\",")
            + "}}\n",
        UTF_8);
  }

  private static List<Long> ids(LooseTable table, DeltaSnapshot snapshot) {
    return table.query(snapshot, "SELECT id FROM t", row -> row.getLong(1));
  }
}
