package io.boathouse.table.maintain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.ReadLeases.Hold;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Feeds;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VACUUM deletes what nobody needs and nothing else; RESTORE says what it misses. */
class VacuumTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", new DataType.LongType()));
  private static final String SUM = "SELECT count(*), sum(id) FROM t";
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path temp;
  private Path folder;
  private LooseTable table;
  private Map<Hold, Instant> held = Map.of();

  @BeforeEach
  void open() {
    folder = temp.resolve("table");
    table = new LooseTable(new LocalFileStore(folder), temp);
  }

  private Vacuumed vacuum(Instant cutoff) {
    return vacuum(cutoff, false);
  }

  private Vacuumed vacuum(Instant cutoff, boolean dryRun) {
    return new Vacuum(table.log(), new Vacuum.Ages(cutoff, cutoff), () -> held, dryRun).run();
  }

  /** The table of versions: 1, 2 and 3 have one file each, of the row of that number. */
  private DeltaSnapshot threeVersions() throws IOException {
    Commit unused = table.create(NUMBERS);
    unused = table.append("SELECT 1 AS id");
    unused = table.overwrite("SELECT 2 AS id");
    unused = table.overwrite("SELECT 3 AS id");
    age(folder);
    return table.log().latest();
  }

  /** Files seem to be a year old, so that only the log can save them. */
  private static void age(Path folder) throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(365)));
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, old);
      }
    }
  }

  @Test
  void filesOfVersionsThatAreOutOfTheRetentionGo() throws IOException {
    DeltaSnapshot newest = threeVersions();
    Vacuumed dry = vacuum(newest.at(), true);
    assertThat(dry.count()).isEqualTo(2);
    assertThat(dataFiles()).hasSize(3);
    Vacuumed done = vacuum(newest.at());

    assertThat(done.count()).isEqualTo(2);
    assertThat(done.files()).isEqualTo(dry.files());
    assertThat(dataFiles()).hasSize(1);
    assertThat(table.reopened().rows(SUM)).containsExactly("1|3");
    assertThat(vacuum(newest.at()).count()).isZero();
  }

  /** Seen to fail without the removed files in NamedFiles. */
  @Test
  void case77_aReaderOfAVersionWithinTheRetentionKeepsItsFiles() throws IOException {
    DeltaSnapshot newest = threeVersions();
    DeltaSnapshot reading = table.log().at(2);
    Vacuumed done = vacuum(reading.at());

    assertThat(done.count()).isEqualTo(1);
    assertThat(ids(reading)).containsExactly(2L);
    assertThat(ids(table.reopened().log().at(2))).containsExactly(2L);
    assertThat(ids(newest)).containsExactly(3L);
    assertThat(vacuum(newest.at().minus(DAY)).count()).isZero();
  }

  /** Seen to fail without Vacuum.keepWhatIsRead. */
  @Test
  void case77_aVersionThatIsBeingReadKeepsItsFilesHoweverOldItIs() throws IOException {
    DeltaSnapshot newest = threeVersions();
    DeltaSnapshot reading = table.log().at(1);
    held = Map.of(new Hold(1, false), Instant.MAX);
    Vacuumed done = vacuum(newest.at());

    assertThat(done.count()).isEqualTo(1);
    assertThat(ids(reading)).containsExactly(1L);
    held = Map.of(new Hold(1, true), Instant.MAX);
    assertThat(vacuum(newest.at()).count()).isZero();
    held = Map.of();
    assertThat(vacuum(newest.at()).count()).isEqualTo(1);
  }

  @Test
  void aVersionThatIsBeingReadAndNotToldByTheLogStopsIt() throws IOException {
    DeltaSnapshot newest = threeVersions();
    held = Map.of(new Hold(7, false), Instant.parse("2001-06-01T00:00:00Z"));
    LakeException failure = catchThrowableOfType(LakeException.class, () -> vacuum(newest.at()));

    assertThat(failure.message()).contains("version 7", "2001-06-01");
    assertThat(dataFiles()).hasSize(3);
  }

  /** With a short retention a file may be old and still not committed. */
  @Test
  void aYoungFileThatTheLogDoesNotKnowStaysWhateverTheRetention() throws IOException {
    DeltaSnapshot newest = threeVersions();
    write("part-bh-orphan.parquet");
    age(folder);
    Vacuum.Ages ages = new Vacuum.Ages(newest.at(), Instant.EPOCH);
    Vacuumed done = new Vacuum(table.log(), ages, Map::of, false).run();

    assertThat(done.count()).isEqualTo(2);
    assertThat(folder.resolve("part-bh-orphan.parquet")).exists();
  }

  @Test
  void aVersionWhoseFilesAreGoneIsAnErrorAndTheOthersAreRead() throws IOException {
    DeltaSnapshot newest = threeVersions();
    Vacuumed unused = vacuum(newest.at());
    LakeException failure = catchThrowableOfType(LakeException.class, () -> ids(table.log().at(1)));

    assertThat(failure).isNotNull();
    assertThat(failure.message()).contains(".parquet").doesNotContain(temp.toString());
    assertThat(table.rows(SUM)).containsExactly("1|3");
  }

  /** A killed writer leaves such files. A young one may be about to be committed. */
  @Test
  void filesThatNoVersionNamesGoOnceTheyAreOld() throws IOException {
    DeltaSnapshot newest = threeVersions();
    List<String> old =
        List.of("part-bh-orphan.parquet", "deep/er/x.parquet", "p=_1/y.parquet", "_change_data/z");
    List<String> hidden = List.of("_tmp/a.parquet", ".b.parquet", "c/_d.parquet", "_delta_log/x");
    for (String name : old) {
      write(name);
    }
    for (String name : hidden) {
      write(name);
    }
    age(folder);
    write("part-bh-young.parquet");
    Vacuumed done = vacuum(newest.at().minus(DAY));

    assertThat(done.count()).isEqualTo(4);
    assertThat(old).noneMatch(name -> Files.exists(folder.resolve(name)));
    assertThat(hidden).allMatch(name -> Files.exists(folder.resolve(name)));
    assertThat(folder.resolve("part-bh-young.parquet")).exists();
    assertThat(dataFiles()).hasSize(4);
  }

  @Test
  void whileAVersionCannotBeReadNothingIsDeleted() throws IOException {
    DeltaSnapshot newest = threeVersions();
    Files.writeString(folder.resolve("_delta_log/%020d.json".formatted(2)), "garbage", UTF_8);
    age(folder);
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> vacuum(newest.at().minus(DAY)));

    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure.message()).contains("%020d.json".formatted(2));
    assertThat(dataFiles()).hasSize(3);
  }

  @Test
  void deletionVectorsStayWithTheirFiles() throws Exception {
    Path source =
        Path.of(VacuumTest.class.getResource("/delta-golden/dv-with-columnmapping").toURI());
    try (Stream<Path> files = Files.walk(source).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    age(folder);
    Vacuumed done = vacuum(Instant.now());

    assertThat(done.count()).isPositive();
    assertThat(table.reopened().count()).isEqualTo(35);
  }

  @Test
  void anOldVersionComesBackAsANewOne() throws IOException {
    DeltaSnapshot newest = threeVersions();
    Commit commit = restore(1);

    assertThat(commit.version()).isEqualTo(newest.version() + 1);
    assertThat(commit.operation()).isEqualTo("RESTORE");
    Commit told = table.log().history(1).getFirst();
    assertThat(told.metric("numRestoredFiles")).isEqualTo(1);
    assertThat(told.metric("numRemovedFiles")).isEqualTo(1);
    assertThat(table.reopened().rows(SUM)).containsExactly("1|1");
    assertThat(ids(table.log().at(3))).containsExactly(3L);
  }

  @Test
  void aVersionWhoseFilesWereVacuumedCannotComeBack() throws IOException {
    DeltaSnapshot newest = threeVersions();
    String gone = table.log().at(1).files().getFirst().path().value();
    Vacuumed unused = vacuum(newest.at());
    LakeException failure = catchThrowableOfType(LakeException.class, () -> restore(1));

    assertThat(failure.reason()).isEqualTo("DATA_FILE_GONE");
    assertThat(failure.message()).contains(gone);
    assertThat(table.reopened().log().latest().version()).isEqualTo(newest.version());
    assertThat(table.rows(SUM)).containsExactly("1|3");
  }

  /** Kernel takes no rows away from a table with a change feed. */
  @Test
  void anOldVersionOfATableWithAChangeFeedComesBackAndTheFeedTellsIt() {
    Commit unused = table.create(NUMBERS, Map.of("delta.enableChangeDataFeed", "true"));
    unused = table.append("SELECT 1 AS id");
    unused = table.overwrite("SELECT 2 AS id");
    unused = restore(1);

    assertThat(table.reopened().rows(SUM)).containsExactly("1|1");
    assertThat(
            Feeds.rows(
                table,
                At.version(3),
                At.latest(),
                "SELECT id, _change_type FROM f ORDER BY _change_type"))
        .containsExactly("2|delete", "1|insert");
    assertThat(restore(3).version()).isEqualTo(4);
    assertThat(table.reopened().rows(SUM)).containsExactly("1|1");
  }

  private Commit restore(long version) {
    return table
        .log()
        .restore(table.log().at(version), new CommitNote("RESTORE", Map.of(), Optional.empty()));
  }

  private List<Long> ids(DeltaSnapshot snapshot) {
    return table.query(snapshot, "SELECT id FROM t", row -> row.getLong(1));
  }

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x", UTF_8);
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().startsWith("part-bh-")).toList();
    }
  }
}
