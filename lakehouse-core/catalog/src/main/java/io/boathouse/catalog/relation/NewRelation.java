package io.boathouse.catalog.relation;

import io.boathouse.catalog.securable.FullName;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a caller says about a table or view to be registered.
 *
 * @param id the id that it shall have, under which a managed table's data already is
 */
public record NewRelation(
    UUID id,
    FullName name,
    Relation.Kind kind,
    String format,
    List<RelationColumn> columns,
    Optional<String> storageLocation,
    Optional<String> viewDefinition,
    Optional<String> comment,
    Map<String, String> properties) {
  private static final int MAX_COLUMNS = 10_000;

  public NewRelation {
    columns = List.copyOf(columns);
    properties = Map.copyOf(properties);
    if (columns.size() > MAX_COLUMNS) {
      throw RelationErrors.invalid(
          "columns", Integer.toString(columns.size()), "at most " + MAX_COLUMNS);
    }
    Set<String> names = new HashSet<>();
    for (RelationColumn column : columns) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw RelationErrors.invalid("columns.name", column.name(), "each name once");
      }
    }
    if (kind == Relation.Kind.EXTERNAL && storageLocation.isEmpty()) {
      throw RelationErrors.invalid("storage_location", "", "where the external table's data is");
    }
    if (kind == Relation.Kind.VIEW && viewDefinition.isEmpty()) {
      throw RelationErrors.invalid("view_definition", "", "the view's query");
    }
  }

  /** A table or view with a new id. */
  public NewRelation(
      FullName name,
      Relation.Kind kind,
      String format,
      List<RelationColumn> columns,
      Optional<String> storageLocation,
      Optional<String> viewDefinition,
      Optional<String> comment,
      Map<String, String> properties) {
    this(
        UUID.randomUUID(),
        name,
        kind,
        format,
        columns,
        storageLocation,
        viewDefinition,
        comment,
        properties);
  }

  /** A managed Delta table whose data is at {@link RelationService#managedPath} already. */
  public static NewRelation managed(
      UUID id,
      FullName name,
      List<RelationColumn> columns,
      Optional<String> comment,
      Map<String, String> properties) {
    return new NewRelation(
        id,
        name,
        Relation.Kind.MANAGED,
        "DELTA",
        columns,
        Optional.empty(),
        Optional.empty(),
        comment,
        properties);
  }
}
