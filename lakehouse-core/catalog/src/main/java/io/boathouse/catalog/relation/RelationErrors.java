package io.boathouse.catalog.relation;

import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of table and view metadata. */
final class RelationErrors {
  private RelationErrors() {}

  /** UNDROP of what is not there to be had back. */
  public static LakeException notDropped(String table) {
    return new LakeException(
        NOT_FOUND,
        "DROPPED_TABLE_NOT_FOUND",
        ("No dropped table '%s' can be had back: none was dropped in the last %d days, or it went"
                + " with its schema or by PURGE. SHOW TABLES DROPPED lists those that can.")
            .formatted(table, DroppedTables.RETENTION.toDays()),
        Map.of("field", "name", "value", table));
  }

  static LakeException invalid(String field, String value, String expected) {
    String shown = value.length() > 120 ? value.substring(0, 120) + "…" : value;
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_TABLE",
        "Table: %s is '%s' (expected: %s).".formatted(field, shown, expected),
        Map.of("field", field, "value", shown));
  }

  static LakeException unsupportedKind(String kind) {
    return new LakeException(
        UNSUPPORTED,
        "UNSUPPORTED_TABLE_TYPE",
        "Tables of type '%s' are not offered yet. Use MANAGED, EXTERNAL or VIEW.".formatted(kind),
        Map.of("field", "table_type", "value", kind));
  }

  static LakeException viewNotByOwner(FullName view, String owner) {
    return new LakeException(
        FAILED_PRECONDITION,
        "VIEW_NOT_BY_OWNER",
        "The query of the view '%s' was not written by its owner '%s', or its owner is disabled, so"
                .formatted(view, owner)
            + " that nobody's rights are there for what it reads. Let one user own it and write it"
            + " again with ALTER VIEW … AS.",
        Map.of("view", view.toString()));
  }

  static LakeException notAView(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "EXPECT_VIEW_NOT_TABLE",
        "'%s' is a table and not a view. Use the statement for tables.".formatted(name),
        Map.of("field", "name", "value", name.toString()));
  }

  static LakeException managedNeedsStaging() {
    return new LakeException(
        INVALID_ARGUMENT,
        "MANAGED_TABLE_NEEDS_STAGING",
        "A managed table is made where a staging table was given, or by CREATE TABLE in SQL. Create"
            + " a staging table, write version 0 there, and name its location.",
        Map.of("field", "storage_location", "value", ""));
  }
}
