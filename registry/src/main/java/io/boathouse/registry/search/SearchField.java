package io.boathouse.registry.search;

import java.util.Optional;

/**
 * Something that can be filtered or sorted by, as the SQL that yields it. The SQL is written by a
 * repository and holds no outside text.
 *
 * @param sql an expression of the searched row, or of the row inside {@code within}
 * @param within {@code table alias WHERE …} that ties rows of a detail table to the searched row;
 *     empty for an expression of the searched row itself
 * @param key the column of {@code within} that holds the key, for entities with open keys
 * @param lists whether IN and NOT IN are offered
 * @param use whether it serves filters, orders or both
 */
public record SearchField(
    Type type, String sql, Optional<String> within, Optional<String> key, boolean lists, Use use) {

  /** How values compare. */
  public enum Type {
    TEXT,
    /** A whole number. */
    LONG,
    /** A floating-point number; NaN equals nothing and sorts last. */
    DOUBLE
  }

  /** Where a field may stand. */
  public enum Use {
    FILTER,
    ORDER,
    BOTH
  }

  /** A text of the searched row. */
  public static SearchField text(String sql) {
    return new SearchField(Type.TEXT, sql, Optional.empty(), Optional.empty(), false, Use.BOTH);
  }

  /** A whole number of the searched row. */
  public static SearchField number(String sql) {
    return new SearchField(Type.LONG, sql, Optional.empty(), Optional.empty(), false, Use.BOTH);
  }

  /** A text in a detail table, of which the searched row may have several. */
  public static SearchField related(String within, String sql) {
    return new SearchField(Type.TEXT, sql, Optional.of(within), Optional.empty(), true, Use.FILTER);
  }

  /** Texts by key in a detail table. */
  public static SearchField texts(String within, String key, String sql) {
    return new SearchField(Type.TEXT, sql, Optional.of(within), Optional.of(key), false, Use.BOTH);
  }

  /** Floating-point numbers by key in a detail table. */
  public static SearchField doubles(String within, String key, String sql) {
    return new SearchField(
        Type.DOUBLE, sql, Optional.of(within), Optional.of(key), false, Use.BOTH);
  }

  /** The same field with IN and NOT IN. */
  public SearchField withLists() {
    return new SearchField(type, sql, within, key, true, use);
  }

  /** The same field for orders only, or filters only. */
  public SearchField only(Use newUse) {
    return new SearchField(type, sql, within, key, lists, newUse);
  }
}
