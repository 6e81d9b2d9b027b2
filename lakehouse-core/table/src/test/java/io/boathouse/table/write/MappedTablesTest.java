package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.maintain.Compactions;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappedTablesTest {
  private static final String NAME = "delta.columnMapping.mode";
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()),
          Column.of("name", new DataType.StringType()),
          Column.of("place", DataType.parse("struct<city:string,at:struct<x:int,y:int>>")),
          Column.of("tags", DataType.parse("array<struct<k:string,v:int>>")),
          Column.of("more", DataType.parse("map<string,struct<n:int>>")));
  private static final String ROWS =
      """
      SELECT range AS id, 'n' || range AS name,
        CASE WHEN range %% 5 = 4 THEN NULL
          ELSE {'city': 'c' || range, 'at': {'x': range::INTEGER, 'y': %d}} END AS place,
        [{'k': 'a', 'v': range::INTEGER}, NULL] AS tags,
        MAP {'one': {'n': range::INTEGER}} AS more
      FROM range(%d)
      """;

  @TempDir Path temp;
  private Path folder;
  private LooseTable table;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  private void create(String mode) {
    table.create(SCHEMA, Map.of(NAME, mode, "delta.enableDeletionVectors", "true"));
    table.append(ROWS.formatted(1, 10));
  }

  private void sameForKernel() throws IOException {
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  private static LakeException refusal(ThrowingCallable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work);
    assertThat(failure).isNotNull();
    return failure;
  }

  private static TableAlteration rename(String path, String name) {
    return new TableAlteration.RenameColumn(List.of(path.split("\\.")), name);
  }

  private static TableAlteration drop(String path) {
    return new TableAlteration.DropColumns(List.of(List.of(path.split("\\."))), false);
  }

  @Test
  void valuesInsideOthersAreKeptUnderTheNamesOfTheFiles() throws IOException {
    create("name");
    table.update("name = 'u'", "id = 3");
    table.delete("id = 4");

    assertThat(
            table.rows(
                "SELECT id, name, place.at.x, tags[1].v, more['one'].n FROM t WHERE id < 5 ORDER BY"
                    + " id"))
        .containsExactly("0|n0|0|0|0", "1|n1|1|1|1", "2|n2|2|2|2", "3|u|3|3|3");
    assertThat(table.log().latest().physicalName("name")).startsWith("col-");
    sameForKernel();
  }

  /** Files keep what they were written with, so nothing but the log changes. */
  @Test
  void aColumnIsRenamedDroppedAndAddedAgainWithoutATouchOfAFile() throws IOException {
    create("none");
    table.alter(new TableAlteration.SetProperties(Map.of(NAME, "name")));
    table.alter(rename("name", "title"));
    table.alter(rename("place.city", "town"));
    table.alter(rename("tags.element.v", "value"));
    table.alter(drop("place.at.y"));
    table.append(
        "SELECT 100 AS id, 'new' AS title, {'town': 't', 'at': {'x': 7}} AS place, [{'k': 'b',"
            + " 'value': 8}] AS tags, MAP {'one': {'n': 1}} AS more");
    table.update("title = 'u'", "id = 2");

    assertThat(
            table.rows(
                "SELECT id, title, place.town, place.at.x, tags[1].value FROM t WHERE id IN (1, 2,"
                    + " 100) ORDER BY id"))
        .containsExactly("1|n1|c1|1|1", "2|u|c2|2|2", "100|new|t|7|8");
    sameForKernel();
    table.alter(drop("title"));
    table.alter(
        new TableAlteration.AddColumns(List.of(Column.of("title", new DataType.IntegerType()))));
    table.append("SELECT 101 AS id, 5 AS title");

    assertThat(table.rows("SELECT id, title FROM t WHERE id IN (1, 100, 101) ORDER BY id"))
        .containsExactly("1|null", "100|null", "101|5");
    sameForKernel();
    DeltaSnapshot now = table.log().latest();
    assertThat(now.properties()).containsKey("delta.columnMapping.maxColumnId");
    assertThat(now.physicalName("id")).isEqualTo("id");
    assertThat(now.physicalName("title")).startsWith("col-");
    assertThat(table.log().history(3).get(2).operation()).isEqualTo("DROP COLUMNS");
  }

  @Test
  void aColumnGoesToAnotherPlace() throws IOException {
    create("none");
    table.alter(new TableAlteration.MoveColumn(List.of("more"), Optional.empty()));
    table.alter(new TableAlteration.MoveColumn(List.of("id"), Optional.of("name")));
    table.alter(new TableAlteration.MoveColumn(List.of("place", "at"), Optional.empty()));
    table.append(ROWS.formatted(2, 3));

    assertThat(table.log().latest().schema().names())
        .containsExactly("more", "name", "id", "place", "tags");
    assertThat(table.log().latest().schema().column("place").orElseThrow().type().text())
        .isEqualTo("struct<at:struct<x:int,y:int>,city:string>");
    assertThat(table.rows("SELECT count(*), sum(id), sum(place.at.y) FROM t"))
        .containsExactly("13|48|14");
    sameForKernel();
  }

  @Test
  void whatMeansAColumnByItsNameKeepsIt() {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("a", new DataType.LongType()),
            Column.of("p", new DataType.StringType())),
        Map.of(NAME, "name", "delta.dataSkippingStatsColumns", "id"),
        "p");
    table.alter(new TableAlteration.AddConstraint("positive", "`A` > 0"));

    for (String column : List.of("id", "a", "p")) {
      for (TableAlteration change : List.of(rename(column, "other"), drop(column))) {
        LakeException failure = refusal(() -> table.alter(change));
        assertThat(failure.reason()).isEqualTo("COLUMN_IN_USE");
        assertThat(failure.details()).containsEntry("value", column);
      }
    }
    assertThat(refusal(() -> table.alter(drop("a"))).message()).contains("positive");
  }

  @Test
  void whatCannotBeIsRefusedWithTheReason() {
    create("none");
    assertThat(refusal(() -> table.alter(rename("name", "title"))).message())
        .contains("'delta.columnMapping.mode' = 'name'");
    assertThat(refusal(() -> table.alter(drop("name"))).reason())
        .isEqualTo("COLUMN_MAPPING_NEEDED");
    table.alter(new TableAlteration.SetProperties(Map.of(NAME, "name")));

    assertThat(refusal(() -> table.alter(rename("name", "ID"))).reason())
        .isEqualTo("COLUMN_ALREADY_EXISTS");
    assertThat(refusal(() -> table.alter(rename("place.none", "x"))).message())
        .contains("place.none", "city, at");
    assertThat(refusal(() -> table.alter(drop("more.value.n"))).reason()).isEqualTo("LAST_COLUMN");
    assertThat(table.alter(new TableAlteration.DropColumns(List.of(List.of("none")), true)))
        .isEmpty();
    for (Map<String, String> wrong : List.of(Map.of(NAME, "none"), Map.of(NAME, "id"))) {
      assertThat(refusal(() -> table.alter(new TableAlteration.SetProperties(wrong))).reason())
          .isEqualTo("INVALID_PROPERTY_VALUE");
    }
    assertThat(
            refusal(() -> table.alter(new TableAlteration.UnsetProperties(List.of(NAME), false)))
                .reason())
        .isEqualTo("PROPERTY_NOT_SETTABLE");
  }

  /** Rows and the new column come in one commit. */
  @Test
  void rowsBringTheirColumnsWhenAsked() throws IOException {
    create("name");
    long before = table.log().latest().version();
    table.appendMerging("SELECT 50 AS id, 'z' AS NAME, 2.5::DOUBLE AS score");

    assertThat(table.log().latest().version()).isEqualTo(before + 1);
    assertThat(table.rows("SELECT id, name, score FROM t WHERE id IN (1, 50) ORDER BY id"))
        .containsExactly("1|n1|null", "50|z|2.5");
    assertThat(table.log().latest().physicalName("score")).startsWith("col-");
    sameForKernel();
    assertThat(refusal(() -> table.appendMerging("SELECT 'x' AS id")).details())
        .containsEntry("field", "id")
        .containsEntry("expected", "bigint")
        .containsEntry("found", "string");
  }

  /** Seen to fail without TableShape.ofMovedRows: the rows had the names that people see. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "name", "id"})
  void rowsBringTheFieldsInsideColumnsWhenAsked(String mode) throws IOException {
    create(mode);
    assertThat(
            refusal(() -> table.append("SELECT 1 AS id, {'city': 'c', 'zip': 1} AS place"))
                .details())
        .containsEntry("field", "place");
    table.appendMerging(
        "SELECT 50 AS id, {'at': {'X': 5, 'z': 6}, 'zip': 'q'} AS place, [{'k': 'n', 'w': 9}] AS"
            + " tags, MAP {'one': {'m': 1}} AS more");
    table.update("name = 'u'", "id = 2");

    assertThat(
            table.rows(
                "SELECT id, place.city, place.at.x, place.at.y, place.at.z, place.zip, tags[1].w,"
                    + " tags[1].v, more['one'].m, more['one'].n FROM t WHERE id IN (1, 2, 50) ORDER"
                    + " BY id"))
        .containsExactly(
            "1|c1|1|1|null|null|null|1|null|1",
            "2|c2|2|1|null|null|null|2|null|2",
            "50|null|5|null|6|q|9|null|1|null");
    sameForKernel();
  }

  @Test
  void fieldsOfColumnsThatAreFoundByNumberAreRenamed() throws IOException {
    create("id");
    table.alter(rename("place.at.x", "across"));
    table.alter(rename("tags.element.v", "value"));
    table.append(
        "SELECT 60 AS id, {'city': 'c', 'at': {'across': 8, 'y': 9}} AS place, [{'k': 'k', 'value':"
            + " 7}] AS tags");

    assertThat(
            table.rows(
                "SELECT id, place.at.across, tags[1].value FROM t WHERE id IN (1, 60) ORDER BY id"))
        .containsExactly("1|1|1", "60|8|7");
    sameForKernel();
  }

  @Test
  void rowsThatMoveKeepTheNamesOfTheFiles() throws Exception {
    create("name");
    table.alter(rename("name", "title"));
    table.alter(rename("place.city", "town"));
    for (int i = 0; i < 3; i++) {
      table.append("SELECT %d AS id, 'more' AS title".formatted(20 + i));
    }
    List<String> before = OurReads.rows(table);
    assertThat(Compactions.compact(table, new DuckDb(new DuckDbConfig("512MB", 2, temp)))).isTrue();

    assertThat(table.log().latest().files()).hasSize(1);
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(before);
    sameForKernel();
  }

  /** A column that was dropped and added again is another one, whatever its name. */
  @Test
  void aVersionWithAnotherColumnOfTheSameNameDoesNotComeBack() {
    create("name");
    long old = table.log().latest().version();
    table.alter(drop("name"));
    table.alter(
        new TableAlteration.AddColumns(List.of(Column.of("name", new DataType.StringType()))));
    for (String column : List.of("place", "tags", "more")) {
      table.alter(new TableAlteration.MoveColumn(List.of(column), Optional.of("name")));
    }
    table.alter(new TableAlteration.MoveColumn(List.of("name"), Optional.of("id")));
    table.alter(new TableAlteration.MoveColumn(List.of("tags"), Optional.of("place")));
    table.alter(new TableAlteration.MoveColumn(List.of("more"), Optional.of("tags")));

    assertThat(table.log().latest().schema()).isEqualTo(SCHEMA);
    assertThat(
            refusal(
                    () ->
                        table.log().restore(table.log().at(old), WriteOptions.of("RESTORE").note()))
                .reason())
        .isEqualTo("RESTORE_OF_OTHER_SCHEMA");
  }
}
