package io.boathouse.catalog.relation;

import java.util.List;

/**
 * A view's query as it was written.
 *
 * @param defaultCatalog where names of fewer than three parts are looked up
 * @param defaultSchema where names of one part are looked up
 * @param queryColumns what the query calls the view's columns, in their order; empty if a client
 *     registered the view without columns, which then has those of its query
 */
public record ViewText(
    String sql, String defaultCatalog, String defaultSchema, List<String> queryColumns) {
  public ViewText {
    queryColumns = List.copyOf(queryColumns);
  }
}
