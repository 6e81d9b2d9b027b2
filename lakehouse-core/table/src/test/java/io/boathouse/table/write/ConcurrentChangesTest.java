package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitHook;
import io.boathouse.table.delta.CommitHook.Phase;
import io.boathouse.table.maintain.Compactions;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two writers whose phases are laid into each other: the second does all of its work while the
 * first stands at a named place of its own.
 */
class ConcurrentChangesTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()), Column.of("name", new DataType.StringType()));
  private static final int NO_REDO = 0;
  private static final int REDO = 3;

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
    table.append("SELECT range AS id, 'a' AS name FROM range(10)");
    table.append("SELECT range + 10 AS id, 'b' AS name FROM range(10)");
  }

  /** A writer that is overtaken once, at the given place. */
  private LooseTable overtaken(Phase at, Runnable other) {
    AtomicBoolean done = new AtomicBoolean();
    CommitHook hook =
        phase -> {
          if (phase == at && done.compareAndSet(false, true)) {
            other.run();
          }
        };
    return table.hooked(hook);
  }

  private static Commit delete(LooseTable writer, String condition, int redos) {
    return writer.change(writer.deletion(condition), WriteOptions.of("DELETE"), redos);
  }

  private static LakeException conflict(Runnable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work::run);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
    return failure;
  }

  /** The defence is Conflicts.require: files that the winner removed. */
  @ParameterizedTest
  @EnumSource(Phase.class)
  void case73_ofTwoDeletesOfOneFileTheSecondIsDoneAgain(Phase phase) throws IOException {
    fill(Map.of("delta.enableDeletionVectors", "true", "boathouse.deletionVectors.maxShare", "1"));
    LooseTable writer = overtaken(phase, () -> table.reopened().delete("id = 3"));
    Commit commit = delete(writer, "id IN (3, 4)", REDO);

    assertThat(commit.version()).isEqualTo(4);
    assertThat(commit.metrics()).containsEntry("numDeletedRows", "1");
    assertThat(table.rows("SELECT count(*), sum(id) FROM t")).containsExactly("18|183");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void case73_theLoserOfTwoDeletesIsToldTheWinnersVersionAndOperation() {
    fill(Map.of());
    LooseTable writer = overtaken(Phase.BEFORE_CHECK, () -> table.reopened().delete("id = 3"));
    LakeException failure = conflict(() -> delete(writer, "id = 4", NO_REDO));

    assertThat(failure.details())
        .containsEntry("version", "3")
        .containsEntry("operation", "DELETE");
    assertThat(table.count()).isEqualTo(19);
    assertThat(folder.toFile().list((dir, name) -> name.endsWith(".parquet"))).hasSize(3);
  }

  @Test
  void deletesOfDifferentFilesBothStand() {
    fill(Map.of());
    LooseTable writer = overtaken(Phase.BEFORE_PUT, () -> table.reopened().delete("id = 3"));

    assertThat(delete(writer, "id = 14", NO_REDO).version()).isEqualTo(4);
    assertThat(table.count()).isEqualTo(18);
  }

  /** The defence is ChangeReads.finds; WriteSerializable is told from it in Conflicts.require. */
  @ParameterizedTest
  @CsvSource({"Serializable,true", "WriteSerializable,false"})
  void appendedRowsThatWouldBeDeletedCountAsTheLevelSays(String level, boolean counts) {
    fill(Map.of("delta.isolationLevel", level));
    Runnable append = () -> table.reopened().append("SELECT 5 AS id, 'late' AS name");
    if (counts) {
      LakeException failure =
          conflict(() -> delete(overtaken(Phase.BEFORE_CHECK, append), "id = 5", NO_REDO));
      assertThat(failure.details()).containsEntry("operation", "INSERT");
      assertThat(
              delete(overtaken(Phase.BEFORE_CHECK, append), "id = 5", REDO)
                  .metric("numDeletedRows"))
          .isEqualTo(3);
      assertThat(table.rows("SELECT name FROM t WHERE id = 5")).isEmpty();
    } else {
      Commit commit = delete(overtaken(Phase.BEFORE_CHECK, append), "id = 5", NO_REDO);
      assertThat(commit.metric("numDeletedRows")).isEqualTo(1);
      assertThat(table.rows("SELECT name FROM t WHERE id = 5")).containsExactly("late");
    }
  }

  @Test
  void appendedRowsThatWouldNotBeDeletedAreNoConflict() {
    fill(Map.of());
    LooseTable writer =
        overtaken(
            Phase.BEFORE_CHECK, () -> table.reopened().append("SELECT 500 AS id, 'late' AS name"));

    assertThat(delete(writer, "id = 5", NO_REDO).version()).isEqualTo(4);
    assertThat(table.rows("SELECT count(*) FROM t")).containsExactly("20");
  }

  /**
   * The defence is Conflicts.follow: a compaction changes no row, but moves the new ones out of the
   * files that their commit names.
   */
  @Test
  void appendedRowsCountAlsoWhenACompactionHasMovedThemSince() throws IOException {
    fill(Map.of());
    LooseTable writer =
        overtaken(
            Phase.BEFORE_CHECK,
            () -> {
              table.reopened().append("SELECT 20 AS id, 'late' AS name");
              assertThat(Compactions.compact(table.reopened(), table.duckDb())).isTrue();
            });
    String next = "SELECT max(id) + 1 AS id FROM t";

    assertThat(conflict(() -> writer.appendOwn(next)).details())
        .containsEntry("version", "3")
        .containsEntry("operation", "INSERT");
    assertThat(writer.appendOwn(next).version()).isEqualTo(5);
    assertThat(table.rows("SELECT max(id) FROM t")).containsExactly("21");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  /** Rows that another update moved into what this one looks for. */
  @ParameterizedTest
  @CsvSource({"Serializable", "WriteSerializable"})
  void rowsThatAnotherUpdateBroughtAreAConflictAtBothLevels(String level) {
    fill(Map.of("delta.isolationLevel", level));
    LooseTable writer =
        overtaken(Phase.BEFORE_CHECK, () -> table.reopened().update("id = 5", "t.id = 15"));
    LakeException failure = conflict(() -> delete(writer, "id = 5", NO_REDO));

    assertThat(failure.details()).containsEntry("operation", "UPDATE");
  }

  /** An update whose file was written again by somebody who changed no row. */
  @Test
  void case73_anUpdateThatMeetsACompactionIsDoneAgainOnTheNewFiles() throws IOException {
    fill(Map.of());
    LooseTable writer = overtaken(Phase.BEFORE_PUT, this::compact);
    Commit commit =
        writer.change(
            writer.updating("name = 'new'", "id IN (1, 11)"), WriteOptions.of("UPDATE"), REDO);

    assertThat(commit.version()).isEqualTo(4);
    assertThat(table.rows("SELECT id FROM t WHERE name = 'new' ORDER BY id"))
        .containsExactly("1", "11");
    assertThat(table.count()).isEqualTo(20);
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  private void compact() {
    Commit unused =
        table
            .reopened()
            .overwrite(
                "SELECT range AS id, CASE WHEN range < 10 THEN 'a' ELSE 'b' END AS name FROM"
                    + " range(20)");
  }

  @Test
  void anAppendGoesAfterWhateverCameBetween() {
    fill(Map.of());
    table.delete("id = 1");

    assertThat(table.append("SELECT 1 AS id, 'again' AS name").version()).isEqualTo(4);
    assertThat(table.count()).isEqualTo(20);
  }

  /** The defence of the first is Kernel's, and Conflicts says who won. */
  @Test
  void case73_anAppendThatMeetsASchemaChangeIsToldOfItOrDoneAgain() throws IOException {
    fill(Map.of());
    TableAlteration more =
        new TableAlteration.AddColumns(List.of(Column.of("more", new DataType.LongType())));
    LooseTable writer = overtaken(Phase.BEFORE_CHECK, () -> table.reopened().alter(more));
    LakeException failure = conflict(() -> writer.append("SELECT 99 AS id", NO_REDO));
    assertThat(failure.reason()).isEqualTo("SCHEMA_CHANGED");
    assertThat(failure.details())
        .containsEntry("version", "3")
        .containsEntry("operation", "ADD COLUMNS");

    TableAlteration again =
        new TableAlteration.AddColumns(List.of(Column.of("again", new DataType.LongType())));
    LooseTable other = overtaken(Phase.BEFORE_CHECK, () -> table.reopened().alter(again));
    assertThat(other.append("SELECT 99 AS id, 5 AS more", REDO).version()).isEqualTo(5);
    assertThat(table.rows("SELECT * FROM t WHERE id > 18 ORDER BY id"))
        .containsExactly("19|b|null|null", "99|null|5|null");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void aNewConstraintIsHeldAgainstRowsThatCameMeanwhile() {
    fill(Map.of());
    LooseTable writer =
        overtaken(Phase.BEFORE_PUT, () -> table.reopened().append("SELECT 500 AS id"));
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> writer.alter(new TableAlteration.AddConstraint("small", "id < 100")));

    assertThat(failure.reason()).isEqualTo("ROWS_VIOLATE_CONSTRAINT");
    assertThat(table.log().latest().constraints()).isEmpty();
  }

  @Test
  void anAppendThatMeetsANewConstraintIsHeldToIt() {
    fill(Map.of());
    Runnable alter =
        () -> table.reopened().alter(new TableAlteration.AddConstraint("small", "id < 100"));
    LooseTable writer = overtaken(Phase.BEFORE_CHECK, alter);
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> writer.append("SELECT 500 AS id", REDO));

    assertThat(failure.reason()).isEqualTo("CHECK_CONSTRAINT_VIOLATED");
    assertThat(table.count()).isEqualTo(20);
  }

  @Test
  void aChangeThatReadTheWholeTableIsInTheWayOfAnyChangeOfRows() {
    fill(Map.of());
    LooseTable writer =
        overtaken(
            Phase.BEFORE_CHECK, () -> table.reopened().append("SELECT 500 AS id, 'x' AS name"));
    RowChange whole = new RowChange.Delete(writer.deletion("id = 5").rows(), true);

    assertThat(conflict(() -> writer.change(whole, WriteOptions.of("DELETE"), NO_REDO)).details())
        .containsEntry("version", "3");
  }

  /** The defence is DeltaLog.appendRead: with append both inserts go by the same maximum. */
  @ParameterizedTest
  @CsvSource({"Serializable,true", "WriteSerializable,false"})
  void rowsMadeOfTheTablesOwnMeetOthersAsTheLevelSays(String level, boolean counts) {
    fill(Map.of("delta.isolationLevel", level));
    LooseTable writer =
        overtaken(Phase.BEFORE_CHECK, () -> table.reopened().append("SELECT 20 AS id"));
    String next = "SELECT max(id) + 1 AS id FROM t";
    if (counts) {
      LakeException failure = conflict(() -> writer.appendOwn(next));
      assertThat(failure.details())
          .containsEntry("version", "3")
          .containsEntry("operation", "INSERT");
      assertThat(writer.appendOwn(next).version()).isEqualTo(4);
      assertThat(table.rows("SELECT max(id) FROM t")).containsExactly("21");
    } else {
      assertThat(writer.appendOwn(next).version()).isEqualTo(4);
      assertThat(table.rows("SELECT max(id) FROM t")).containsExactly("20");
    }
    assertThat(folder.toFile().list((dir, name) -> name.endsWith(".parquet"))).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"Serializable", "WriteSerializable"})
  void rowsMadeOfOnesThatWereDeletedAreAConflictAtBothLevels(String level) {
    fill(Map.of("delta.isolationLevel", level));
    LooseTable writer = overtaken(Phase.BEFORE_PUT, () -> table.reopened().delete("id = 19"));

    assertThat(conflict(() -> writer.appendOwn("SELECT max(id) + 1 AS id FROM t")).details())
        .containsEntry("operation", "DELETE");
  }

  @ParameterizedTest
  @EnumSource(Phase.class)
  void aSchemaChangeThatMeetsAnAppendKeepsTheRows(Phase phase) throws IOException {
    fill(Map.of());
    LooseTable writer = overtaken(phase, () -> table.reopened().append("SELECT 99 AS id"));
    Object unused =
        writer.alter(
            new TableAlteration.AddColumns(List.of(Column.of("more", new DataType.LongType()))));

    assertThat(table.rows("SELECT * FROM t WHERE id = 99")).containsExactly("99|null|null");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }
}
