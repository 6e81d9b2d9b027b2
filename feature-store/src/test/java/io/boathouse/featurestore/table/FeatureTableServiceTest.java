package io.boathouse.featurestore.table;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureStatistics.ColumnStatistics;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.PageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureTableServiceTest {
  private static final String FLIGHTS =
      """
      SELECT * FROM (VALUES
        (0, 'SFO', timestamptz '2001-01-01 10:00:00+00', 20),
        (1, 'SFO', timestamptz '2001-01-01 11:00:00+00', 0),
        (2, 'SFO', timestamptz '2001-01-01 15:00:00+00', 40),
        (3, 'JFK', timestamptz '2001-01-01 11:30:00+00', 5)) AS f(id, origin, landing, delay)
      """;

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static FeatureTableService service;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    service = store.module.featureTables();
    store.table("flights", FLIGHTS);
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static WindowedDefinition definition(String select) {
    return new WindowedDefinition(
        select,
        List.of("origin"),
        "landing",
        List.of(Window.parse("3h"), Window.parse("24h")),
        List.of(
            new Aggregate("late_share", Aggregate.Function.AVG, Optional.of("late")),
            new Aggregate("flights", Aggregate.Function.COUNT, Optional.empty())));
  }

  private static final String EVENTS = "SELECT origin, landing, delay > 15 AS late FROM flights";

  private static List<String> rows(Caller caller, FullName name) {
    return store.query(
        caller,
        "SELECT origin || ' ' || strftime(landing, '%H') || ' ' || late_share_3h || ' '"
            + " || flights_3h || ' ' || flights_24h FROM "
            + name
            + " ORDER BY origin, landing");
  }

  @Test
  void windowedTableHasARowForEachKeyAndInstantWithItsWindowsUpToThere() {
    FeatureTable table =
        service.create(
            store.admin, name("departures"), definition(EVENTS), Optional.of("from the origin"));
    assertThat(rows(store.admin, table.name()))
        .containsExactly("JFK 11 0.0 1 1", "SFO 10 1.0 1 1", "SFO 11 0.5 2 2", "SFO 15 1.0 1 3");
    assertThat(table.keys()).extracting(FeatureColumn::name).containsExactly("origin");
    assertThat(table.features())
        .extracting(FeatureColumn::name)
        .containsExactly("late_share_3h", "flights_3h", "late_share_24h", "flights_24h");
    assertThat(table.features())
        .extracting(FeatureColumn::type)
        .containsExactly(ValueType.DOUBLE, ValueType.LONG, ValueType.DOUBLE, ValueType.LONG);
    assertThat(service.get(store.admin, table.name())).isEqualTo(table);
  }

  @Test
  void movingOneFlightAcrossTheLandingLineChangesTheFeature() {
    store.table("moved", FLIGHTS);
    String select = "SELECT origin, landing, delay > 15 AS late FROM moved";
    FullName name = name("moved_departures");
    var unused = service.create(store.admin, name, definition(select), Optional.empty());
    assertThat(rows(store.admin, name)).contains("SFO 11 0.5 2 2");
    store.overwrite("moved", FLIGHTS.replace("10:00:00", "08:00:00"));
    FeatureTable refreshed = service.refresh(store.admin, name);
    assertThat(refreshed.version()).isEqualTo(1);
    assertThat(rows(store.admin, name)).contains("SFO 11 0.0 1 2").doesNotContain("SFO 11 0.5 2 2");
  }

  @Test
  void existingTableIsDeclaredWithItsKnownAtRule() {
    store.table(
        "ratings",
        "SELECT 1 AS id, now() AS at_time, now() AS known, 1.5::FLOAT AS score, true AS good");
    FeatureTable table =
        service.register(
            store.admin,
            new NewFeatureTable(
                name("ratings"),
                List.of("ID"),
                "at_time",
                new KnownAt.Column("known"),
                Map.of("score", "how good")));
    assertThat(table.keys()).extracting(FeatureColumn::name).containsExactly("id");
    assertThat(table.features()).extracting(FeatureColumn::name).containsExactly("score", "good");
    assertThat(table.features().getFirst().comment()).contains("how good");
    assertThat(table.knownColumn()).contains("known");
    assertThat(service.get(store.admin, table.name()).shape()).isEqualTo(table.shape());
  }

  @Test
  void unknownColumnIsRefusedByName() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                service.register(
                    store.admin,
                    new NewFeatureTable(
                        name("flights"),
                        List.of("airport"),
                        "landing",
                        KnownAt.event(),
                        Map.of())));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure.details())
        .containsEntry("field", "primary_keys")
        .containsEntry("value", "airport");
  }

  @Test
  void typeThatIsNotServedIsRefusedByName() {
    store.table("dated", "SELECT 1 AS id, now() AS t, DATE '2001-01-01' AS day");
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () ->
                service.register(
                    store.admin,
                    new NewFeatureTable(
                        name("dated"), List.of("id"), "t", KnownAt.event(), Map.of())));
    assertThat(failure.details()).containsEntry("field", "day");
  }

  @Test
  void definitionIsComputedWithTheRightsOfTheCaller() {
    Caller bob = store.user("bob");
    store
        .catalog
        .grants()
        .grant(
            store.admin,
            SecurableType.SCHEMA,
            FullName.of("main", "default"),
            "bob",
            Privilege.CREATE_TABLE);
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> service.create(bob, name("stolen"), definition(EVENTS), Optional.empty()));
    assertThat(failure.code()).isIn(ErrorCode.NOT_FOUND, ErrorCode.PERMISSION_DENIED);
    assertThat(service.find(store.admin, name("stolen"))).isEmpty();
    store.grant(SecurableType.TABLE, "flights", "bob", Privilege.SELECT);
    assertThat(service.create(bob, name("bobs"), definition(EVENTS), Optional.empty()).name())
        .isEqualTo(name("bobs"));
    service.drop(bob, name("bobs"));
    assertThat(service.find(store.admin, name("bobs"))).isEmpty();
  }

  @Test
  void listingFindsFeatureTablesOnlyAndOnlyVisibleOnes() {
    var unused =
        service.create(
            store.admin, name("listed_one"), definition(EVENTS), Optional.of("needle here"));
    Caller eve = store.user("eve");
    var found =
        service.list(
            store.admin,
            new FeatureTableService.Search(
                Optional.of(FullName.of("main", "default")), Optional.of("NEEDLE")),
            PageRequest.first(10));
    assertThat(found.items()).extracting(FeatureTable::name).containsExactly(name("listed_one"));
    assertThat(service.list(eve, FeatureTableService.Search.all(), PageRequest.first(10)).items())
        .isEmpty();
    var first = service.list(store.admin, FeatureTableService.Search.all(), PageRequest.first(1));
    assertThat(first.items()).hasSize(1);
  }

  @Test
  void statisticsTellNullsRangeAndMean() {
    store.table(
        "measured",
        "SELECT i AS id, now() AS t, CASE WHEN i % 4 > 0 THEN i::DOUBLE END AS x, i % 2 = 0 AS even"
            + " FROM range(0, 8) r(i)");
    var unused =
        service.register(
            store.admin,
            new NewFeatureTable(
                name("measured"),
                List.of("id"),
                "t",
                new KnownAt.Delay(Duration.ofHours(1)),
                Map.of()));
    FeatureStatistics statistics = service.statistics(store.admin, name("measured"));
    assertThat(statistics.rows()).isEqualTo(8);
    ColumnStatistics x = statistics.features().getFirst();
    assertThat(x.nullShare()).isEqualTo(0.25);
    assertThat(x.min()).contains("1.0");
    assertThat(x.max()).contains("7.0");
    assertThat(x.mean()).contains(4.0);
    assertThat(statistics.features().get(1).mean()).contains(0.5);
  }

  /** Would publish and look up hidden rows if the online store did not ask for policies. */
  @Test
  void case23_aFeatureTableWithAPolicyIsNeitherPublishedNorLookedUp() {
    FullName scores = name("scores");
    store.table(
        "scores",
        "SELECT * FROM (VALUES ('a', timestamptz '2001-01-01 00:00:00+00', 1),"
            + " ('b', timestamptz '2001-01-01 00:00:00+00', 2)) AS v(k, t, score)");
    var unused =
        service.register(
            store.admin,
            new NewFeatureTable(
                scores, List.of("k"), "t", new KnownAt.Delay(Duration.ZERO), Map.of()));
    var online = store.module.publishing();
    assertThat(online.publish(store.admin, scores, Optional.empty()).rows()).isEqualTo(2);
    var unusedPlan = store.module.lookups().plan(store.admin, scores, List.of());
    SqlFunction function =
        new SqlFunction(
            List.of(new SqlFunction.Parameter("k", "string", Optional.empty())),
            "boolean",
            "k = 'a'",
            true);
    var unusedFunction =
        store
            .catalog
            .functions()
            .create(store.admin, name("only_a"), Optional.empty(), function.definition("only_a"));
    store.catalog.policies().setRowFilter(store.admin, scores, name("only_a"), List.of("k"));

    for (ThrowingCallable door :
        List.<ThrowingCallable>of(
            () -> online.publish(store.admin, scores, Optional.empty()),
            () -> store.module.lookups().plan(store.admin, scores, List.of()))) {
      assertThat(catchThrowableOfType(LakeException.class, door).reason())
          .isEqualTo("TABLE_HAS_POLICY");
    }
    assertThat(online.status(store.admin, scores).rows()).as("what was online is gone").isZero();
    assertThat(store.query(store.admin, "SELECT k FROM scores")).containsExactly("a");
  }
}
