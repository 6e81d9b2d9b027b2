package io.boathouse.catalog.policy;

import io.boathouse.catalog.grant.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a table shows to one caller. Whoever hands out rows, values, or what tells of them, applies
 * all of it or refuses.
 *
 * @param rowFilter rows for which it is not true are not there
 * @param masks by column; the column is shown as what the function makes of it, and nothing that
 *     happens before may depend on more
 * @param version changes with everything that the policies say, for caches; empty without policies
 */
public record TablePolicies(
    UUID tableId,
    Optional<PolicyFunction> rowFilter,
    Map<String, PolicyFunction> masks,
    String version) {
  public TablePolicies {
    masks = Map.copyOf(masks);
  }

  /** Of a table that shows everything to whoever may read it. */
  public static TablePolicies none(UUID tableId) {
    return new TablePolicies(tableId, Optional.empty(), Map.of(), "");
  }

  /** Whether the table shows everything to whoever may read it. */
  public boolean isEmpty() {
    return rowFilter.isEmpty() && masks.isEmpty();
  }

  /** The columns that the policies speak of. */
  public Set<String> columns() {
    Set<String> columns = new TreeSet<>(masks.keySet());
    masks.values().forEach(mask -> columns.addAll(mask.arguments()));
    rowFilter.ifPresent(filter -> columns.addAll(filter.arguments()));
    return columns;
  }

  /** What is left of the table, in the words of an explanation. */
  public List<Explanation.Limit> limits() {
    List<Explanation.Limit> limits = new ArrayList<>();
    rowFilter.ifPresent(filter -> limits.add(limit(Optional.empty(), filter)));
    new TreeMap<>(masks).forEach((column, mask) -> limits.add(limit(Optional.of(column), mask)));
    return limits;
  }

  private static Explanation.Limit limit(Optional<String> column, PolicyFunction function) {
    return new Explanation.Limit(column, function.name(), function.arguments());
  }
}
