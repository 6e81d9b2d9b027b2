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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static SpecDefinition computing(String expression, String... excluded) {
    SpecDefinition plain = definition(Map.of());
    return new SpecDefinition(
        plain.requestColumns(),
        plain.lookups(),
        List.of(new FeatureFunction("made", expression)),
        Optional.of("asked_at"),
        List.of(excluded));
  }

  @Test
  void aFunctionIsAnOutputOfItsOwnTypeAndItsOperandsMayBeExcluded() {
    FeatureSpec made = create("made", computing("user_visits * 2 > amount", "user_visits"));
    assertThat(made.outputs())
        .extracting(OutputColumn::name)
        .containsExactly("amount", "home", "made");
    assertThat(made.outputs().getLast().type()).isEqualTo(ValueType.BOOLEAN);
    assertThat(made.hidden()).extracting(OutputColumn::name).containsExactly("user_visits");
    assertThat(store.module.specs().get(store.admin, name("made"), 1)).isEqualTo(made);
  }

  @Test
  void theTimestampKeyIsAnInputOnceAFunctionNamesIt() {
    FeatureSpec made = create("asked", computing("hour(asked_at)"));
    assertThat(made.inputs())
        .extracting(InputColumn::name)
        .containsExactly("amount", "user_id", "asked_at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          amount + random()                | 10 | cannot be computed on one row at request time
          sum(amount)                      | 1  | cannot be computed on one row at request time
          lag(amount) OVER (ORDER BY 1)    | 1  | cannot be computed on one row at request time
          abs(amount) OVER ()              | 13 | Compute it in a feature table with windows
          (SELECT 1)                       | 2  | is not expected here
          amount = 'x'                     | 8  | have no type in common
          home + 1                         | 6  | CAST(... AS DOUBLE)
          nobody * 2                       | 1  | there is no column 'nobody'
          CAST(amount AS STRING)           | 16 | is not cast to STRING
          CAST(amount AS BLOB)             | 16 | Cast to BIGINT, DOUBLE
          amount; DROP TABLE x             | 7  | has no meaning here
          amount -- comment                | 11 | no column 'comment'
          'open                            | 1  | is not closed
          date_trunc(home, asked_at)       | 1  | Write one of
          substring(home, user_visits, 2)  | 1  | counting from 1
          DATE '2023-02-30'                | 6  | Write DATE 'YYYY-MM-DD'
          CAST(asked_at AS DATE)           | 1  | no column holds
          NULL                             | 1  | no column holds
          CASE WHEN amount THEN 1 END      | 11 | BOOLEAN is wanted
          9223372036854775808              | 1  | beyond 64 bits
          amount +                         | 9  | 'the end' is not expected
          """)
  void whatCannotBeComputedOnARowIsRefusedWithItsPlaceAndARemedy(
      String expression, String position, String says) {
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> create("bad", computing(expression)));
    assertThat(failure.reason()).isEqualTo("UNSUPPORTED_EXPRESSION");
    assertThat(failure.details()).containsEntry("position", position);
    assertThat(failure).hasMessageContaining(says);
  }

  @Test
  void deepNestingIsRefusedBeforeItCostsAnything() {
    String deep = "(".repeat(1500) + "amount" + ")".repeat(1500);
    LakeException failure =
        catchThrowableOfType(LakeException.class, () -> create("deep", computing(deep)));
    assertThat(failure).hasMessageContaining("nested too deeply");
  }

  @Test
  void aFunctionSeesOnlyThoseBeforeItAndNoTwoHaveOneName() {
    SpecDefinition plain = definition(Map.of());
    List<FeatureFunction> backwards =
        List.of(new FeatureFunction("a", "b + 1"), new FeatureFunction("b", "amount"));
    List<FeatureFunction> twice =
        List.of(new FeatureFunction("a", "amount"), new FeatureFunction("A", "amount"));
    for (List<FeatureFunction> functions : List.of(backwards, twice)) {
      SpecDefinition definition =
          new SpecDefinition(
              plain.requestColumns(), plain.lookups(), functions, Optional.empty(), List.of());
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> create("order", definition));
      assertThat(failure.details().get("value")).isIn("b + 1", "A");
    }
  }
}
