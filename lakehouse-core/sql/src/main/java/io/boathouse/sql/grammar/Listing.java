package io.boathouse.sql.grammar;

import java.util.List;
import java.util.Optional;

/**
 * SHOW over a whole catalog, or all of them, as drivers ask for metadata; and over one table.
 *
 * @param catalog empty for all catalogs
 * @param name the schema and table, or the table, if one is named
 * @param schemaLike a pattern over the names of schemas
 * @param tableLike a pattern over the names of tables
 * @param like a pattern over the names of what is listed
 */
public record Listing(
    What what,
    Optional<String> catalog,
    List<String> name,
    Optional<String> schemaLike,
    Optional<String> tableLike,
    Optional<String> like)
    implements Statement.OfMetadata {

  /** What is listed. */
  public enum What {
    SCHEMAS,
    TABLES,
    VIEWS,
    COLUMNS,
    /** The columns of one table, by their names alone. */
    COLUMNS_OF_TABLE,
    FUNCTIONS,
    PROCEDURES,
    KEYS,
    FOREIGN_KEYS,
    TABLE_TYPES
  }

  public Listing {
    name = List.copyOf(name);
  }

  static Listing of(What what, List<String> name) {
    return new Listing(
        what, Optional.empty(), name, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Override
  public String kind() {
    return "SHOW " + what.name().replace('_', ' ');
  }
}
