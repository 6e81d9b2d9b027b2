package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.MetadataField;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitHook;
import io.boathouse.table.maintain.Compactions;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows keep their ids and versions through every change, as a plain list keeps them; what we show
 * is what Kernel's own reader shows. {@code -Dboathouse.changes.seed} repeats a run.
 */
class RowTrackingTest {
  private static final int ROUNDS = Integer.getInteger("boathouse.changes.rounds", 8);
  private static final long SEED = Long.getLong("boathouse.changes.seed", System.nanoTime());
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("k", new DataType.LongType()),
          Column.of("v", new DataType.LongType()),
          Column.of("p", new DataType.StringType()));
  private static final String ASKED =
      "SELECT k, v, p, _metadata.row_id, _metadata.row_commit_version FROM t";
  private static final Set<MetadataField> IDS =
      EnumSet.of(MetadataField.ROW_ID, MetadataField.ROW_COMMIT_VERSION);

  @TempDir Path temp;

  /** What is expected of a row. */
  private record Tracked(long v, long id, long version) {}

  private LooseTable table(Map<String, String> more, String... partitionColumns) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("delta.enableRowTracking", "true");
    LooseTable table = new LooseTable(new LocalFileStore(temp.resolve("table")), temp);
    table.create(SCHEMA, properties, partitionColumns);
    return table;
  }

  private List<String> byKernel() throws IOException {
    return KernelReads.trackedRows(temp.resolve("table"));
  }

  private static String values(long from, long to) {
    return "SELECT i AS k, i %% 7 AS v, 'p' || (i %% 3) AS p FROM range(%d, %d) AS r(i)"
        .formatted(from, to);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, none, false",
    "true, true, none, true",
    "false, true, name, true",
    "true, false, name, false"
  })
  void rowsKeepTheirIdsAndVersions(
      boolean vectors, boolean partitioned, String mapping, boolean feed) throws IOException {
    System.out.println("RowTrackingTest: -Dboathouse.changes.seed=" + SEED);
    Random random = new Random(SEED);
    LooseTable table =
        table(
            Map.of(
                "delta.enableDeletionVectors", Boolean.toString(vectors),
                "delta.enableChangeDataFeed", Boolean.toString(feed),
                "delta.columnMapping.mode", mapping),
            partitioned ? new String[] {"p"} : new String[0]);
    Map<Long, Tracked> expected = new HashMap<>();
    Set<Long> given = new HashSet<>();
    long next = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int kind = round == 0 ? 0 : random.nextInt(5);
      long modulus = 2L + random.nextInt(9);
      long rest = random.nextInt((int) modulus);
      Commit commit = null;
      long keep = next;
      switch (kind) {
        case 0 -> {
          commit = table.append(values(next, next + 40));
          next += 40;
        }
        case 1 -> {
          commit = table.delete("k %% %d = %d".formatted(modulus, rest));
          expected.keySet().removeIf(k -> k % modulus == rest);
        }
        case 2 -> {
          commit = table.update("v = t.v + 100", "k %% %d = %d".formatted(modulus, rest));
          update(expected, modulus, rest, 100, commit.version());
        }
        case 3 -> {
          commit = table.change(merge(modulus, rest, next), WriteOptions.of("MERGE"), 0);
          update(expected, modulus, rest, 1000, commit.version());
          next += 5;
        }
        default -> {
          boolean unused = Compactions.compact(table, table.duckDb());
        }
      }
      String what = "seed %d, round %d, kind %d".formatted(SEED, round, kind);
      List<String> ours = table.metadataRows(IDS, ASKED);

      assertThat(byKernel()).as(what).containsExactlyInAnyOrderElementsOf(ours);
      Map<Long, Tracked> now = tracked(ours);
      for (long k = keep; k < next; k++) {
        Tracked fresh = now.get(k);
        assertThat(fresh).as("%s: %d", what, k).isNotNull();
        assertThat(fresh.version()).as(what).isEqualTo(commit.version());
        assertThat(given.add(fresh.id())).as("%s: id %d", what, fresh.id()).isTrue();
        expected.put(k, fresh);
      }
      assertThat(now).as(what).isEqualTo(expected);
    }
  }

  private static void update(
      Map<Long, Tracked> rows, long modulus, long rest, long more, long version) {
    rows.replaceAll(
        (k, row) -> k % modulus == rest ? new Tracked(row.v() + more, row.id(), version) : row);
  }

  private static Map<Long, Tracked> tracked(List<String> rows) {
    Map<Long, Tracked> found = new HashMap<>();
    Set<Long> ids = new HashSet<>();
    for (String row : rows) {
      String[] parts = row.split("\\|");
      long id = Long.parseLong(parts[3]);
      assertThat(ids.add(id)).as("id %d twice", id).isTrue();
      found.put(
          Long.parseLong(parts[0]),
          new Tracked(Long.parseLong(parts[1]), id, Long.parseLong(parts[4])));
    }
    return found;
  }

  /** Rows of the modulus get a thousand more; five new ones come in. */
  private static RowChange merge(long modulus, long rest, long next) {
    String source =
        "SELECT i AS k FROM range(0, %d) AS r(i) WHERE i %% %d = %d OR i >= %d"
            .formatted(next + 5, modulus, rest, next);
    String matched =
        "SELECT t.%s, t.%s, s.%s, 'update' AS _boathouse_kind, t.k, t.v + 1000 AS v, t.p FROM %s AS t JOIN %s AS s ON t.k = s.k"
            .formatted(
                TargetRows.FILE,
                TargetRows.ROW,
                MergedRows.SOURCE_ROW,
                TargetRows.VIEW,
                MergedRows.SOURCE);
    String inserted =
        "SELECT CASE WHEN s.k >= %d THEN 'insert' END AS _boathouse_kind, s.k, 0::BIGINT AS v, 'p0' AS p FROM %s AS s"
            .formatted(next, MergedRows.UNMATCHED_SOURCE);
    return new RowChange.Merge(
        source,
        matched,
        Optional.of(inserted),
        Optional.empty(),
        List.of(),
        false,
        List.of(),
        false);
  }

  @Test
  void anOldVersionBringsTheIdsOfItsRowsBack() throws IOException {
    LooseTable table = table(Map.of());
    table.append(values(0, 10));
    List<String> before = table.metadataRows(IDS, ASKED);
    table.update("v = t.v + 1", "k < 5");
    table.delete("k = 7");
    table.log().restore(table.log().at(1), WriteOptions.of("RESTORE").note());
    table.append(values(10, 12));

    List<String> after = table.metadataRows(IDS, ASKED + " WHERE k < 10");
    assertThat(after).containsExactlyInAnyOrderElementsOf(before);
    assertThat(tracked(byKernel())).hasSize(12);
  }

  @Test
  void appendsAtOnceGetDifferentIds() throws IOException {
    LooseTable table = table(Map.of());
    AtomicBoolean first = new AtomicBoolean(true);
    LooseTable late =
        table.hooked(
            phase -> {
              if (phase == CommitHook.Phase.BEFORE_PUT && first.getAndSet(false)) {
                table.append(values(0, 10));
              }
            });
    Commit commit = late.append(values(10, 30));

    assertThat(commit.version()).isEqualTo(2);
    Map<Long, Tracked> rows = tracked(byKernel());
    assertThat(rows).hasSize(30);
    assertThat(rows.get(0L)).isEqualTo(new Tracked(0, 0, 1));
    assertThat(rows.values().stream().map(Tracked::id))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 30).boxed().toList());
    assertThat(rows.get(29L).version()).isEqualTo(2);
  }

  @Test
  void commitsSayThatRowsWereKeptAndWhereTheNumbersEnd() throws IOException {
    LooseTable table = table(Map.of("delta.enableDeletionVectors", "true"));
    table.append(values(0, 10));
    Commit delete = table.delete("k = 3");
    Commit overwrite = table.overwrite(values(50, 53));

    assertThat(action(1, "commitInfo").at("/tags/delta.rowTracking.preserved").asText())
        .isEqualTo("true");
    assertThat(action(1, "domainMetadata").path("configuration").asText())
        .isEqualTo("{\"rowIdHighWaterMark\":9}");
    JsonNode marked = action(delete.version(), "add");
    assertThat(marked.path("baseRowId").asLong(-1)).isZero();
    assertThat(marked.path("defaultRowCommitVersion").asLong()).isEqualTo(1);
    assertThat(action(delete.version(), "remove").path("baseRowId").asLong(-1)).isZero();
    assertThat(action(overwrite.version(), "add").path("baseRowId").asLong()).isEqualTo(10);
    assertThat(table.reopened().append(values(60, 61)).version()).isEqualTo(4);
    assertThat(action(4, "add").path("baseRowId").asLong()).isEqualTo(13);
  }

  private JsonNode action(long version, String name) throws IOException {
    Path file = temp.resolve("table/_delta_log/%020d.json".formatted(version));
    return Files.readAllLines(file).stream()
        .map(Json::parse)
        .filter(line -> line.has(name))
        .findFirst()
        .orElseThrow()
        .get(name);
  }

  @Test
  void aTableThatIsThereBeginsToTrackItsRows() throws IOException {
    LooseTable table = new LooseTable(new LocalFileStore(temp.resolve("table")), temp);
    table.create(SCHEMA);
    table.append(values(0, 10));
    table.append(values(10, 20));
    assertThatThrownBy(() -> table.metadataRows(IDS, ASKED))
        .hasMessageContaining("delta.enableRowTracking");
    table.alter(new TableAlteration.SetProperties(Map.of("delta.enableRowTracking", "true")));
    table.update("v = 1000", "k = 15");

    List<String> ours = table.metadataRows(IDS, ASKED);
    assertThat(byKernel()).containsExactlyInAnyOrderElementsOf(ours);
    assertThat(tracked(ours)).hasSize(20);
    assertThat(tracked(ours).get(15L).version()).isEqualTo(4);
  }

  @Test
  void checkpointsKeepTheIds() throws IOException {
    LooseTable table = table(Map.of("delta.checkpointInterval", "3"));
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      table.append(values(10L * i, 10L * i + 10));
    }
    rows.addAll(table.metadataRows(IDS, ASKED));

    assertThat(temp.resolve("table/_delta_log/00000000000000000006.checkpoint.parquet")).exists();
    assertThat(table.reopened().metadataRows(IDS, ASKED)).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(byKernel()).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void filesAreToldByTheirNamesInTheTable() {
    LooseTable table = table(Map.of(), "p");
    table.append(values(0, 4));
    List<String> names =
        table.log().latest().files().stream().map(file -> file.path().value()).toList();

    assertThat(
            table.metadataRows(
                EnumSet.allOf(MetadataField.class),
                "SELECT DISTINCT _metadata.file_path FROM t WHERE _metadata.file_size > 0 AND"
                    + " _metadata.file_path LIKE '%' || _metadata.file_name AND"
                    + " _metadata.file_modification_time > TIMESTAMPTZ '2020-01-01'"))
        .containsExactlyInAnyOrderElementsOf(names);
  }
}
