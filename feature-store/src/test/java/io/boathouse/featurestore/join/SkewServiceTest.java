package io.boathouse.featurestore.join;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.join.SkewReport.FeatureSkew;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.RequestColumn;
import io.boathouse.featurestore.spec.SpecDefinition;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training set beside an inference table of a hundred requests. */
class SkewServiceTest {
  private static final Instant BEGIN = Instant.parse("2026-01-02T00:00:00Z");

  @TempDir static Path folder;
  private static TestFeatureStore store;
  private static TrainingSet set;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    store.table(
        "scores",
        "SELECT i AS k, timestamptz '2026-01-01 00:00:00Z' AS t, (i % 10)::DOUBLE AS score"
            + " FROM range(900) r(i)");
    store.table(
        "asked",
        "SELECT i AS k, timestamptz '2026-01-01 01:00:00Z' AS t, i AS amount, i % 2 = 0 AS won"
            + " FROM range(1000) r(i)");
    var unusedTable =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(name("scores"), List.of("k"), "t", KnownAt.event(), Map.of()));
    var unusedSpec =
        store
            .module
            .specs()
            .create(
                store.admin,
                name("spec"),
                new SpecDefinition(
                    List.of(new RequestColumn("amount", ValueType.LONG)),
                    List.of(
                        new FeatureLookup(
                            name("scores"),
                            List.of(),
                            List.of("k"),
                            Optional.empty(),
                            Map.of("score", -1.0),
                            Map.of(),
                            "")),
                    Optional.empty(),
                    List.of()),
                Optional.empty());
    set =
        store
            .module
            .trainingSets()
            .create(
                store.admin,
                new TrainingSetRequest(
                    name("spec"), 1, "SELECT * FROM asked", "t", "won", List.of("k")));
    store.table(
        "payload",
        "SELECT to_timestamp(epoch(timestamptz '2026-01-02 00:00:00Z') + i) AS request_time,"
            + " CASE WHEN i < 100 THEN '{\"columns\":[\"score\",\"amount\"],\"data\":[['"
            + " || CASE WHEN i % 10 = 0 THEN '-1.0' ELSE (i % 10)::VARCHAR || '.0' END || ','"
            + " || CASE WHEN i % 4 = 0 THEN 'null' ELSE (i * 10 + 5000)::VARCHAR END"
            + " || '],[1.0,2.5]]}' END AS features FROM range(120) r(i)");
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static FeatureSkew of(SkewReport report, String name) {
    return report.features().stream()
        .filter(feature -> feature.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyFeatureIsComparedWithWhatWasServed() {
    SkewReport report =
        store.module.skew().compare(store.admin, set.id(), name("payload"), Instant.EPOCH);
    assertThat(report.trainingRows()).isEqualTo(1000);
    assertThat(report.requests()).isEqualTo(100);
    assertThat(report.vectors()).isEqualTo(200);
    assertThat(report.incomplete()).isEqualTo(25);
    FeatureSkew score = of(report, "score");
    assertThat(score.training().defaulted()).as("keys without a row").contains(100L);
    assertThat(score.served().defaulted()).contains(10L);
    assertThat(score.served().missing()).isZero();
    FeatureSkew amount = of(report, "amount");
    assertThat(amount.training().mean().orElseThrow()).isCloseTo(499.5, within(1e-9));
    assertThat(amount.training().defaulted()).isEmpty();
    assertThat(amount.served().count()).isEqualTo(200);
    assertThat(amount.served().missing()).isEqualTo(25);
    assertThat(amount.shifted()).isTrue();
    assertThat(amount.stabilityIndex().orElseThrow()).isGreaterThan(1);
  }

  /** The same values on both sides have an index of exactly nothing. */
  @Test
  void whatIsServedAsItWasLearnedHasNotShifted() {
    store.table(
        "same",
        "SELECT timestamptz '2026-01-02 00:00:00Z' AS request_time,"
            + " '{\"columns\":[\"amount\"],\"data\":[[' || i || ']]}' AS features"
            + " FROM range(1000) r(i)");
    SkewReport report =
        store.module.skew().compare(store.admin, set.id(), name("same"), Instant.EPOCH);
    FeatureSkew amount = of(report, "amount");
    assertThat(amount.stabilityIndex()).contains(0.0);
    assertThat(amount.shifted()).isFalse();
    assertThat(of(report, "score").served().count()).as("never served").isZero();
    assertThat(of(report, "score").stabilityIndex()).isEmpty();
  }

  @Test
  void onlyRequestsSinceAnInstantCount() {
    SkewReport report =
        store.module.skew().compare(store.admin, set.id(), name("payload"), BEGIN.plusSeconds(90));
    assertThat(report.requests()).isEqualTo(10);
  }

  @Test
  void aTableWithoutFeaturesIsRefusedAndOneThatMayNotBeReadToo() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class,
            () -> store.module.skew().compare(store.admin, set.id(), name("scores"), BEGIN));
    assertThat(failure.details()).containsEntry("field", "inference_table");
    Caller eve = store.user("eve");
    store.grant(SecurableType.TABLE, "payload", "eve", Privilege.SELECT);
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () -> store.module.skew().compare(eve, set.id(), name("payload"), BEGIN))
                .reason())
        .isEqualTo("TRAINING_SET_NOT_FOUND");
  }
}
