package io.boathouse.table.type;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of types and schemas. */
final class TypeErrors {
  private TypeErrors() {}

  static LakeException unknownType(String text) {
    String shown = shown(text);
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_TYPE",
        ("Type '%s' does not exist. Use boolean, tinyint, smallint, int, bigint, float, double,"
                + " decimal(p,s), string, binary, date, timestamp, timestamp_ntz, array<…>,"
                + " struct<…> or map<…>.")
            .formatted(shown),
        Map.of("field", "type", "value", shown));
  }

  static LakeException noTableType(String engineType) {
    String shown = shown(engineType);
    return new LakeException(
        INVALID_ARGUMENT,
        "TYPE_NOT_STORABLE",
        "Values of type %s cannot be stored in a table. Cast them to a type that tables have."
            .formatted(shown),
        Map.of("field", "type", "value", shown));
  }

  static LakeException unsupportedType(String deltaType) {
    String shown = shown(deltaType);
    return new LakeException(
        UNSUPPORTED,
        "TYPE_NOT_SUPPORTED",
        "The table has a column of type '%s', which cannot be read here yet.".formatted(shown),
        Map.of("type", shown));
  }

  static LakeException invalidColumnName(String name) {
    String shown = shown(name);
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_COLUMN_NAME",
        "Column name '%s' is empty or has control characters. Rename the column.".formatted(shown),
        Map.of("field", "columns", "value", shown));
  }

  static LakeException duplicateColumn(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DUPLICATE_COLUMN",
        "Column '%s' occurs twice (case does not count). Rename one of them.".formatted(name),
        Map.of("field", "columns", "value", name));
  }

  static LakeException identityWithoutStep() {
    return new LakeException(
        INVALID_ARGUMENT,
        "IDENTITY_WITHOUT_STEP",
        "An identity column cannot be incremented by 0. Choose another step.",
        Map.of("field", "increment", "value", "0"));
  }

  private static String shown(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > 120 ? clean.substring(0, 120) + "…" : clean;
  }
}
