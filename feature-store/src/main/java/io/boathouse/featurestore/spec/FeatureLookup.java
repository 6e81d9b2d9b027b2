package io.boathouse.featurestore.spec;

import io.boathouse.catalog.securable.FullName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which features of which table, found by what.
 *
 * @param features names of features; empty for all
 * @param lookupKeys request columns, in the order of the table's key columns
 * @param tolerance a row older than this is none; empty for any age
 * @param defaults taken where no row is found or its value is null, by feature
 * @param renames output names by feature
 * @param prefix begins the output names of features that are not renamed
 */
public record FeatureLookup(
    FullName table,
    List<String> features,
    List<String> lookupKeys,
    Optional<Duration> tolerance,
    Map<String, Object> defaults,
    Map<String, String> renames,
    String prefix) {
  public FeatureLookup {
    features = List.copyOf(features);
    lookupKeys = List.copyOf(lookupKeys);
    defaults = Map.copyOf(defaults);
    renames = Map.copyOf(renames);
    if (tolerance.isPresent() && tolerance.get().isNegative()) {
      throw SpecErrors.invalid("lookups.tolerance_seconds", tolerance.get().toString(), ">= 0");
    }
  }

  /** All features of a table under prefixed names. */
  public static FeatureLookup all(FullName table, List<String> lookupKeys, String prefix) {
    return new FeatureLookup(
        table, List.of(), lookupKeys, Optional.empty(), Map.of(), Map.of(), prefix);
  }
}
