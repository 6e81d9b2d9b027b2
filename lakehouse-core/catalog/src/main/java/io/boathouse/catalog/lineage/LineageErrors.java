package io.boathouse.catalog.lineage;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of lineage. */
final class LineageErrors {
  private static final int SHOWN = 120;

  private LineageErrors() {}

  /**
   * @param path of the field in the event, with dots
   */
  static LakeException invalidEvent(String path, String value, String expected) {
    String shown = value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_OPENLINEAGE_EVENT",
        "The event's %s is '%s' (expected: %s). See OpenLineage 2-0-2 for what an event holds."
            .formatted(path, shown, expected),
        Map.of("field", path, "value", shown));
  }
}
