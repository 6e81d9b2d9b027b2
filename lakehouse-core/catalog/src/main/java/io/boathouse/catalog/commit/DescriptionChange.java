package io.boathouse.catalog.commit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to become of a Delta table's description.
 *
 * @param columns a struct type in Delta's JSON
 * @param setDomains JSON by the domain's name
 */
public record DescriptionChange(
    Optional<String> columns,
    Optional<List<String>> partitionColumns,
    Optional<DeltaProtocol> protocol,
    Map<String, String> setProperties,
    Set<String> removedProperties,
    Map<String, String> setDomains,
    Set<String> removedDomains) {
  /** Changes nothing. */
  public static final DescriptionChange NOTHING =
      new DescriptionChange(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Set.of(),
          Map.of(),
          Set.of());

  public DescriptionChange {
    partitionColumns = partitionColumns.map(List::copyOf);
    setProperties = Map.copyOf(setProperties);
    removedProperties = Set.copyOf(removedProperties);
    setDomains = Map.copyOf(setDomains);
    removedDomains = Set.copyOf(removedDomains);
    requireApart("properties", setProperties.keySet(), removedProperties);
    requireApart("domain-metadata", setDomains.keySet(), removedDomains);
  }

  public boolean isEmpty() {
    return equals(NOTHING);
  }

  /** The description after the change. */
  public DeltaDescription applied(DeltaDescription before) {
    return new DeltaDescription(
        columns.orElse(before.columns()),
        partitionColumns.orElse(before.partitionColumns()),
        changed(before.properties(), setProperties, removedProperties),
        protocol.orElse(before.protocol()),
        changed(before.domains(), setDomains, removedDomains));
  }

  private static Map<String, String> changed(
      Map<String, String> before, Map<String, String> set, Set<String> removed) {
    Map<String, String> after = new HashMap<>(before);
    after.putAll(set);
    after.keySet().removeAll(removed);
    return after;
  }

  private static void requireApart(String what, Set<String> set, Set<String> removed) {
    set.stream()
        .filter(removed::contains)
        .findFirst()
        .ifPresent(
            name -> {
              throw CommitErrors.invalid(what, name, "either set or removed");
            });
  }
}
