package io.boathouse.featurestore.publish;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.featurestore.FeatureStoreModule;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.online.CellStatus;
import io.boathouse.featurestore.publish.PublishTerms.Mode;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Feature tables online that follow what is written, corrected and deleted. */
@Timeout(120)
class KeptFreshTest {
  @TempDir static Path folder;
  private static TestFeatureStore store;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  @Test
  void writesCorrectionsAndDeletesFollowOnTrigger() {
    declare("weather", 3);
    publish("weather", terms(Mode.TRIGGERED));
    assertThat(values("weather", 0, 1, 2)).containsExactly(0.0, 1.0, 2.0);
    run(
        "INSERT INTO main.default.weather VALUES (0, timestamptz '2025-02-01', 10.0), (7,"
            + " timestamptz '2025-02-01', 17.0)");
    run("UPDATE main.default.weather SET heat = 11.0 WHERE id = 1");
    run("DELETE FROM main.default.weather WHERE id = 2");
    OnlineStatus behind = status("weather");
    assertThat(behind.lag().orElseThrow().newestVersion() - behind.version().orElseThrow())
        .isEqualTo(3);
    OnlineStatus synced = sync("weather");
    assertThat(values("weather", 0, 1, 2, 7)).containsExactly(10.0, 11.0, null, 17.0);
    assertThat(synced.rows()).isEqualTo(3);
    assertThat(synced.lag().orElseThrow().behind()).isZero();
    assertThat(synced.publication().orElseThrow().counts())
        .isEqualTo(new Publication.Counts(3 + 3, 1));
    assertThat(sync("weather").publication().orElseThrow().counts())
        .isEqualTo(synced.publication().orElseThrow().counts());
  }

  @Test
  void deletingTheNewestRowBringsTheOneBeforeBack() {
    declare("tide", 1);
    run("INSERT INTO main.default.tide VALUES (0, timestamptz '2025-03-01', 30.0)");
    publish("tide", terms(Mode.TRIGGERED));
    assertThat(values("tide", 0)).containsExactly(30.0);
    run("DELETE FROM main.default.tide WHERE heat = 30.0");
    var unused = sync("tide");
    assertThat(values("tide", 0)).containsExactly(0.0);
  }

  @Test
  void pushedRowsThatAreNewerStay() {
    declare("wind", 2);
    publish("wind", terms(Mode.TRIGGERED));
    long pushed =
        store
            .module
            .publishing()
            .push(
                store.admin,
                name("wind"),
                List.of(Map.of("id", 0, "at_time", "2025-06-01T00:00:00Z", "heat", 60.0)));
    assertThat(pushed).isEqualTo(1);
    run("UPDATE main.default.wind SET heat = heat + 1");
    var unused = sync("wind");
    assertThat(values("wind", 0, 1)).containsExactly(60.0, 2.0);
  }

  @Test
  void randomChangesEndAsThoughEverythingWerePublishedAnew() {
    long seed = 99;
    Random random = new Random(seed);
    declare("noise", 20);
    publish("noise", terms(Mode.TRIGGERED));
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        int id = random.nextInt(25);
        int day = 1 + random.nextInt(28);
        run(
            switch (random.nextInt(4)) {
              case 0 -> "DELETE FROM main.default.noise WHERE id %% 5 = %d".formatted(id % 5);
              case 1 ->
                  "UPDATE main.default.noise SET heat = heat + 0.5 WHERE id < %d".formatted(id);
              default ->
                  "INSERT INTO main.default.noise VALUES (%d, timestamptz '2025-02-%02d', %d.25)"
                      .formatted(id, day, day);
            });
      }
      var unused = sync("noise");
      List<Object> followed = values("noise", keys());
      publish("noise", terms(Mode.TRIGGERED));
      assertThat(followed).as("seed %d round %d", seed, round).isEqualTo(values("noise", keys()));
    }
  }

  @Test
  void rowsAgeOutOfLookupsAndOfTheStore() {
    declare("fresh", 2);
    run("INSERT INTO main.default.fresh VALUES (1, timestamptz '2025-12-31 12:00:00+00', 5.0)");
    publish(
        "fresh",
        new PublishTerms(
            Mode.TRIGGERED, Optional.empty(), Optional.empty(), Optional.of(Duration.ofDays(1))));
    assertThat(values("fresh", 0, 1)).containsExactly(null, 5.0);
    long pushed =
        store
            .module
            .publishing()
            .push(
                store.admin,
                name("fresh"),
                List.of(Map.of("id", 9, "at_time", "2025-01-01T00:00:00Z", "heat", 9.0)));
    assertThat(pushed).isEqualTo(1);
    assertThat(status("fresh").rows()).isEqualTo(2);
    assertThat(values("fresh", 9)).containsExactly((Object) null);
    assertThat(sync("fresh").rows()).isEqualTo(1);
    var unused = sync("fresh");
    assertThat(values("fresh", 0, 1)).containsExactly(null, 5.0);
  }

  @Test
  void onlyRowsOfTheWindowGoOnline() {
    declare("recent", 2);
    run("INSERT INTO main.default.recent VALUES (1, timestamptz '2025-12-31 12:00:00+00', 5.0)");
    OnlineStatus status =
        publish(
            "recent",
            new PublishTerms(
                Mode.SNAPSHOT,
                Optional.empty(),
                Optional.of(Duration.ofDays(30)),
                Optional.empty()));
    assertThat(status.rows()).isEqualTo(1);
    assertThat(values("recent", 0, 1)).containsExactly(null, 5.0);
  }

  @Test
  void continuousPublicationFollowsByItselfAndAfterARestart() {
    declare("stream", 2);
    publish("stream", terms(Mode.CONTINUOUS));
    try (FeatureStoreModule again = store.restarted(folder)) {
      again.start(id -> store.admin);
      run("UPDATE main.default.stream SET heat = 44.0 WHERE id = 1");
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!Objects.equals(value(again, "stream", 1), 44.0) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(50_000_000);
      }
      assertThat(value(again, "stream", 1)).isEqualTo(44.0);
    }
  }

  @Test
  void whatCannotFollowIsRefused() {
    declare("plain", 1);
    assertThatThrownBy(() -> sync("plain"))
        .isInstanceOfSatisfying(
            LakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION));
    assertThatThrownBy(
            () ->
                new PublishTerms(
                    Mode.CONTINUOUS,
                    Optional.of(Instant.EPOCH),
                    Optional.empty(),
                    Optional.empty()))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("known_before");
    Caller eve = store.user("eve");
    assertThatThrownBy(() -> store.module.publishing().sync(eve, name("plain")))
        .isInstanceOf(LakeException.class);
    publish("plain", terms(Mode.SNAPSHOT));
    store.module.publishing().unpublish(store.admin, name("plain"));
    assertThatThrownBy(() -> values("plain", 0))
        .isInstanceOfSatisfying(
            LakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  private static void declare(String table, int rows) {
    long unusedVersion =
        store.table(
            table,
            "SELECT id::BIGINT AS id, timestamptz '2025-01-01' AS at_time, id::DOUBLE AS heat FROM range(%d) AS r(id)"
                .formatted(rows));
    var unused =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(
                    name(table),
                    List.of("id"),
                    "at_time",
                    new KnownAt.Delay(Duration.ZERO),
                    Map.of()));
  }

  private static PublishTerms terms(Mode mode) {
    return new PublishTerms(mode, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static OnlineStatus publish(String table, PublishTerms terms) {
    return store.module.publishing().publish(store.admin, name(table), terms);
  }

  private static OnlineStatus sync(String table) {
    return store.module.publishing().sync(store.admin, name(table));
  }

  private static OnlineStatus status(String table) {
    return store.module.publishing().status(store.admin, name(table));
  }

  private static void run(String statement) {
    store.change(statement);
  }

  private static long[] keys() {
    return LongStream.range(0, 25).toArray();
  }

  private static List<Object> values(String table, long... ids) {
    List<Object> values = new ArrayList<>();
    for (long id : ids) {
      values.add(value(store.module, table, id));
    }
    return values;
  }

  private static @Nullable Object value(FeatureStoreModule module, String table, long id) {
    var rows =
        module
            .lookups()
            .plan(store.admin, name(table), List.of("heat"))
            .assemble(List.of(Map.of("id", id)));
    return rows.status(0, 0) == CellStatus.PRESENT ? rows.value(0, 0) : null;
  }
}
