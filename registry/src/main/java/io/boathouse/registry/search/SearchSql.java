package io.boathouse.registry.search;

import java.util.Map;

/**
 * A search as SQL: every outside text is a bound value.
 *
 * @param condition a boolean expression for the WHERE clause
 * @param joins LATERAL joins that the order needs, possibly empty
 * @param orderBy the terms of the ORDER BY clause, never empty
 * @param bindings values of the named parameters
 */
public record SearchSql(
    String condition, String joins, String orderBy, Map<String, Object> bindings) {
  public SearchSql {
    bindings = Map.copyOf(bindings);
  }
}
