package io.boathouse.table.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint that we read column by column names what Kernel's replay of it names. */
class CheckpointFilesTest {
  @TempDir Path temp;

  /** Partitions with and without a value, deletion vectors, files that went. */
  @Test
  void filesAreThoseOfKernelsReplay() throws IOException {
    Path folder = temp.resolve("table");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("name", new DataType.StringType()),
            Column.of("p", new DataType.StringType())),
        Map.of("delta.enableDeletionVectors", "true"),
        "p");
    for (int i = 1; i <= 9; i++) {
      table.append(
          "SELECT range + %d AS id, 'n' || range AS name, CASE WHEN range %% 2 = 0 THEN 'a b' END AS p FROM range(40)"
              .formatted(i * 40));
    }
    table.delete("id = 44 OR id = 45");
    table.delete("id BETWEEN 80 AND 119");
    table.append("SELECT 1000 AS id, NULL AS name, 'ü/%' AS p");

    isReadAsKernelReads(folder);
  }

  @Test
  void aCheckpointOfSparkIsReadTheSame() throws IOException {
    isReadAsKernelReads(
        Path.of(
            System.getProperty("boathouse.root"),
            "lakehouse-core/table/src/test/resources/delta-golden/only-checkpoint-files"));
  }

  /** Half of the files in each of two sidecars, and none in the checkpoint itself. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "parquet"})
  void filesInSidecarsAreThoseOfKernelsReplay(String kind) throws IOException {
    Path folder = temp.resolve("table");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    table.create(
        TableSchema.of(Column.of("id", new DataType.LongType())),
        Map.of("delta.enableDeletionVectors", "true", "delta.feature.v2Checkpoint", "supported"));
    for (int i = 1; i <= 9; i++) {
      table.append("SELECT range + %d AS id FROM range(40)".formatted(i * 40));
    }
    table.delete("id = 44 OR id = 45");
    Path log = folder.resolve("_delta_log");
    Path classic = log.resolve("00000000000000000010.checkpoint.parquet");
    Path sidecars = Files.createDirectory(log.resolve("_sidecars"));
    Path top = log.resolve("00000000000000000010.checkpoint." + UUID.randomUUID() + "." + kind);
    List<Path> parts = List.of(sidecars.resolve("a.parquet"), sidecars.resolve("b.parquet"));
    for (Path part : parts) {
      copy(
          table,
          classic,
          "SELECT add, remove FROM c WHERE add IS NOT NULL AND (hash(add.path) % 2 = 0) = "
              + part.endsWith("a.parquet"),
          part);
    }
    String rows =
        "SELECT * EXCLUDE (add, remove) FROM c WHERE protocol IS NOT NULL OR metaData IS NOT NULL"
            + " UNION ALL BY NAME SELECT {'version': 10::BIGINT} AS checkpointMetadata";
    for (Path part : parts) {
      rows +=
          " UNION ALL BY NAME SELECT {'path': '%s', 'sizeInBytes': %d::BIGINT, 'modificationTime': 0::BIGINT} AS sidecar"
              .formatted(part.getFileName(), Files.size(part));
    }
    if (kind.equals("json")) {
      Files.write(top, json(folder, parts));
    } else {
      copy(table, classic, rows, top);
    }
    Files.delete(classic);
    Files.deleteIfExists(log.resolve("_last_checkpoint"));

    isReadAsKernelReads(folder);
    try (LocalFileStore store = new LocalFileStore(folder)) {
      DeltaSnapshot ours = new DeltaLog(store, InstantSource.system()).latest();
      assertThat(ours.kernel().getLogSegment().getCheckpoints().getFirst().getPath())
          .endsWith(top.getFileName().toString());
      assertThat(ours.files()).hasSize(9);
    }
    assertThat(table.reopened().count()).isEqualTo(358);

    Files.write(parts.getFirst(), new byte[] {1, 2, 3});
    assertThat(table.reopened().count()).as("of the versions alone").isEqualTo(358);
  }

  private static List<String> json(Path folder, List<Path> sidecars) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("{\"checkpointMetadata\":{\"version\":10}}");
    Files.readAllLines(folder.resolve("_delta_log/00000000000000000000.json")).stream()
        .filter(line -> line.contains("\"protocol\"") || line.contains("\"metaData\""))
        .forEach(lines::add);
    for (Path part : sidecars) {
      lines.add(
          "{\"sidecar\":{\"path\":\"%s\",\"sizeInBytes\":%d,\"modificationTime\":0}}"
              .formatted(part.getFileName(), Files.size(part)));
    }
    return lines;
  }

  private static void copy(LooseTable table, Path classic, String rows, Path to)
      throws IOException {
    Path made =
        table.open(
            List.of(classic),
            session -> {
              Path written = temporary(session.scratch());
              session.execute(
                  "CREATE TEMP VIEW c AS SELECT * FROM read_parquet("
                      + SqlText.literal(classic)
                      + ")");
              session.execute(
                  "COPY (%s) TO %s (FORMAT parquet)".formatted(rows, SqlText.literal(written)));
              try {
                return Files.copy(written, to);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(made).exists();
  }

  private static Path temporary(Path scratch) {
    return scratch.resolve(UUID.randomUUID() + ".parquet");
  }

  private static void isReadAsKernelReads(Path folder) throws IOException {
    try (LocalFileStore store = new LocalFileStore(folder)) {
      DeltaSnapshot ours = new DeltaLog(store, InstantSource.system()).latest();

      assertThat(CheckpointFiles.read(store, ours.kernel().getLogSegment().getCheckpoints()))
          .isPresent();
      assertThat(ours.logged().list()).containsExactlyInAnyOrderElementsOf(kernels(folder));
    }
  }

  private static List<LoggedFile> kernels(Path folder) throws IOException {
    Engine engine = DefaultEngine.create(new Configuration(false));
    SnapshotImpl snapshot =
        (SnapshotImpl) TableManager.loadSnapshot(folder.toString()).build(engine);
    List<LoggedFile> files = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches =
        snapshot.getScanBuilder().build().getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(
              row ->
                  files.add(
                      LoggedFile.of(
                          new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL)))));
        }
      }
    }
    return files;
  }
}
