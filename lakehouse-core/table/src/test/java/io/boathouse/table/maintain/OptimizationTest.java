package io.boathouse.table.maintain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitHook;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.FileStatistics.ColumnStatistics;
import io.boathouse.table.read.Predicate;
import io.boathouse.table.read.Predicate.Operator;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.KernelReads;
import io.boathouse.table.write.LooseTable;
import io.boathouse.table.write.TableAlteration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OPTIMIZE leaves the rows as they are and makes fewer or better ordered files of them. */
class OptimizationTest {
  private static final String ALL = "SELECT * FROM t ORDER BY ALL";
  private static final TableSchema POINTS =
      TableSchema.of(
          Column.of("x", new DataType.IntegerType()),
          Column.of("y", new DataType.IntegerType()),
          Column.of("p", new DataType.StringType()));

  @TempDir Path temp;
  private Path folder;
  private LooseTable table;
  private DuckDb duckDb;

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
    duckDb = new DuckDb(new DuckDbConfig("512MB", 2, temp));
  }

  private Optimization optimization(OptimizeOptions options) {
    return new Optimization(duckDb, table.log(), options);
  }

  @Test
  void smallFilesBecomeOneWithTheSameRows() throws IOException {
    Commit unused = table.create(POINTS);
    for (int i = 0; i < 6; i++) {
      unused =
          table.append("SELECT %d AS x, range::INTEGER AS y, 'a' AS p FROM range(50)".formatted(i));
    }
    List<String> before = table.rows(ALL);
    Optimized done = optimization(OptimizeOptions.ALL).run();

    assertThat(done.filesRemoved()).isEqualTo(6);
    assertThat(done.filesAdded()).isEqualTo(1);
    assertThat(table.reopened().rows(ALL)).isEqualTo(before).hasSize(300);
    assertThat(KernelReads.rows(folder)).hasSize(300);
    String log = Files.readString(folder.resolve("_delta_log/%020d.json".formatted(7)), UTF_8);
    assertThat(log).contains("\"dataChange\":false").doesNotContain("\"dataChange\":true");
    Commit commit = table.log().history(1).getFirst();
    assertThat(commit.operation()).isEqualTo("OPTIMIZE");
    assertThat(commit.metric("numRemovedFiles")).isEqualTo(6);
    assertThat(optimization(OptimizeOptions.ALL).run()).isEqualTo(Optimized.NOTHING);
    assertThat(table.log().latest().version()).isEqualTo(7);
  }

  @Test
  void partitionsStayApartAndOnlyThoseAskedForAreTouched() {
    Commit unused = table.create(POINTS, "p");
    for (int i = 0; i < 3; i++) {
      unused =
          table.append("SELECT %d AS x, 1 AS y, unnest(['a', 'b b/=%%', NULL]) AS p".formatted(i));
    }
    List<String> before = table.rows(ALL);
    OptimizeOptions ofA =
        new OptimizeOptions(
            Optional.of(new Predicate.Compare("P", Operator.EQUAL, "a")), List.of());
    assertThat(optimization(ofA).run().filesRemoved()).isEqualTo(3);
    assertThat(table.log().latest().files()).hasSize(7);
    OptimizeOptions ofNull = new OptimizeOptions(Optional.of(new Predicate.IsNull("p")), List.of());
    assertThat(optimization(ofNull).run().filesRemoved()).isEqualTo(3);
    assertThat(optimization(OptimizeOptions.ALL).run().filesRemoved()).isEqualTo(3);
    assertThat(table.log().latest().files()).hasSize(3);
    assertThat(table.reopened().rows(ALL)).isEqualTo(before);
    OptimizeOptions ofX =
        new OptimizeOptions(Optional.of(new Predicate.Compare("x", Operator.EQUAL, 1L)), List.of());
    assertThat(refused(ofX).message()).contains("partition columns", "'x'");
  }

  @Test
  void rowsThatAreNearInAllClusteringColumnsAreInTheSameFile() {
    Commit unused =
        table.create(
            POINTS,
            Map.of("boathouse.targetFileSize", "1kb", "delta.parquet.compression.codec", "snappy"));
    unused =
        table.append(
            "SELECT (range * 37 % 64)::INTEGER AS x, (range * 37 // 64 % 64)::INTEGER AS y,"
                + " 'a' AS p FROM range(4096)");
    List<String> before = table.rows(ALL);
    Optimized done = optimization(new OptimizeOptions(Optional.empty(), List.of("x", "Y"))).run();

    assertThat(done.filesAdded()).isGreaterThan(3);
    assertThat(table.reopened().rows(ALL)).isEqualTo(before);
    double covered =
        table.log().latest().files().stream()
            .mapToDouble(file -> width(file, "x") * width(file, "y") / (64.0 * 64))
            .sum();
    assertThat(covered).isLessThan(2.5);
    assertThat(refused(new OptimizeOptions(Optional.empty(), List.of("z"))).message())
        .contains("no such column");
  }

  private static long width(DataFile file, String column) {
    ColumnStatistics bounds = file.statistics().orElseThrow().columns().get(column);
    return (Long) bounds.max().orElseThrow() - (Long) bounds.min().orElseThrow() + 1;
  }

  /** The defence is that the commit removes exactly what it read, in DeltaLog.rearrange. */
  @Test
  void whatIsAppendedMeanwhileStays() {
    Commit unused = table.create(POINTS);
    unused = table.append("SELECT 1 AS x, 1 AS y, 'a' AS p");
    unused = table.append("SELECT 2 AS x, 1 AS y, 'a' AS p");
    Optimization running = optimization(OptimizeOptions.ALL);
    unused = table.reopened().append("SELECT 3 AS x, 1 AS y, 'a' AS p");
    Optimized done = running.run();

    assertThat(done.version()).contains(4L);
    assertThat(table.reopened().rows("SELECT x FROM t ORDER BY x")).containsExactly("1", "2", "3");
    assertThat(table.log().latest().files()).hasSize(2);
  }

  @Test
  void rowsThatAreTakenAwayMeanwhileStayAwayAndNothingIsLeftBehind() throws IOException {
    Commit unused = table.create(POINTS);
    unused = table.append("SELECT 1 AS x, 1 AS y, 'a' AS p");
    unused = table.append("SELECT 2 AS x, 1 AS y, 'a' AS p");
    Optimization running = optimization(OptimizeOptions.ALL);
    unused = table.reopened().overwrite("SELECT 9 AS x, 1 AS y, 'a' AS p");
    long files = dataFiles();
    LakeException failure = catchThrowableOfType(LakeException.class, running::run);

    assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(table.reopened().rows("SELECT x FROM t")).containsExactly("9");
    assertThat(dataFiles()).isEqualTo(files);
  }

  @Test
  void deletedRowsAreLeftOutOfTheNewFiles() throws Exception {
    copyGolden("dv-partitioned-with-checkpoint");
    List<String> before = table.rows(ALL);
    assertThat(table.log().latest().files()).anyMatch(file -> file.deletedRows().isPresent());
    Optimized done = optimization(OptimizeOptions.ALL).run();

    assertThat(done.filesRemoved()).isPositive();
    assertThat(table.reopened().rows(ALL)).isEqualTo(before);
    assertThat(table.log().latest().files()).noneMatch(file -> file.deletedRows().isPresent());
    assertThat(KernelReads.rows(folder)).hasSameSizeAs(before);
  }

  private LakeException refused(OptimizeOptions options) {
    return catchThrowableOfType(LakeException.class, () -> optimization(options).run());
  }

  private long dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  private void copyGolden(String name) throws Exception {
    Path source = Path.of(OptimizationTest.class.getResource("/delta-golden/" + name).toURI());
    try (Stream<Path> files = Files.walk(source).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    assertThat(Arrays.stream(folder.toFile().list()).toList()).contains("_delta_log");
  }

  /** A writer that stands at a phase of its own while something else is done. */
  private LooseTable overtaken(CommitHook.Phase at, Runnable other) {
    AtomicBoolean done = new AtomicBoolean();
    return table.hooked(
        phase -> {
          if (phase == at && done.compareAndSet(false, true)) {
            other.run();
          }
        });
  }

  private void fill(boolean vectors) {
    Commit unused =
        table.create(POINTS, Map.of("delta.enableDeletionVectors", Boolean.toString(vectors)));
    for (int i = 0; i < 4; i++) {
      unused =
          table.append("SELECT %d AS x, range::INTEGER AS y, 'a' AS p FROM range(50)".formatted(i));
    }
  }

  /** Seen to lose the compaction or the update without Conflicts.require: removed files. */
  @ParameterizedTest
  @CsvSource({"AFTER_BASE,true", "BEFORE_CHECK,true", "BEFORE_PUT,true", "BEFORE_CHECK,false"})
  void case73_anUpdateThatMeetsOptimizeIsDoneAgainOnItsFiles(
      CommitHook.Phase phase, boolean vectors) throws IOException {
    fill(vectors);
    Runnable optimize =
        () -> {
          Optimized unused =
              new Optimization(duckDb, table.reopened().log(), OptimizeOptions.ALL).run();
        };
    Commit commit = overtaken(phase, optimize).update("p = 'new'", "y = 7", 3);

    assertThat(commit.version()).isEqualTo(6);
    assertThat(table.rows("SELECT count(*), count(*) FILTER (p = 'new'), sum(y) FROM t"))
        .containsExactly("200|4|4900");
    assertThat(KernelReads.rows(folder)).hasSize(200);
    assertThat(table.log().history(2).get(1).operation()).isEqualTo("OPTIMIZE");
  }

  @Test
  void case73_anUpdateThatMayNotBeDoneAgainIsToldOfTheOptimize() {
    fill(true);
    Runnable optimize =
        () -> {
          Optimized unused =
              new Optimization(duckDb, table.reopened().log(), OptimizeOptions.ALL).run();
        };
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> overtaken(CommitHook.Phase.BEFORE_PUT, optimize).update("p = 'new'", "y = 7", 0));

    assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(failure.details())
        .containsEntry("version", "5")
        .containsEntry("operation", "OPTIMIZE");
  }

  @Test
  void case73_anOptimizeThatMeetsAnUpdateLosesAndNamesIt() {
    fill(true);
    LooseTable writer =
        overtaken(
            CommitHook.Phase.BEFORE_CHECK,
            () -> {
              Commit unused = table.reopened().update("p = 'new'", "y = 7");
            });
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> new Optimization(duckDb, writer.log(), OptimizeOptions.ALL).run());

    assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(failure.details())
        .containsEntry("version", "5")
        .containsEntry("operation", "UPDATE");
    assertThat(table.rows("SELECT count(*), count(*) FILTER (p = 'new') FROM t"))
        .containsExactly("200|4");
  }

  /** Kernel writes no table with constraints. */
  @Test
  void tablesWithConstraintsAreOptimizedToo() throws IOException {
    fill(false);
    Object unused = table.alter(new TableAlteration.AddConstraint("small", "x < 100"));
    Optimized done = optimization(OptimizeOptions.ALL).run();

    assertThat(done.filesRemoved()).isEqualTo(4);
    assertThat(done.filesAdded()).isEqualTo(1);
    assertThat(KernelReads.rows(folder)).hasSize(200);
    String log = Files.readString(folder.resolve("_delta_log/%020d.json".formatted(6)), UTF_8);
    assertThat(log).contains("\"dataChange\":false").doesNotContain("\"dataChange\":true");
    assertThat(table.reopened().rows("SELECT count(*), sum(y) FROM t")).containsExactly("200|4900");
  }

  private Optimized clustered() {
    return new Optimization(duckDb, table.reopened().log(), OptimizeOptions.ALL).run();
  }

  private void points(int times) {
    for (int i = 0; i < times; i++) {
      Commit unused =
          table.append(
              "SELECT (range %% 30)::INTEGER AS x, (range // 30)::INTEGER AS y, '%d' AS p FROM range(900)"
                  .formatted(i));
    }
  }

  @Test
  void aClusteredTableIsOrderedByItsColumnsAndOnlyWhatIsNewAgain() throws IOException {
    Commit unused = table.create(POINTS, Map.of("boathouse.targetFileSize", "1kb"));
    Object unusedNone = table.alter(new TableAlteration.ClusterBy(List.of("X", "y")));
    points(4);
    List<String> rows = table.rows(ALL);
    Optimized first = clustered();

    assertThat(first.filesRemoved()).isEqualTo(4);
    assertThat(first.filesAdded()).isGreaterThan(2);
    assertThat(clustered()).isEqualTo(Optimized.NOTHING);
    assertThat(table.reopened().rows(ALL)).isEqualTo(rows);
    assertThat(KernelReads.rows(folder)).hasSize(rows.size());
    assertThat(table.log().latest().facts().clusteringColumns()).containsExactly("x", "y");
    String log = Files.readString(folder.resolve("_delta_log/%020d.json".formatted(6)), UTF_8);
    assertThat(log).contains("ZCUBE_ID", "hilbert", "\"dataChange\":false");
    long narrow =
        table.log().latest().files().stream()
            .filter(file -> file.statistics().orElseThrow().columns().get("x").max().isPresent())
            .filter(
                file ->
                    (Long) file.statistics().orElseThrow().columns().get("x").max().orElseThrow()
                            - (Long)
                                file.statistics()
                                    .orElseThrow()
                                    .columns()
                                    .get("x")
                                    .min()
                                    .orElseThrow()
                        < 29)
            .count();
    assertThat(narrow).isPositive();
  }

  @Test
  void aLargeCubeStaysAsItIsWhenMoreComes() {
    Commit unused = table.create(POINTS, Map.of("boathouse.targetFileSize", "1kb"));
    Object unusedNone = table.alter(new TableAlteration.ClusterBy(List.of("x")));
    points(8);
    Optimized first = clustered();
    points(1);
    Optimized second = clustered();

    assertThat(first.filesRemoved()).isEqualTo(8);
    assertThat(second.filesRemoved()).isEqualTo(1);
    unusedNone = table.alter(new TableAlteration.ClusterBy(List.of("y")));
    assertThat(clustered().filesRemoved()).isEqualTo(first.filesAdded() + second.filesAdded());
    unusedNone = table.alter(new TableAlteration.ClusterBy(List.of()));
    assertThat(table.reopened().log().latest().facts().clusteringColumns()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"nothing,nothing", "x x,repeated", "a b c d e,at most 4"})
  void whatATableCannotBeClusteredByIsNamed(String columns, String named) {
    Commit unused = table.create(POINTS);
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> table.alter(new TableAlteration.ClusterBy(List.of(columns.split(" ")))));

    assertThat(failure.message()).contains(named);
  }

  @Test
  void tablesThatFillTheirColumnsAreOptimized() throws IOException {
    Commit unused =
        table.create(
            TableSchema.of(
                Column.of("n", new DataType.LongType()),
                Column.of("twice", new DataType.LongType())
                    .filledBy(new Filling.Generated("n * 2")),
                Column.of("id", new DataType.LongType())
                    .filledBy(new Filling.Identity(1, 1, false, Optional.empty()))));
    for (int i = 0; i < 3; i++) {
      unused = table.append("SELECT %d AS n".formatted(i));
    }
    List<String> before = table.rows(ALL);

    assertThat(optimization(OptimizeOptions.ALL).run().filesRemoved()).isEqualTo(3);
    assertThat(table.reopened().rows(ALL)).isEqualTo(before);
    unused = table.append("SELECT 9 AS n");
    assertThat(table.rows("SELECT count(DISTINCT id), max(twice) FROM t")).containsExactly("4|18");
    assertThat(KernelReads.rows(folder)).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"name", "id"})
  void tablesThatMapTheirColumnsAreOptimizedAndRestored(String mode) throws IOException {
    Commit unused = table.create(POINTS, Map.of("delta.columnMapping.mode", mode), "p");
    for (int i = 0; i < 3; i++) {
      unused =
          table.append("SELECT %d AS x, range::INTEGER AS y, 'a' AS p FROM range(50)".formatted(i));
    }
    Object unusedNone = table.alter(new TableAlteration.RenameColumn(List.of("x"), "z"));
    List<String> before = table.rows(ALL);
    Optimized done = optimization(OptimizeOptions.ALL).run();

    assertThat(done.filesAdded()).isEqualTo(1);
    assertThat(table.reopened().rows(ALL)).isEqualTo(before).hasSize(150);
    assertThat(KernelReads.rows(folder)).hasSize(150);
    assertThat(table.rows("SELECT sum(z), sum(y) FROM t")).containsExactly("150|3675");
    unused = table.delete("z = 1");
    unused =
        table
            .log()
            .restore(table.log().at(5), new CommitNote("RESTORE", Map.of(), Optional.empty()));
    assertThat(table.reopened().rows(ALL)).isEqualTo(before);
  }
}
