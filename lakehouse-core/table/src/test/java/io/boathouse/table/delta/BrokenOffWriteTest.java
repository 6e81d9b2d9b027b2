package io.boathouse.table.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log is read for while a file of it is written may fail at any point. */
class BrokenOffWriteTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", new DataType.LongType()));
  private static final Set<String> READS = Set.of("find", "open", "read", "list");

  @TempDir Path temp;

  /**
   * Seen to fail when the stream of a checkpoint was written at its closing, whether or not all
   * rows had come: it had a footer and lacked the table's protocol and files.
   */
  @Test
  void aCheckpointThatCannotReadTheLogToItsEndIsNotWritten() {
    FileStore folder = new LocalFileStore(temp.resolve("table"));
    LooseTable writer = new LooseTable(folder, temp);
    Commit unused = writer.create(NUMBERS);
    for (int i = 0; i < 3; i++) {
      unused = writer.append("SELECT %d AS id".formatted(i));
    }
    StoragePath checkpoint = StoragePath.of("_delta_log/00000000000000000003.checkpoint.parquet");
    int broken = 0;
    for (int answered = 0; folder.find(checkpoint).isEmpty(); answered++) {
      FailingStore failing = new FailingStore(folder);
      DeltaSnapshot newest = new DeltaLog(failing, InstantSource.system()).latest();
      failing.left = answered;
      try {
        newest.writeCheckpoint();
      } catch (LakeException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        broken++;
      }
      assertThat(new DeltaLog(folder, InstantSource.system()).latest().files())
          .as("%d answers", answered)
          .hasSize(3);
      assertThat(answered).isLessThan(200);
    }
    assertThat(broken).isPositive();
    folder.delete(StoragePath.of("_delta_log/00000000000000000000.json"));
    assertThat(new DeltaLog(folder, InstantSource.system()).latest().files()).hasSize(3);
  }

  /** Answers some more reads, and no more. */
  private static final class FailingStore extends NotedStore {
    private int left = Integer.MAX_VALUE;

    FailingStore(FileStore store) {
      super(store);
    }

    @Override
    protected void before(String what, StoragePath path) {
      if (READS.contains(what) && left-- <= 0) {
        throw new LakeException(ErrorCode.UNAVAILABLE, "STORE_SILENT", "No answer.", Map.of());
      }
    }
  }
}
