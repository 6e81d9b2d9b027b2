package io.boathouse.table.write;

import static io.boathouse.platform.error.ErrorCode.ALREADY_EXISTS;
import static io.boathouse.platform.error.ErrorCode.FAILED_PRECONDITION;
import static io.boathouse.platform.error.ErrorCode.INTERNAL;
import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.NOT_FOUND;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;

/** Failures of governed writes. */
final class TableErrors {
  private TableErrors() {}

  static LakeException createFirst(FullName name) {
    return new LakeException(
        UNSUPPORTED,
        "CATALOG_MANAGED_CREATE_WITH_TRANSACTION",
        "'%s' is to be catalog-managed, so it cannot be created and filled in one transaction."
                .formatted(name)
            + " Create it first, then fill it.",
        Map.of("name", name.toString()));
  }

  static LakeException requiredProperty(String name, String value, String required) {
    return new LakeException(
        INVALID_ARGUMENT,
        "INVALID_PROPERTY",
        "Property '%s' of a catalog-managed table is '%s', not '%s'. Leave it out."
            .formatted(name, required, value),
        Map.of("field", name, "value", value));
  }

  static LakeException noTableAt(String location) {
    return new LakeException(
        NOT_FOUND,
        "NO_TABLE_AT_LOCATION",
        "There is no Delta table at '%s'. Write its columns, or AS and a query, to make one."
            .formatted(location),
        Map.of("field", "location", "value", location));
  }

  static LakeException locationNotEmpty(String location) {
    return new LakeException(
        FAILED_PRECONDITION,
        "LOCATION_NOT_EMPTY",
        "There are files at '%s' already. Choose an empty folder, or leave out the query to register the Delta table there."
            .formatted(location),
        Map.of("field", "location", "value", location));
  }

  static LakeException otherTableAt(String location, String field, String found) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TABLE_AT_LOCATION_DIFFERS",
        "The Delta table at '%s' has other %s (found: %s). Leave them out to take it as it is."
            .formatted(location, field, found),
        Map.of("field", field, "value", found, "location", location));
  }

  static LakeException externalCatalogManaged(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "EXTERNAL_TABLE_NOT_CATALOG_MANAGED",
        "'%s' has a location, and only managed tables can be catalog-managed. Leave out one of them."
            .formatted(name),
        Map.of("field", "delta.feature.catalogManaged", "value", "supported"));
  }

  static LakeException cloneFailed(Exception cause) {
    return new LakeException(
        INTERNAL,
        "CLONE_FAILED",
        "The files of the table could not be copied. Nothing was created; see the server's log.",
        Map.of(),
        cause);
  }

  static LakeException notCloned(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "VIEW_NOT_CLONED",
        "'%s' is a view, which has no files. Use CREATE TABLE AS SELECT.".formatted(name),
        Map.of("field", "source", "value", name.toString()));
  }

  static LakeException notWritable(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "TABLE_NOT_WRITABLE",
        "'%s' is a view, which has no rows of its own. Change the tables that it reads."
            .formatted(name),
        Map.of("field", "name", "value", name.toString()));
  }

  static LakeException newColumnNotNull(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NEW_COLUMN_NOT_NULL",
        "Column '%s' cannot be NOT NULL, for the rows that are there have no value. Add it without."
            .formatted(column),
        Map.of("field", column));
  }

  static LakeException newColumnFilled(String column) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NEW_COLUMN_FILLED",
        "Column '%s' cannot get a default or be generated as it is added, for the rows that are"
                .formatted(column)
            + " there would lack it. Add it without, then ALTER COLUMN … SET DEFAULT.",
        Map.of("field", column));
  }

  static LakeException noColumn(String column, List<String> known) {
    return new LakeException(
        NOT_FOUND,
        "COLUMN_NOT_FOUND",
        "The table has no column '%s'. It has: %s.".formatted(column, String.join(", ", known)),
        Map.of("field", "column", "value", column));
  }

  static LakeException constraintExists(String name) {
    return new LakeException(
        ALREADY_EXISTS,
        "CONSTRAINT_ALREADY_EXISTS",
        "The table has a constraint '%s'. Drop it first, or take another name.".formatted(name),
        Map.of("field", "constraint", "value", name));
  }

  static LakeException noConstraint(String name) {
    return new LakeException(
        NOT_FOUND,
        "CONSTRAINT_NOT_FOUND",
        "The table has no constraint '%s'.".formatted(name),
        Map.of("field", "constraint", "value", name));
  }

  static LakeException noProperty(String name) {
    return new LakeException(
        NOT_FOUND,
        "PROPERTY_NOT_FOUND",
        "The table has no property '%s'. Write IF EXISTS to pass over it.".formatted(name),
        Map.of("field", "properties", "value", name));
  }

  static LakeException rowsViolate(String name, String expression) {
    return new LakeException(
        FAILED_PRECONDITION,
        "ROWS_VIOLATE_CONSTRAINT",
        "Rows of the table do not meet the constraint '%s': %s must be true of all. Correct them"
                .formatted(name, expression)
            + " first.",
        Map.of("field", "constraint", "value", name));
  }

  static LakeException columnInUse(String column, String use) {
    return new LakeException(
        FAILED_PRECONDITION,
        "COLUMN_IN_USE",
        "Column '%s' has to stay as it is, for %s. Take that away first.".formatted(column, use),
        Map.of("field", "column", "value", column, "use", use));
  }

  static LakeException noColumns(FullName name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NO_COLUMNS",
        "Table '%s' would have no columns. Name at least one.".formatted(name),
        Map.of("field", "columns"));
  }

  static LakeException unknownPartitionColumn(String column, List<String> known) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNKNOWN_PARTITION_COLUMN",
        "Partition column '%s' is not a column of the table. It has: %s."
            .formatted(column, String.join(", ", known)),
        Map.of("field", "partition_columns", "value", column));
  }

  static LakeException partitionedAndClustered(List<String> columns) {
    return new LakeException(
        INVALID_ARGUMENT,
        "CLUSTER_BY_OF_PARTITIONED_TABLE",
        "The table is partitioned by %s, and cannot be clustered besides. Use OPTIMIZE … ZORDER BY."
            .formatted(String.join(", ", columns)),
        Map.of("field", "cluster by"));
  }

  static LakeException tooManyClusteringColumns(int found, int most) {
    return new LakeException(
        INVALID_ARGUMENT,
        "DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS",
        "A table can be clustered by at most %d columns, not by %d. Name the most used."
            .formatted(most, found),
        Map.of("field", "cluster by", "value", Integer.toString(found)));
  }

  static LakeException notClusterable(String column, String kind) {
    return new LakeException(
        INVALID_ARGUMENT,
        "NOT_A_CLUSTERING_COLUMN",
        "The table cannot be clustered by '%s', %s column of it. Name others."
            .formatted(column, kind),
        Map.of("field", "cluster by", "value", column));
  }
}
