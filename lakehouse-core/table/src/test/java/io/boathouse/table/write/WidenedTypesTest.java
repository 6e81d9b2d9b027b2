package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WidenedTypesTest {
  @TempDir Path temp;
  private Path folder;
  private LooseTable table;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  private void create(String type, String value, String mapping) {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()), Column.of("c", DataType.parse(type))),
        Map.of("delta.enableTypeWidening", "true", "delta.columnMapping.mode", mapping));
    table.append("SELECT range AS id, CAST(%s AS %s) AS c FROM range(4)".formatted(value, type));
  }

  private static TableAlteration widen(String path, String type) {
    return new TableAlteration.WidenColumn(List.of(path.split("\\.")), DataType.parse(type));
  }

  /** Old files are read under the new type, by the one list with new ones and each alone. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tinyint | smallint | 100 | 30000 | none",
        "smallint | int | 30000 | 2000000 | name",
        "int | bigint | 2000000 | 9000000000000 | none",
        "float | double | 1.5 | 1.1 | none",
        "int | double | 7 | 0.25 | name",
        "int | decimal(12,2) | 7 | 0.25 | none",
        "bigint | decimal(22,2) | 7 | 0.25 | none",
        "decimal(5,2) | decimal(9,4) | 1.25 | 0.1234 | name",
        "date | timestamp_ntz | DATE '2020-01-02' | TIMESTAMP '2021-01-01 10:11:12' | none"
      })
  void oldRowsAreReadUnderTheNewType(
      String from, String to, String before, String after, String mapping) throws IOException {
    create(from, before, mapping);
    table.alter(widen("c", to));
    String type = to.startsWith("timestamp") ? "TIMESTAMP" : to;
    table.append("SELECT 10 AS id, CAST(%s AS %s) AS c".formatted(after, type));
    table.update("c = CAST(%s AS %s)".formatted(after, type), "id = 1");
    table.delete("id = 2");

    assertThat(
            table.rows(
                "SELECT count(*) FILTER (c = CAST(%s AS %s)), count(*) FILTER (c = CAST(%s AS %s)) FROM t"
                    .formatted(before, type, after, type)))
        .containsExactly("2|2");
    assertThat(table.log().latest().schema().column("c").orElseThrow().type().text()).isEqualTo(to);
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void everyStepIsKeptInTheLog() throws IOException {
    create("tinyint", "1", "none");
    table.alter(widen("c", "smallint"));
    table.alter(widen("c", "bigint"));
    String metadata =
        Files.readString(folder.resolve("_delta_log/%020d.json".formatted(3))).replace("\\", "");

    assertThat(metadata)
        .contains(
            """
            "delta.typeChanges":[{"toType":"short","fromType":"byte"},{"toType":"long","fromType":"short"}]\
            """);
    assertThat(table.log().latest().facts().features()).contains("typeWidening");
    assertThat(table.log().history(1).getFirst().operation()).isEqualTo("CHANGE COLUMN");
  }

  @Test
  void fieldsInsideOthersBecomeWiderToo() throws IOException {
    table.create(
        TableSchema.of(
            Column.of("id", new DataType.LongType()),
            Column.of("c", DataType.parse("struct<a:int,l:array<float>>"))),
        Map.of("delta.enableTypeWidening", "true"));
    table.append("SELECT range AS id, {'a': 1, 'l': [1.5::FLOAT]} AS c FROM range(4)");
    table.alter(widen("c.a", "bigint"));
    table.alter(widen("c.l.element", "double"));
    table.append("SELECT 5 AS id, {'a': 9000000000000, 'l': [2.5::DOUBLE]} AS c");

    assertThat(table.rows("SELECT sum(c.a), sum(c.l[1]) FROM t"))
        .containsExactly("9000000000004|8.5");
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  @Test
  void whatIsNoWideningIsRefused() {
    create("int", "1", "none");
    for (String type : List.of("smallint", "string", "float", "decimal(9,0)")) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> table.alter(widen("c", type)));
      assertThat(failure.reason()).isEqualTo("TYPE_CHANGE_NOT_ALLOWED");
      assertThat(failure.details()).containsEntry("found", "int").containsEntry("expected", type);
    }
    table.alter(new TableAlteration.SetProperties(Map.of("delta.enableTypeWidening", "false")));
    assertThat(
            catchThrowableOfType(LakeException.class, () -> table.alter(widen("c", "bigint")))
                .message())
        .contains("'delta.enableTypeWidening' = 'true'");
  }
}
