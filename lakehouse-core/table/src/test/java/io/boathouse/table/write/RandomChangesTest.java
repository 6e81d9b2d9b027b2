package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random inserts, deletes, updates and merges, compared with a plain list of rows after each;
 * {@code -Dboathouse.changes.rounds} makes it longer, {@code -Dboathouse.changes.seed} repeats it.
 */
class RandomChangesTest {
  private static final int ROUNDS = Integer.getInteger("boathouse.changes.rounds", 6);
  private static final long SEED = Long.getLong("boathouse.changes.seed", System.nanoTime());
  static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()),
          Column.of("v", new DataType.IntegerType()),
          Column.of("p", new DataType.StringType()));

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "false, false, none",
    "false, true, name",
    "true, false, later",
    "true, true, none",
    "true, true, id"
  })
  void theTableHoldsWhatThePlainListHolds(boolean vectors, boolean partitioned, String mapping)
      throws IOException {
    System.out.println("RandomChangesTest: -Dboathouse.changes.seed=" + SEED);
    Random random = new Random(SEED);
    RowOracle oracle = new RowOracle(random);
    Path folder = temp.resolve("table");
    LooseTable table = new LooseTable(new LocalFileStore(folder), temp);
    Map<String, String> properties =
        Map.of(
            "delta.enableDeletionVectors", Boolean.toString(vectors),
            "delta.enableChangeDataFeed", Boolean.toString(random.nextBoolean()),
            "delta.columnMapping.mode", mapping.equals("later") ? "none" : mapping);
    table.create(SCHEMA, properties, partitioned ? new String[] {"p"} : new String[0]);
    table.append(oracle.insert(200));
    for (int round = 0; round < ROUNDS; round++) {
      if (round == 2 && mapping.equals("later")) {
        table.alter(new TableAlteration.SetProperties(Map.of("delta.columnMapping.mode", "name")));
      }
      List<String> before = OurReads.rows(table);
      Commit commit = change(table, oracle, random);
      List<String> now = OurReads.rows(table);
      String what = "round %d, %s".formatted(round, commit);

      assertThat(now).as(what).containsExactlyInAnyOrderElementsOf(oracle.texts());
      assertThat(KernelReads.rows(folder))
          .as("Kernel, " + what)
          .containsExactlyInAnyOrderElementsOf(now);
      if (commit.metric("numAddedChangeFiles") + commit.metric("numTargetChangeFilesAdded") > 0) {
        assertThat(fed(table, folder, commit.version(), before))
            .as("change feed, " + what)
            .containsExactlyInAnyOrderElementsOf(now);
      }
    }
  }

  static Commit change(LooseTable table, RowOracle oracle, Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> table.append(oracle.insert(60));
      case 1 -> table.delete(oracle.delete());
      case 2, 3 -> {
        String[] update = oracle.update();
        yield table.update(update[0], update[1]);
      }
      default -> table.change(oracle.merge(), WriteOptions.of("MERGE"), 0);
    };
  }

  /** The rows before with the version's change files applied to them. */
  private static List<String> fed(LooseTable table, Path folder, long version, List<String> before)
      throws IOException {
    List<String> rows = new ArrayList<>(before);
    List<String> come = new ArrayList<>();
    for (String line :
        Files.readAllLines(folder.resolve("_delta_log/%020d.json".formatted(version)))) {
      JsonNode change = Json.parse(line).path("cdc");
      if (!change.isMissingNode()) {
        for (String row : table.changes(change)) {
          int bar = row.indexOf('|');
          String kind = row.substring(0, bar);
          if (kind.equals("delete") || kind.equals("update_preimage")) {
            assertThat(rows.remove(row.substring(bar + 1))).as(row).isTrue();
          } else {
            assertThat(kind).isIn("insert", "update_postimage");
            come.add(row.substring(bar + 1));
          }
        }
      }
    }
    rows.addAll(come);
    return rows;
  }
}
