package io.boathouse.registry.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNamesTest {
  private final ModelNames names = new ModelNames("main.default");

  @Test
  void aBareNameLiesInTheDefaultSchemaAndThreePartsAreTheFullName() {
    assertThat(names.parse("Churn")).isEqualTo(FullName.of("main", "default", "churn"));
    assertThat(names.parse("a.B.c")).isEqualTo(FullName.of("a", "b", "c"));
  }

  @Test
  void mlflowSeesTheBareNameOnlyInTheDefaultSchema() {
    assertThat(names.mlflowName(FullName.of("main", "default", "churn"), "Churn"))
        .isEqualTo("Churn");
    assertThat(names.mlflowName(FullName.of("a", "b", "churn"), "Churn")).isEqualTo("a.b.Churn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "a.b.c.d", "a/b", "my model", "a:b", ".", "..", "a..b", "a`b"})
  void namesThatTheCatalogCannotHoldAreRefused(String name) {
    LakeException failure = catchThrowableOfType(LakeException.class, () -> names.parse(name));
    assertThat(failure.details()).containsEntry("field", "name");
  }

  @Test
  void theDefaultSchemaHasTwoParts() {
    assertThatThrownBy(() -> new ModelNames("main")).hasMessageContaining("default_schema");
  }
}
