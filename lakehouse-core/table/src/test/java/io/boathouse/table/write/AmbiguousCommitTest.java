package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that does not always tell whether it wrote. */
class AmbiguousCommitTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", new DataType.LongType()));

  @TempDir Path temp;
  private boolean writes;
  private boolean forgets;
  private int failingReads;
  private LooseTable table;

  @BeforeEach
  void open() {
    table = new LooseTable(store(new LocalFileStore(temp.resolve("table"))), temp);
    table.create(SCHEMA);
    forgets = true;
  }

  /** The defence is the reading back in NotingCommitter.put. */
  @Test
  void aCommitThatTookPlaceIsFoundByReadingBack() {
    writes = true;

    assertThat(table.append("SELECT 1 AS id").version()).isEqualTo(1);
    assertThat(table.count()).isEqualTo(1);
  }

  @Test
  void aCommitThatCannotBeReadBackIsUnknownAndItsRetryHasOneEffect() {
    writes = true;
    failingReads = 1000;
    WriteOptions once = WriteOptions.of("LOAD").once(new TransactionId("file", 0));
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table.append("SELECT 1 AS id", once));
    failingReads = 0;
    forgets = false;
    Commit again = table.append("SELECT 1 AS id", once);

    assertThat(failure.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(again.alreadyApplied()).isTrue();
    assertThat(table.count()).isEqualTo(1);
  }

  /** The defence is DeltaWriter.ofWhom, which tells our commit from another try's. */
  @Test
  void aCommitThatShowsLateAsItsOwnTransactionKeepsItsFiles() {
    writes = true;
    failingReads = 3;
    Commit commit =
        table.append("SELECT 1 AS id", WriteOptions.of("LOAD").once(new TransactionId("file", 0)));

    assertThat(commit.alreadyApplied()).isFalse();
    assertThat(commit.version()).isEqualTo(1);
    assertThat(table.count()).isEqualTo(1);
  }

  @Test
  void aCommitThatDidNotTakePlaceIsUnknownAndItsRetryHappens() {
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> table.append("SELECT 1 AS id"));
    forgets = false;

    assertThat(failure.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(table.append("SELECT 1 AS id").version()).isEqualTo(1);
    assertThat(table.count()).isEqualTo(1);
  }

  private FileStore store(FileStore real) {
    return (FileStore)
        Proxy.newProxyInstance(
            FileStore.class.getClassLoader(),
            new Class<?>[] {FileStore.class},
            (proxy, method, arguments) -> {
              boolean commit =
                  arguments != null
                      && arguments.length > 0
                      && arguments[0].toString().matches("_delta_log/\\d+\\.json");
              boolean forgotten = commit && forgets && method.getName().equals("putIfAbsent");
              if (commit && failingReads > 0 && method.getName().equals("open")) {
                failingReads--;
                throw unknown();
              }
              try {
                Object result = forgotten && !writes ? null : method.invoke(real, arguments);
                if (forgotten) {
                  throw unknown();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static LakeException unknown() {
    return new LakeException(ErrorCode.OUTCOME_UNKNOWN, "TEST", "no answer", Map.of());
  }
}
