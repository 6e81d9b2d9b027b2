package io.boathouse.catalog.commit;

import static io.boathouse.platform.error.ErrorCode.CONFLICT;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.RATE_LIMITED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;
import java.util.UUID;

/** Failures of commits that the catalog ratifies. */
final class CommitErrors {
  private CommitErrors() {}

  static LakeException invalid(String field, String value, String expected) {
    String shown = shown(value);
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_DELTA_TABLE",
        "%s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException versionTaken(long version, long latest) {
    return new LakeException(
        CONFLICT,
        "COMMIT_VERSION_CONFLICT",
        "Version %d is another writer's; the latest is %d. Read the table again and retry."
            .formatted(version, latest),
        Map.of("version", Long.toString(version), "latest", Long.toString(latest)));
  }

  static LakeException gap(long version, long latest) {
    return new LakeException(
        INVALID_ARGUMENT,
        "COMMIT_VERSION_GAP",
        "Version %d does not follow the latest one, %d. Commit version %d."
            .formatted(version, latest, latest + 1),
        Map.of("field", "version", "value", Long.toString(version)));
  }

  static LakeException tooManyUnpublished(int limit) {
    return new LakeException(
        RATE_LIMITED,
        "TOO_MANY_UNPUBLISHED_COMMITS",
        "%d commits of the table are not published. Publish them, say so, and commit again."
            .formatted(limit),
        Map.of("limit", Integer.toString(limit)));
  }

  static LakeException requirement(String field, String expected, String found) {
    return new LakeException(
        CONFLICT,
        "UPDATE_REQUIREMENT_CONFLICT",
        "The table's %s is '%s', not '%s' as required. Read the table again and retry."
            .formatted(field, found, shown(expected)),
        Map.of("field", field, "value", shown(expected)));
  }

  static LakeException notCatalogManaged(UUID id) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_CATALOG_MANAGED",
        "The table '%s' is not catalog-managed: its versions are committed to its folder."
            .formatted(id),
        Map.of("field", "table_id", "value", id.toString()));
  }

  static LakeException notDelta(FullName name, String what) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNSUPPORTED_TABLE_FORMAT",
        "UnsupportedTableFormatException: '%s' is %s, not a Delta table.".formatted(name, what),
        Map.of("name", name.toString()));
  }

  static LakeException noStagingTable(String id) {
    return new LakeException(
        NOT_FOUND,
        "TABLE_NOT_FOUND",
        "There is no staging table '%s' of yours. Create one first.".formatted(shown(id)),
        Map.of("field", "table_id", "value", shown(id)));
  }

  static LakeException noStagedFile(String fileName) {
    return new LakeException(
        INVALID_ARGUMENT,
        "STAGED_COMMIT_MISSING",
        "The table's folder has no such staged commit: '%s'. Write it, then commit."
            .formatted(fileName),
        Map.of("field", "file-name", "value", fileName));
  }

  static LakeException noFirstVersion() {
    return new LakeException(
        INVALID_ARGUMENT,
        "FIRST_VERSION_MISSING",
        "The table's folder has no version 0 that can be read. Write it, then create the table.",
        Map.of("field", "location"));
  }

  static LakeException comesWithItsCommit(String action) {
    return new LakeException(
        INVALID_ARGUMENT,
        "METADATA_WITHOUT_COMMIT",
        "'%s' changes the table's log. Send it together with the add-commit that does."
            .formatted(action),
        Map.of("field", "updates", "value", action));
  }

  private static String shown(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() > 120 ? printable.substring(0, 120) + "…" : printable;
  }
}
