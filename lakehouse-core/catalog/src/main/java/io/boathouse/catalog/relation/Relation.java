package io.boathouse.catalog.relation;

import io.boathouse.catalog.securable.Securable;
import java.util.List;
import java.util.Optional;

/**
 * A table or view: the securable, its columns, and where its data is.
 *
 * @param format of the data files, such as DELTA
 * @param storageLocation where the data is, as other engines name it; empty for a view
 */
public record Relation(
    Securable securable,
    Kind kind,
    String format,
    List<RelationColumn> columns,
    Optional<String> storageLocation,
    Optional<String> viewDefinition) {

  /** Who keeps the data. */
  public enum Kind {
    /** We do, and delete it with the table. */
    MANAGED,
    /** Somebody else does, at a location; dropping the table leaves it. */
    EXTERNAL,
    /** Nobody: it is a query. */
    VIEW
  }

  public Relation {
    columns = List.copyOf(columns);
  }
}
