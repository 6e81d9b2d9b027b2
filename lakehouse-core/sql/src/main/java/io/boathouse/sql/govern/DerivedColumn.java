package io.boathouse.sql.govern;

import io.boathouse.catalog.securable.FullName;
import java.util.HashSet;
import java.util.Set;

/**
 * A column of a query or table, and the columns of tables whose values are in its own.
 *
 * @param sources empty if its values came from no table
 */
public record DerivedColumn(String name, Set<Source> sources) {
  public DerivedColumn {
    sources = Set.copyOf(sources);
  }

  /** A column of a table. */
  public record Source(FullName table, String column) {}

  /** A column of a table as it is. */
  public static DerivedColumn of(FullName table, String column) {
    return new DerivedColumn(column, Set.of(new Source(table, column)));
  }

  DerivedColumn called(String other) {
    return new DerivedColumn(other, sources);
  }

  DerivedColumn with(Set<Source> more) {
    Set<Source> all = new HashSet<>(sources);
    all.addAll(more);
    return new DerivedColumn(name, all);
  }
}
