package io.boathouse.table.delta;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
