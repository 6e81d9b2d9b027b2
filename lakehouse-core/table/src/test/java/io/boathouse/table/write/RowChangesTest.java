package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowChangesTest {
  private static final Map<String, String> VECTORS = Map.of("delta.enableDeletionVectors", "true");
  private static final TableSchema SCHEMA =
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

  private void fill(Map<String, String> properties) {
    table.create(SCHEMA, properties);
    table.append("SELECT range AS id, 'n' || range AS name FROM range(100)");
    table.append("SELECT range + 1000 AS id, NULL AS name FROM range(100)");
  }

  @Test
  void aFewDeletedRowsOfAFileAreMarkedByADeletionVector() throws IOException {
    fill(VECTORS);
    Commit commit = table.delete("id IN (3, 5) OR name IS NULL AND id % 50 = 0");

    assertThat(commit.operation()).isEqualTo("DELETE");
    assertThat(commit.metrics())
        .containsEntry("numDeletedRows", "4")
        .containsEntry("numDeletionVectorsAdded", "2")
        .containsEntry("numRemovedFiles", "0")
        .containsEntry("numAddedFiles", "0")
        .containsEntry("numCopiedRows", "0");
    assertThat(table.count()).isEqualTo(196);
    assertThat(table.log().latest().files())
        .allSatisfy(file -> assertThat(file.deletedRows()).isPresent());
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void aSecondDeletionVectorHoldsTheRowsOfTheFirst() throws IOException {
    fill(VECTORS);
    table.delete("id = 3");
    Commit commit = table.delete("id IN (3, 4)");

    assertThat(commit.metrics())
        .containsEntry("numDeletedRows", "1")
        .containsEntry("numDeletionVectorsUpdated", "1");
    assertThat(table.rows("SELECT id FROM t WHERE id BETWEEN 2 AND 5 ORDER BY id"))
        .containsExactly("2", "5");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void aFileThatLosesManyRowsIsWrittenAgainAndOneThatLosesAllGoes() throws IOException {
    fill(VECTORS);
    Commit commit = table.delete("id >= 1000 OR id < 50");

    assertThat(commit.metrics())
        .containsEntry("numDeletedRows", "150")
        .containsEntry("numRemovedFiles", "2")
        .containsEntry("numAddedFiles", "1")
        .containsEntry("numCopiedRows", "50")
        .containsEntry("numDeletionVectorsAdded", "0");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void theShareUpToWhichRowsAreMarkedIsAProperty() {
    fill(
        Map.of("delta.enableDeletionVectors", "true", "boathouse.deletionVectors.maxShare", "0.9"));

    assertThat(table.delete("id < 80").metrics())
        .containsEntry("numDeletionVectorsAdded", "1")
        .containsEntry("numCopiedRows", "0");
  }

  @Test
  void withoutTheFeatureNoDeletionVectorIsWritten() {
    fill(Map.of());
    Commit commit = table.delete("id = 3");

    assertThat(commit.metrics())
        .containsEntry("numDeletionVectorsAdded", "0")
        .containsEntry("numCopiedRows", "99");
    assertThat(table.log().latest().files())
        .extracting(DataFile::deletedRows)
        .allMatch(v -> v.isEmpty());
  }

  @Test
  void aConditionThatIsUnknownDeletesNothing() {
    fill(VECTORS);
    Commit commit = table.delete("name = NULL OR (name <> 'x' AND id >= 1000)");

    assertThat(commit.version()).isEqualTo(table.log().latest().version()).isEqualTo(2);
    assertThat(commit.metrics()).containsEntry("numDeletedRows", "0");
  }

  @Test
  void updatedRowsGetTheirNewValuesFromTheOldOnes() throws IOException {
    fill(VECTORS);
    Commit commit = table.update("id = t.id + 7; name = coalesce(t.name, 'none')", "id % 100 = 1");

    assertThat(commit.operation()).isEqualTo("UPDATE");
    assertThat(commit.metrics())
        .containsEntry("numUpdatedRows", "2")
        .containsEntry("numDeletionVectorsAdded", "2")
        .containsEntry("numAddedFiles", "1");
    assertThat(table.rows("SELECT * FROM t WHERE id % 100 IN (1, 8) ORDER BY id, name"))
        .containsExactly("8|n1", "8|n8", "1008|none", "1008|null");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void anUpdateIsHeldToTheSchema() {
    fill(VECTORS);

    assertThat(refusal(() -> table.update("id = 'x'", "TRUE")).reason())
        .isEqualTo("COLUMN_TYPE_MISMATCH");
    assertThat(refusal(() -> table.update("id = CAST(NULL AS BIGINT)", "id = 1")).reason())
        .isEqualTo("NULL_IN_COLUMN");
    assertThat(table.log().latest().version()).isEqualTo(2);
    assertThat(dataFiles()).hasSize(2);
  }

  @Test
  void aChangeWithATransactionHasOneEffect() {
    fill(VECTORS);
    WriteOptions once = WriteOptions.of("UPDATE").once(new TransactionId("job", 1));
    RowChange change = table.updating("id = t.id + 1", "id < 10");
    Commit first = table.change(change, once, 0);
    Commit again = table.reopened().change(change, once, 0);

    assertThat(first.alreadyApplied()).isFalse();
    assertThat(again.alreadyApplied()).isTrue();
    assertThat(again.version()).isEqualTo(first.version());
    assertThat(table.rows("SELECT sum(id) FROM t WHERE id <= 10")).containsExactly("65");
  }

  @Test
  void anAppendOnlyTableLosesNoRow() {
    fill(Map.of("delta.appendOnly", "true"));

    assertThat(refusal(() -> table.delete("id = 1")).reason()).isEqualTo("TABLE_IS_APPEND_ONLY");
    assertThat(dataFiles()).hasSize(2);
  }

  @Test
  void deletingAllRowsRemovesTheFiles() {
    fill(VECTORS);
    Commit commit = table.change(new RowChange.DeleteAll(), WriteOptions.of("DELETE"), 0);

    assertThat(commit.metrics())
        .containsEntry("numDeletedRows", "200")
        .containsEntry("numRemovedFiles", "2");
    assertThat(table.count()).isZero();
  }

  @Test
  void onlyFilesThatMayHoldTheRowsAreLookedAt() {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("day", new DataType.DateType()),
            Column.of("name", new DataType.StringType())),
        "day");
    table.append("SELECT range AS id, DATE '2001-01-01' AS day, 'a' AS name FROM range(10)");
    table.append("SELECT range + 10 AS id, DATE '2001-01-02' AS day, 'b' AS name FROM range(10)");
    table.append("SELECT 20 AS id, CAST(NULL AS DATE) AS day, CAST(NULL AS VARCHAR) AS name");

    assertThat(candidates("id = 3")).containsExactly("0");
    assertThat(candidates("5 < t.id AND id <= 10")).containsExactly("0", "10");
    assertThat(candidates("id BETWEEN 12 AND 30")).containsExactly("10", "20");
    assertThat(candidates("day = '2001-01-02' OR name IS NULL")).containsExactly("10", "20");
    assertThat(candidates("day IS NOT NULL AND name IN ('a', 'x')")).containsExactly("0");
    assertThat(candidates("day > DATE '2001-01-02'")).isEmpty();
    assertThat(candidates("id % 3 = 1")).hasSize(3);
    assertThat(candidates("NOT (id = 3)")).hasSize(3);
    assertThat(candidates("id = 3 OR abs(id) = 15")).hasSize(3);
  }

  /** The smallest id of each file that a deletion looks at. */
  private List<String> candidates(String condition) {
    return table.candidates(condition).stream()
        .map(file -> file.statistics().orElseThrow().columns().get("id").min().orElseThrow())
        .map(Object::toString)
        .sorted()
        .toList();
  }

  @Test
  void partitionsKeepTheirRows() throws IOException {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("day", new DataType.DateType()),
            Column.of("name", new DataType.StringType())),
        VECTORS,
        "day");
    table.append(
        "SELECT range AS id, DATE '2001-01-01' + CAST(range % 3 AS INTEGER) AS day, 'x' AS name"
            + " FROM range(30)");
    table.append("SELECT 100 AS id, CAST(NULL AS DATE) AS day, 'null' AS name");
    table.update("day = DATE '2002-01-01'", "id IN (0, 1, 100)");
    table.delete("day = DATE '2001-01-02'");

    assertThat(table.rows("SELECT day, count(*), sum(id) FROM t GROUP BY day ORDER BY day"))
        .containsExactly("2001-01-01|9|135", "2001-01-03|10|155", "2002-01-01|3|101");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  private static LakeException refusal(ThrowingCallable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work);
    assertThat(failure).isNotNull();
    return failure;
  }

  private List<Path> dataFiles() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
