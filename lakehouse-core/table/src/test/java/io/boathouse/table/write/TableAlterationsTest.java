package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableAlterationsTest {
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
    table.create(SCHEMA);
    table.append("SELECT range AS id, 'n' || range AS name FROM range(10)");
  }

  private static TableAlteration add(Column... columns) {
    return new TableAlteration.AddColumns(List.of(columns));
  }

  private static LakeException refusal(ThrowingCallable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work);
    assertThat(failure).isNotNull();
    return failure;
  }

  /** The sum in the names of the files keeps those without the column apart. */
  @Test
  void aNewColumnIsNullInOldRowsAndFilledInNewOnes() throws IOException {
    table.alter(add(Column.of("price", DataType.parse("decimal(10,2)"))));
    table.append("SELECT 100 AS id, 2.5 AS price");
    table.append("SELECT 101 AS id, 3.5 AS price");
    table.update("price = CAST(1 AS DECIMAL(10,2))", "id = 3");

    assertThat(table.rows("SELECT id, price FROM t WHERE id IN (2, 3) OR id > 99 ORDER BY id"))
        .containsExactly("2|null", "3|1.00", "100|2.50", "101|3.50");
    assertThat(table.log().latest().schema().names()).containsExactly("id", "name", "price");
    assertThat(table.log().history(4).getLast().operation()).isEqualTo("ADD COLUMNS");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void aColumnThatCannotBeIsRefused() {
    Column text = Column.of("other", new DataType.StringType());

    assertThat(refusal(() -> table.alter(add(text.notNull()))).reason())
        .isEqualTo("NEW_COLUMN_NOT_NULL");
    assertThat(refusal(() -> table.alter(add(Column.of("NAME", text.type())))).reason())
        .isEqualTo("DUPLICATE_COLUMN");
    assertThat(refusal(() -> table.alter(add(Column.of("a b", text.type())))).reason())
        .isEqualTo("INVALID_COLUMN_NAME");
    assertThat(table.log().latest().version()).isEqualTo(1);
  }

  @Test
  void aConstraintHoldsForEveryKindOfWrite() throws IOException {
    table.alter(new TableAlteration.AddConstraint("small", "id < 1000 AND length(`name`) > 0"));
    for (ThrowingCallable write :
        List.<ThrowingCallable>of(
            () -> table.append("SELECT 1000 AS id, 'x' AS name"),
            () -> table.append("SELECT 1 AS id, NULL::VARCHAR AS name"),
            () -> table.overwrite("SELECT 1 AS id, '' AS name"),
            () -> table.update("id = t.id + 995", "id > 3"))) {
      LakeException failure = refusal(write);
      assertThat(failure.reason()).isEqualTo("CHECK_CONSTRAINT_VIOLATED");
      assertThat(failure.details()).containsEntry("field", "small");
    }
    assertThat(table.log().latest().version()).isEqualTo(2);
    assertThat(folder.toFile().list((dir, name) -> name.endsWith(".parquet"))).hasSize(1);
    table.append("SELECT 999 AS id, 'x' AS name");
    table.update("name = 'y'", "id = 999");
    table.delete("id < 5");

    assertThat(table.rows("SELECT count(*), max(name) FROM t")).containsExactly("6|y");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
    table.overwrite("SELECT 7 AS id, 'seven' AS name");
    assertThat(table.rows("SELECT * FROM t")).containsExactly("7|seven");
  }

  @Test
  void aConstraintThatRowsDoNotMeetIsRefusedAndOneThatIsDroppedHoldsNoMore() {
    assertThat(
            refusal(() -> table.alter(new TableAlteration.AddConstraint("c", "id > 0"))).reason())
        .isEqualTo("ROWS_VIOLATE_CONSTRAINT");
    table.alter(new TableAlteration.AddConstraint("c", "id >= 0"));
    assertThat(refusal(() -> table.alter(new TableAlteration.AddConstraint("C", "id >= 0"))).code())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    table.alter(new TableAlteration.DropConstraint("c", false));
    assertThat(table.alter(new TableAlteration.DropConstraint("c", true))).isEmpty();
    assertThat(refusal(() -> table.alter(new TableAlteration.DropConstraint("c", false))).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    table.append("SELECT -1 AS id");

    assertThat(table.count()).isEqualTo(11);
  }

  @Test
  void aConstraintIsAPlainExpressionOverTheRow() {
    for (String expression :
        List.of(
            "id < (SELECT max(id) FROM read_parquet('/etc/*'))",
            "getenv('HOME') = name",
            "id > 0 FROM range(3)",
            "random() < 2",
            "boathouse_target.id > 0")) {
      assertThat(
              refusal(() -> table.alter(new TableAlteration.AddConstraint("c", expression))).code())
          .as(expression)
          .isEqualTo(ErrorCode.UNSUPPORTED);
    }
  }

  @Test
  void propertiesAreSetAndTakenBackAndTheirFeaturesComeWithThem() throws IOException {
    table.alter(
        new TableAlteration.SetProperties(
            Map.of("delta.enableDeletionVectors", "true", "team", "sales")));
    assertThat(table.delete("id = 1").metrics()).containsEntry("numDeletionVectorsAdded", "1");
    table.alter(new TableAlteration.UnsetProperties(List.of("team"), false));

    assertThat(table.log().latest().properties())
        .doesNotContainKey("team")
        .containsEntry("delta.enableDeletionVectors", "true");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
    for (Map<String, String> wrong :
        List.of(
            Map.of("delta.columnMapping.mode", "id"),
            Map.of("delta.constraints.x", "id > 0"),
            Map.of("delta.isolationLevel", "none"),
            Map.of("delta.checkpointInterval", "0"))) {
      assertThat(refusal(() -> table.alter(new TableAlteration.SetProperties(wrong))).code())
          .as(wrong.toString())
          .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }
}
