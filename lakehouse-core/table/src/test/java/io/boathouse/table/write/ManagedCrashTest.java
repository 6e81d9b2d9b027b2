package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.commit.ManagedContract;
import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.db.JavaProcess;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.http.TestServer;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.write.ManagedCrashChild.Place;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.unitycatalog.UCCatalogManagedClient;
import io.delta.kernel.unitycatalog.UCTableIdentifier;
import io.delta.storage.commit.uccommitcoordinator.UCDeltaTokenBasedRestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed between staging, ratifying and publishing a commit of a catalog-managed
 * table; {@code -Dboathouse.managedcrash.rounds} makes it longer, as the profile {@code crash}
 * does.
 */
class ManagedCrashTest {
  private static final int ROUNDS = Integer.getInteger("boathouse.managedcrash.rounds", 3);
  private static final long SEED = Long.getLong("boathouse.crash.seed", System.nanoTime());
  private static final Engine ENGINE = DefaultEngine.create(new Configuration());

  @TempDir static Path temp;
  private static GovernedTables house;
  private static TestServer server;
  private static UUID id;

  @BeforeAll
  static void start() throws IOException {
    house = new GovernedTables(temp);
    server = TestServer.start(house.catalog().authenticator(), house.catalog().routes());
    NewTable table =
        new NewTable(
            ManagedCrashChild.TABLE,
            ManagedCrashChild.SCHEMA,
            List.of(),
            Map.of(ManagedContract.FEATURE, "supported"),
            Optional.empty());
    id = house.module().tables().create(house.administrator(), table).id();
  }

  @AfterAll
  static void stop() {
    server.close();
    house.close();
  }

  /** How many rows, from 0 on, were acknowledged, and whether one more was under way. */
  private record Left(long acknowledged, boolean underWay) {}

  /** Fails when RatifiedFolder publishes before it has the commit ratified. */
  @Test
  void case71_aKillBetweenStagingRatifyingAndPublishingLosesNothingThatWasAcknowledged()
      throws Exception {
    System.out.println("ManagedCrashTest: -Dboathouse.crash.seed=" + SEED);
    Random random = new Random(SEED);
    long rows = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Place place = Place.values()[round % Place.values().length];
      int times = 1 + random.nextInt(3);
      int pause = random.nextInt(60);
      String what = "round %d, %s, the %d. time, after %d ms".formatted(round, place, times, pause);
      Left left = run(place, times, pause, rows);
      long most = left.acknowledged() + (left.underWay() ? 1 : 0);
      RatifiedCommits.Window window = house.catalog().commits().window(id).orElseThrow();

      rows = window.latest();
      switch (place) {
        case STAGED -> assertThat(rows).as(what).isEqualTo(left.acknowledged());
        case RATIFIED, PUBLISHED -> assertThat(rows).as(what).isEqualTo(most);
        case ANYWHERE -> assertThat(rows).as(what).isBetween(left.acknowledged(), most);
      }
      long published = place == Place.RATIFIED ? rows - 1 : rows;
      assertThat(ours()).as(what).isEqualTo(ids(rows));
      assertThat(byTheUnityCatalogClient()).as(what).isEqualTo(ids(rows));
      if (place == Place.ANYWHERE) {
        assertThat(byPath()).as(what).isIn(ids(rows), ids(rows - 1));
      } else {
        assertThat(byPath()).as(what).isEqualTo(ids(published));
      }
    }
    theNextWriterPublishesWhatWasLeft(rows);
  }

  private static void theNextWriterPublishesWhatWasLeft(long rows) throws IOException {
    var one = new Rows.Values(ManagedCrashChild.SCHEMA, List.of(List.of(rows)));
    var unused =
        house
            .module()
            .tables()
            .append(house.administrator(), ManagedCrashChild.TABLE, one, WriteOptions.of("INSERT"));
    assertThat(house.catalog().commits().window(id).orElseThrow().unpublished()).isEmpty();
    assertThat(byPath()).isEqualTo(ids(rows + 1));
    assertThat(byTheUnityCatalogClient()).isEqualTo(ids(rows + 1));
  }

  private static Left run(Place place, int times, int pause, long first) throws Exception {
    long acknowledged = first;
    long begun = first;
    try (JavaProcess child =
        JavaProcess.start(
            ManagedCrashChild.class,
            house.database().url(),
            house.database().user(),
            house.database().password(),
            house.root().toString(),
            temp.toString(),
            place.name(),
            Integer.toString(times),
            Long.toString(first))) {
      boolean killed = false;
      Optional<String> line = child.nextLine();
      while (line.isPresent()) {
        String[] words = line.get().split(" ");
        switch (words[0]) {
          case "begin" -> begun = Long.parseLong(words[1]) + 1;
          case "acknowledged" -> acknowledged = Long.parseLong(words[1]) + 1;
          default -> {}
        }
        boolean anywhere = place == Place.ANYWHERE && words[0].equals("acknowledged");
        if (!killed && (anywhere || words[0].equals("at"))) {
          TimeUnit.MILLISECONDS.sleep(anywhere ? pause : 0);
          child.kill();
          killed = true;
        }
        line = child.nextLine();
      }
      assertThat(killed).isTrue();
    }
    return new Left(acknowledged, begun > acknowledged);
  }

  private static List<String> ids(long rows) {
    return LongStream.range(0, rows).mapToObj(Long::toString).toList();
  }

  private static List<String> ours() {
    TableReader reader = house.module().reader();
    Snapshot snapshot =
        reader.snapshot(house.administrator(), ManagedCrashChild.TABLE, At.latest());
    try (DuckSession session =
        house.duckDb().open(DuckAccess.reading(reader.directories(snapshot)))) {
      reader.bind(session, "t", snapshot);
      return session.query("SELECT id FROM t ORDER BY id", row -> row.getString(1));
    }
  }

  private static Path folder() {
    return house.root().resolve(RelationService.managedPath(id).value());
  }

  /** What is seen by who asks no catalog and goes as far as versions are published. */
  private static List<String> byPath() throws IOException {
    long published = 0;
    while (Files.exists(folder().resolve("_delta_log/%020d.json".formatted(published + 1)))) {
      published++;
    }
    return sorted(
        TableManager.loadSnapshot(folder().toUri().toString())
            .atVersion(published)
            .withMaxCatalogVersion(published)
            .build(ENGINE));
  }

  private static List<String> sorted(io.delta.kernel.Snapshot snapshot) throws IOException {
    return KernelReads.rows(ENGINE, snapshot).stream()
        .map(Long::valueOf)
        .sorted()
        .map(String::valueOf)
        .toList();
  }

  private static List<String> byTheUnityCatalogClient() throws IOException {
    String token = house.catalog().bootstrap().administratorToken("");
    var client =
        new UCDeltaTokenBasedRestClient(
            Map.of("uri", server.server().uri().toString(), "token", token),
            () -> new Configuration());
    return sorted(
        new UCCatalogManagedClient(client)
            .loadSnapshot(
                ENGINE,
                id.toString(),
                folder().toUri().toString(),
                new UCTableIdentifier("main", "default", "crashing"),
                Optional.empty(),
                Optional.empty()));
  }
}
