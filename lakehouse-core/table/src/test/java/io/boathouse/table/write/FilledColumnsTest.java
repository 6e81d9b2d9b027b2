package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.maintain.Compactions;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilledColumnsTest {
  @TempDir Path temp;
  private Path folder;
  private LooseTable table;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  private static Column column(String name, String type) {
    return Column.of(name, DataType.parse(type));
  }

  private static Filling.Identity identity(long start, long step, boolean explicit) {
    return new Filling.Identity(start, step, explicit, Optional.empty());
  }

  private void sameForKernel() throws IOException {
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(KernelReads.rows(folder));
  }

  private static LakeException refusal(ThrowingCallable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work);
    assertThat(failure).isNotNull();
    return failure;
  }

  @Test
  void aMissingColumnGetsItsDefaultAndAGivenNullStays() throws IOException {
    table.create(
        TableSchema.of(
            column("id", "bigint"),
            column("n", "int").filledBy(new Filling.Default("40 + 2")),
            column("day", "date").filledBy(new Filling.Default("DATE '2020-02-29'")).notNull()));
    table.append("SELECT 1 AS id");
    table.append("SELECT 2 AS id, NULL::INTEGER AS n, DATE '2021-01-01' AS day");
    table.alter(new TableAlteration.SetDefault("n", Optional.of("7")));
    table.append("SELECT 3 AS id");
    table.alter(new TableAlteration.SetDefault("n", Optional.empty()));
    table.append("SELECT 4 AS id");

    assertThat(table.rows("SELECT * FROM t ORDER BY id"))
        .containsExactly(
            "1|42|2020-02-29", "2|null|2021-01-01", "3|7|2020-02-29", "4|null|2020-02-29");
    assertThat(table.log().latest().facts().features()).contains("allowColumnDefaults");
    sameForKernel();
    for (String wrong : List.of("'text'", "id + 1", "(SELECT 1)", "getenv('HOME')", "1.5")) {
      assertThat(
              refusal(() -> table.alter(new TableAlteration.SetDefault("n", Optional.of(wrong))))
                  .reason())
          .as(wrong)
          .isIn("COLUMN_TYPE_MISMATCH", "EXPRESSION_NOT_SUPPORTED");
    }
  }

  @Test
  void aGeneratedColumnIsComputedWhenAbsentAndCheckedWhenGiven() throws IOException {
    table.create(
        TableSchema.of(
            column("moment", "timestamp_ntz"),
            column("n", "int"),
            column("day", "date").filledBy(new Filling.Generated("CAST(moment AS DATE)")),
            column("twice", "bigint").filledBy(new Filling.Generated("`n` * 2"))),
        Map.of(
            "delta.enableDeletionVectors", "true",
            "delta.enableChangeDataFeed", "true",
            "delta.columnMapping.mode", "name"),
        "day");
    table.append(
        "SELECT TIMESTAMP '2020-01-02 03:04:05' AS moment, range::INTEGER AS n FROM range(6)");
    table.append("SELECT TIMESTAMP '2021-01-02 00:00:00' AS moment, 9 AS n, 18 AS twice");
    table.append("SELECT 10 AS n, NULL::DATE AS day");
    table.update("n = 100", "n = 3");
    table.update("moment = TIMESTAMP '2022-02-02 00:00:00'", "n = 4");
    table.delete("n = 5");

    assertThat(table.rows("SELECT n, twice, day FROM t ORDER BY n"))
        .containsExactly(
            "0|0|2020-01-02",
            "1|2|2020-01-02",
            "2|4|2020-01-02",
            "4|8|2022-02-02",
            "9|18|2021-01-02",
            "10|20|null",
            "100|200|2020-01-02");
    sameForKernel();
    for (ThrowingCallable write :
        List.<ThrowingCallable>of(
            () -> table.append("SELECT 1 AS n, 3 AS twice"),
            () -> table.append("SELECT 1 AS n, NULL::BIGINT AS twice"),
            () -> table.update("n = 1;twice = 5", "n = 0"))) {
      LakeException failure = refusal(write);
      assertThat(failure.reason()).isEqualTo("GENERATED_COLUMN_MISMATCH");
      assertThat(failure.details()).containsEntry("field", "twice");
    }
    assertThat(
            refusal(() -> table.alter(new TableAlteration.RenameColumn(List.of("n"), "number")))
                .message())
        .contains("the column 'twice' is generated by it");
  }

  @Test
  void identityNumbersGoOnFromTheLastOneGiven() throws IOException {
    table.create(
        TableSchema.of(
            column("id", "bigint").filledBy(identity(10, 5, false)),
            column("back", "bigint").filledBy(identity(-1, -2, true)),
            column("v", "int")));
    table.append("SELECT 1 AS v UNION ALL SELECT 2");
    table.append("SELECT 3 AS v");
    table.append("SELECT 4 AS v, 77 AS back");
    table.append("SELECT 5 AS v");
    table.update("v = 50", "v = 5");

    assertThat(table.rows("SELECT * FROM t ORDER BY id"))
        .containsExactly("10|-1|1", "15|-3|2", "20|-5|3", "25|77|4", "30|-7|50");
    assertThat(table.log().latest().schema().column("id").orElseThrow().filling())
        .contains(new Filling.Identity(10, 5, false, Optional.of(30L)));
    assertThat(refusal(() -> table.append("SELECT 1 AS id, 1 AS v")).reason())
        .isEqualTo("IDENTITY_COLUMN_GIVEN");
    sameForKernel();
    table.overwrite("SELECT range::INTEGER AS v FROM range(2)");
    assertThat(table.rows("SELECT id FROM t ORDER BY id")).containsExactly("35", "40");
  }

  @Test
  void rowsThatMoveKeepWhatTheyWereFilledWith() throws IOException {
    table.create(
        TableSchema.of(
            column("id", "bigint").filledBy(identity(1, 1, false)),
            column("p", "string"),
            column("long", "int").filledBy(new Filling.Generated("length(p)"))),
        Map.of(),
        "p");
    for (int i = 0; i < 3; i++) {
      table.append("SELECT 'abc' AS p");
    }
    List<String> before = OurReads.rows(table);
    assertThat(Compactions.compact(table, new DuckDb(new DuckDbConfig("512MB", 2, temp)))).isTrue();
    assertThat(OurReads.rows(table)).containsExactlyInAnyOrderElementsOf(before);
    table.log().restore(table.log().at(2), WriteOptions.of("RESTORE").note());
    table.append("SELECT 'x' AS p");

    assertThat(table.rows("SELECT * FROM t ORDER BY id"))
        .containsExactly("1|abc|3", "2|abc|3", "4|x|1");
    sameForKernel();
  }

  /** The numbers are in the commit, and who comes second computes again from the winner's. */
  @Test
  void identityNumbersAreNeverGivenTwice() throws Exception {
    table.create(
        TableSchema.of(column("id", "bigint").filledBy(identity(1, 1, false)), column("v", "int")));
    List<Callable<Long>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writers.add(
          () -> {
            for (int n = 0; n < 4; n++) {
              table.append("SELECT range::INTEGER AS v FROM range(10)", 50);
            }
            return 0L;
          });
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<Long> done : threads.invokeAll(writers)) {
        assertThat(done.get()).isZero();
      }
    }

    assertThat(table.rows("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM t"))
        .containsExactly("160|160|1|160");
    assertThat(folder.resolve("_delta_log/%020d.checkpoint.parquet".formatted(10))).exists();
    assertThat(table.reopened().count()).isEqualTo(160);
    sameForKernel();
  }

  @Test
  void numbersThatRunOutAreRefused() {
    table.create(
        TableSchema.of(
            column("id", "bigint").filledBy(identity(Long.MAX_VALUE - 1, 1, false)),
            column("v", "int")));
    table.append("SELECT 1 AS v UNION ALL SELECT 2");

    assertThat(refusal(() -> table.append("SELECT 3 AS v")).reason()).isEqualTo("IDENTITY_USED_UP");
    assertThat(table.count()).isEqualTo(2);
  }
}
