package io.boathouse.catalog.information;

import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;

import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.Set;

/** Failures of information_schema. */
final class InformationErrors {
  private InformationErrors() {}

  static LakeException noRelation(String name, Set<String> known) {
    return new LakeException(
        NOT_FOUND,
        "TABLE_NOT_FOUND",
        "information_schema has no relation '%s'. It has %s."
            .formatted(name, String.join(", ", known)),
        Map.of("field", "statement", "value", name));
  }
}
