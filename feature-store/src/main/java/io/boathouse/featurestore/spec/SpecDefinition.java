package io.boathouse.featurestore.spec;

import java.util.List;
import java.util.Optional;

/**
 * What a spec says.
 *
 * @param requestColumns passed through to the outputs, first and in this order
 * @param lookups their features follow, lookup by lookup
 * @param functions computed from all these; they follow in this order
 * @param timestampKey the column that says at which instant features are wanted; needed where a
 *     lookup has a tolerance
 * @param excludedColumns left out of the outputs
 */
public record SpecDefinition(
    List<RequestColumn> requestColumns,
    List<FeatureLookup> lookups,
    List<FeatureFunction> functions,
    Optional<String> timestampKey,
    List<String> excludedColumns) {
  private static final int MAX_LOOKUPS = 100;
  private static final int MAX_FUNCTIONS = 200;

  public SpecDefinition {
    requestColumns = List.copyOf(requestColumns);
    lookups = List.copyOf(lookups);
    functions = List.copyOf(functions);
    excludedColumns = List.copyOf(excludedColumns);
    if (lookups.size() > MAX_LOOKUPS) {
      throw SpecErrors.invalid("lookups", Integer.toString(lookups.size()), "at most 100");
    }
    if (functions.size() > MAX_FUNCTIONS) {
      throw SpecErrors.invalid("functions", Integer.toString(functions.size()), "at most 200");
    }
    for (FeatureLookup lookup : lookups) {
      if (lookup.tolerance().isPresent() && timestampKey.isEmpty()) {
        throw SpecErrors.invalid(
            "timestamp_key",
            "",
            "a column, as the lookup in " + lookup.table() + " has a tolerance");
      }
    }
  }

  /** Without functions. */
  public SpecDefinition(
      List<RequestColumn> requestColumns,
      List<FeatureLookup> lookups,
      Optional<String> timestampKey,
      List<String> excludedColumns) {
    this(requestColumns, lookups, List.of(), timestampKey, excludedColumns);
  }
}
