package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Feeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The changes of any range of versions, applied to the rows before it, give the rows at its end;
 * {@code -Dboathouse.feed.rounds} makes it longer, {@code -Dboathouse.feed.seed} repeats it.
 */
class RandomFeedTest {
  private static final int ROUNDS = Integer.getInteger("boathouse.feed.rounds", 6);
  private static final long SEED = Long.getLong("boathouse.feed.seed", System.nanoTime());
  private static final String FEED =
      "SELECT _change_type, ifnull(CAST(id AS VARCHAR), 'null'), ifnull(CAST(v AS VARCHAR),"
          + " 'null'), ifnull(p, 'null') FROM f ORDER BY _commit_version, CASE WHEN _change_type IN"
          + " ('delete', 'update_preimage') THEN 0 ELSE 1 END";

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void replayedChangesGiveTheNewerVersion(boolean vectors, boolean partitioned) {
    System.out.println("RandomFeedTest: -Dboathouse.feed.seed=" + SEED);
    Random random = new Random(SEED);
    RowOracle oracle = new RowOracle(random);
    LooseTable table = new LooseTable(new LocalFileStore(temp.resolve("table")), temp);
    Map<String, String> properties =
        Map.of(
            "delta.enableDeletionVectors",
            Boolean.toString(vectors),
            "delta.enableChangeDataFeed",
            "true");
    table.create(
        RandomChangesTest.SCHEMA, properties, partitioned ? new String[] {"p"} : new String[0]);
    List<List<String>> versions = new ArrayList<>(List.of(List.of()));
    table.append(oracle.insert(200));
    versions.add(OurReads.rows(table));
    for (int round = 0; round < ROUNDS; round++) {
      Commit commit = RandomChangesTest.change(table, oracle, random);
      if (commit.version() == versions.size()) {
        versions.add(OurReads.rows(table));
      }
      if (random.nextInt(4) == 0) {
        rearrange(table);
        versions.add(OurReads.rows(table));
      }
    }

    for (int range = 0; range < ROUNDS; range++) {
      int from = random.nextInt(versions.size());
      int to = from + random.nextInt(versions.size() - from);
      List<String> rows = new ArrayList<>(from == 0 ? List.of() : versions.get(from - 1));
      for (String change : Feeds.rows(table, At.version(from), At.version(to), FEED)) {
        apply(change, rows);
      }

      assertThat(rows)
          .as("versions %d to %d", from, to)
          .containsExactlyInAnyOrderElementsOf(versions.get(to));
    }
  }

  /** Says that all files have moved, as a compaction does. */
  private static void rearrange(LooseTable table) {
    var base = table.log().latest();
    var paths = base.files().stream().map(file -> file.path()).toList();
    Commit unused =
        table
            .log()
            .rearrange(base, paths, table.copies(), Map.of(), WriteOptions.of("OPTIMIZE").note());
  }

  private static void apply(String change, List<String> rows) {
    int bar = change.indexOf('|');
    String row = change.substring(bar + 1);
    switch (change.substring(0, bar)) {
      case "insert", "update_postimage" -> rows.add(row);
      case "delete", "update_preimage" -> assertThat(rows.remove(row)).as(change).isTrue();
      default -> throw new AssertionError(change);
    }
  }
}
