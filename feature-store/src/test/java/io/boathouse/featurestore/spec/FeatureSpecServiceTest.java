package io.boathouse.featurestore.spec;

import static io.boathouse.featurestore.TestFeatureStore.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.featurestore.TestFeatureStore;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.featurestore.table.NewFeatureTable;
import io.boathouse.platform.error.LakeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureSpecServiceTest {
  @TempDir static Path folder;
  private static TestFeatureStore store;

  @BeforeAll
  static void open() {
    store = new TestFeatureStore(folder);
    store.table("users", "SELECT 1 AS id, now() AS t, 5 AS visits, 'x' AS town");
    var unused =
        store
            .module
            .featureTables()
            .register(
                store.admin,
                new NewFeatureTable(name("users"), List.of("id"), "t", KnownAt.event(), Map.of()));
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static SpecDefinition definition(Map<String, Object> defaults, String... excluded) {
    return new SpecDefinition(
        List.of(new RequestColumn("amount", ValueType.DOUBLE)),
        List.of(
            new FeatureLookup(
                name("users"),
                List.of(),
                List.of("user_id"),
                Optional.empty(),
                defaults,
                Map.of("town", "home"),
                "user_")),
        Optional.empty(),
        List.of(excluded));
  }

  private static FeatureSpec create(String name, SpecDefinition definition) {
    return store.module.specs().create(store.admin, name(name), definition, Optional.empty());
  }

  @Test
  void versionsCountUpAndNeverChange() {
    FeatureSpec first = create("counted", definition(Map.of()));
    FeatureSpec second = create("counted", definition(Map.of("visits", 3)));
    assertThat(first.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(store.module.specs().get(store.admin, name("counted"), 1)).isEqualTo(first);
    assertThat(store.module.specs().latest(store.admin, name("counted"))).isEqualTo(second);
  }

  @Test
  void theNewestVersionIsGivenBackForTheSameDefinition() {
    FeatureSpec first = create("same", definition(Map.of("visits", 3)));
    assertThat(create("same", definition(Map.of("visits", 3)))).isEqualTo(first);
  }

  @Test
  void outputsAreRenamedPrefixedAndExcludedInOrder() {
    assertThat(create("named", definition(Map.of())).outputs())
        .extracting(OutputColumn::name)
        .containsExactly("amount", "user_visits", "home");
    assertThat(create("fewer", definition(Map.of(), "home")).outputs())
        .extracting(OutputColumn::name)
        .containsExactly("amount", "user_visits");
  }

  @Test
  void defaultOfAnotherTypeIsRefusedByName() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> create("typed", definition(Map.of("visits", "many"))));
    assertThat(failure.details()).containsEntry("field", "visits");
    assertThat(
            catchThrowableOfType(
                    LakeException.class,
                    () -> store.module.specs().latest(store.admin, name("typed")))
                .reason())
        .isEqualTo("FEATURE_SPEC_NOT_FOUND");
  }

  @Test
  void keyOfAnotherTypeIsRefusedByName() {
    SpecDefinition definition =
        new SpecDefinition(
            List.of(new RequestColumn("user_id", ValueType.STRING)),
            List.of(FeatureLookup.all(name("users"), List.of("user_id"), "")),
            Optional.empty(),
            List.of());
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> create("keyed", definition));
    assertThat(failure.details()).containsEntry("field", "lookups.lookup_keys");
  }

  @Test
  void twoOutputsOfOneNameAreRefused() {
    SpecDefinition definition =
        new SpecDefinition(
            List.of(),
            List.of(
                FeatureLookup.all(name("users"), List.of("a"), ""),
                FeatureLookup.all(name("users"), List.of("b"), "")),
            Optional.empty(),
            List.of());
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> create("twice", definition));
    assertThat(failure.details()).containsEntry("value", "visits");
  }
}
