package io.boathouse.table.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import io.boathouse.table.write.TableAlteration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the feed of a range tells, and of which ranges there is none. */
class ChangeFeedTest {
  private static final TableSchema NUMBERS =
      TableSchema.of(Column.of("id", DataType.parse("bigint")));
  private static final String ALL =
      "SELECT * EXCLUDE (_commit_timestamp) FROM f ORDER BY _commit_version, _change_type DESC, id";

  @TempDir Path temp;
  private LooseTable table;

  @BeforeEach
  void open() {
    table = new LooseTable(new LocalFileStore(temp.resolve("table")), temp);
  }

  private void create() {
    Object unused =
        table.create(
            NUMBERS,
            Map.of("delta.enableChangeDataFeed", "true", "delta.enableDeletionVectors", "true"));
  }

  private List<String> feed(long from, long to) {
    return Feeds.rows(table, At.version(from), At.version(to), ALL);
  }

  @Test
  void everyKindOfChangeIsToldWithItsVersion() {
    create();
    Object unused = table.append("SELECT unnest([1, 2, 3]) AS id");
    unused = table.delete("id = 1");
    unused = table.update("id = t.id + 10", "id = 2");
    unused = table.overwrite("SELECT 5 AS id");

    assertThat(feed(0, 1)).containsExactly("1|insert|1", "2|insert|1", "3|insert|1");
    assertThat(feed(2, 3))
        .containsExactly("1|delete|2", "2|update_preimage|3", "12|update_postimage|3");
    assertThat(feed(4, 99)).containsExactly("5|insert|4", "3|delete|4", "12|delete|4");
    assertThat(
            Feeds.rows(
                table,
                At.version(2),
                At.latest(),
                "SELECT DISTINCT _commit_version, epoch_ms(_commit_timestamp) FROM f ORDER BY 1"))
        .containsExactlyElementsOf(
            List.of(2L, 3L, 4L).stream()
                .map(version -> version + "|" + table.log().at(version).at().toEpochMilli())
                .toList());
  }

  @Test
  void aDeletionVectorWithoutFilesOfChangesTellsWhatItMarks() {
    Object unused = table.create(NUMBERS, Map.of("delta.enableDeletionVectors", "true"));
    unused = table.append("SELECT range AS id FROM range(20)");
    unused = table.delete("id = 3");
    unused = table.delete("id IN (5, 7)");
    // what another writer may say afterwards, since the log itself is the same
    pretendTheFeedWasOn();

    assertThat(feed(2, 3)).containsExactly("3|delete|2", "5|delete|3", "7|delete|3");
  }

  /** The property in the first version, as if it had been there from the beginning. */
  private void pretendTheFeedWasOn() {
    try {
      Path first = temp.resolve("table/_delta_log/%020d.json".formatted(0));
      String text = Files.readString(first);
      Files.writeString(
          first,
          text.replace(
              "\"delta.enableDeletionVectors\":\"true\"",
              "\"delta.enableDeletionVectors\":\"true\",\"delta.enableChangeDataFeed\":\"true\""));
      for (long version = 0; version <= table.log().latest().version(); version++) {
        Files.deleteIfExists(temp.resolve("table/_delta_log/%020d.crc".formatted(version)));
      }
      table = table.reopened();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void columnsAreThoseOfTheEndAndNullWhereTheyCameLater() {
    create();
    Object unused = table.append("SELECT 1 AS id");
    unused =
        table.alter(
            new TableAlteration.AddColumns(List.of(Column.of("name", DataType.parse("string")))));
    unused = table.append("SELECT 2 AS id, 'b' AS name");

    assertThat(feed(1, 3)).containsExactly("1|null|insert|1", "2|b|insert|3");
    assertThat(feed(1, 1)).containsExactly("1|insert|1");
  }

  @Test
  void timesStandForTheVersionsBetweenThem() {
    create();
    Object unused = table.append("SELECT 1 AS id");
    unused = table.append("SELECT 2 AS id");
    unused = table.append("SELECT 3 AS id");
    Instant second = table.log().at(2).at();

    assertThat(between(At.timestamp(second), At.timestamp(second))).containsExactly("2|insert|2");
    assertThat(between(At.timestamp(second.plusMillis(1)), At.latest()))
        .containsExactly("3|insert|3");
    assertThat(between(At.timestamp(Instant.EPOCH), At.timestamp(second))).hasSize(2);
    assertThat(refused(At.timestamp(Instant.parse("2999-01-01T00:00:00Z")), At.latest()).reason())
        .isEqualTo("DELTA_TIMESTAMP_GREATER_THAN_COMMIT");
  }

  private List<String> between(At from, At to) {
    return Feeds.rows(table, from, to, ALL);
  }

  private LakeException refused(At from, At to) {
    return catchThrowableOfType(LakeException.class, () -> Feeds.open(table, from, to));
  }

  @Test
  void aRangeIsRefusedUnlessTheFeedWasOnInAllOfIt() {
    Object unused = table.create(NUMBERS);
    unused = table.append("SELECT 1 AS id");
    set("true");
    unused = table.append("SELECT 2 AS id");
    set("false");
    unused = table.append("SELECT 3 AS id");
    LakeException before = refused(At.version(1), At.version(3));
    LakeException after = refused(At.version(2), At.version(5));

    assertThat(feed(2, 3)).containsExactly("2|insert|3");
    assertThat(before.reason()).isEqualTo("DELTA_MISSING_CHANGE_DATA");
    assertThat(before.details()).containsEntry("version", "1");
    assertThat(after.reason()).isEqualTo("DELTA_MISSING_CHANGE_DATA");
    assertThat(after.details()).containsEntry("version", "4");
  }

  private void set(String value) {
    Object unused =
        table.alter(new TableAlteration.SetProperties(Map.of("delta.enableChangeDataFeed", value)));
  }

  @Test
  void aRangeThatIsNoneIsRefusedNamingIt() {
    create();
    Object unused = table.append("SELECT 1 AS id");

    assertThat(refused(At.version(2), At.latest()).reason())
        .isEqualTo("DELTA_CDC_START_VERSION_AFTER_LATEST");
    assertThat(refused(At.version(1), At.version(0)).reason()).isEqualTo("DELTA_INVALID_CDC_RANGE");
    assertThat(refused(At.version(-1), At.version(0)).code()).isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void aCleanedLogSaysWhereItBegins() throws IOException {
    create();
    for (int i = 1; i <= 12; i++) {
      Object unused = table.append("SELECT %d AS id".formatted(i));
    }
    for (int version = 0; version < 10; version++) {
      Files.delete(temp.resolve("table/_delta_log/%020d.json".formatted(version)));
    }
    table = table.reopened();
    LakeException failure = refused(At.version(3), At.version(11));

    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure.message()).contains("3", "10");
    assertThat(feed(11, 12)).containsExactly("11|insert|11", "12|insert|12");
    assertThat(between(At.timestamp(Instant.EPOCH), At.version(11))).hasSize(2);
  }

  @Test
  void aVersionThatIsNoJsonIsNamed() throws IOException {
    create();
    Object unused = table.append("SELECT 1 AS id");
    unused = table.append("SELECT 2 AS id");
    Files.writeString(temp.resolve("table/_delta_log/%020d.json".formatted(1)), "{\"add\":{\"pa");

    assertThat(refused(At.version(0), At.version(2)).message()).contains("%020d.json".formatted(1));
  }

  @Test
  void aRenamedColumnPartsTheRangeAndBothPartsAreTold() {
    Object unused =
        table.create(
            NUMBERS,
            Map.of("delta.enableChangeDataFeed", "true", "delta.columnMapping.mode", "name"));
    unused = table.append("SELECT 1 AS id");
    unused = table.alter(new TableAlteration.RenameColumn(List.of("id"), "number"));
    unused = table.append("SELECT 2 AS number");
    unused = table.update("number = t.number + 1", "number = 2");
    LakeException failure = refused(At.version(1), At.version(3));

    assertThat(failure.reason()).isEqualTo("DELTA_CHANGE_DATA_FEED_INCOMPATIBLE_SCHEMA_CHANGE");
    assertThat(failure.message()).contains("'id'", "version 1");
    assertThat(feed(1, 1)).containsExactly("1|insert|1");
    assertThat(
            Feeds.rows(
                table,
                At.version(2),
                At.latest(),
                "SELECT number, _change_type FROM f ORDER BY ALL"))
        .containsExactly("2|insert", "2|update_preimage", "3|update_postimage");
  }

  @Test
  void aWidenedColumnKeepsTheRangeTogether() {
    Object unused =
        table.create(
            TableSchema.of(Column.of("id", DataType.parse("int"))),
            Map.of("delta.enableChangeDataFeed", "true", "delta.enableTypeWidening", "true"));
    unused = table.append("SELECT 1::INTEGER AS id");
    unused = table.alter(new TableAlteration.WidenColumn(List.of("id"), DataType.parse("bigint")));
    unused = table.append("SELECT 5000000000 AS id");

    assertThat(feed(1, 3)).containsExactly("1|insert|1", "5000000000|insert|3");
  }
}
