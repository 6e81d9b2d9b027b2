package io.boathouse.sql.warehouse;

/**
 * Where statements run. There is one, which is the server itself.
 *
 * @param concurrency how many statements run at once
 */
public record Warehouse(String id, String name, int concurrency) {
  /** The id of the one that every server has. */
  public static final String DEFAULT_ID = "default";
}
