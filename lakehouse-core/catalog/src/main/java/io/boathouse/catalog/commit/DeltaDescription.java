package io.boathouse.catalog.commit;

import java.util.List;
import java.util.Map;

/**
 * What a Delta table's metadata and protocol say at a version.
 *
 * @param columns a struct type in Delta's JSON
 * @param properties the metadata's configuration
 * @param domains JSON by the domain's name
 */
public record DeltaDescription(
    String columns,
    List<String> partitionColumns,
    Map<String, String> properties,
    DeltaProtocol protocol,
    Map<String, String> domains) {
  public DeltaDescription {
    partitionColumns = List.copyOf(partitionColumns);
    properties = Map.copyOf(properties);
    domains = Map.copyOf(domains);
  }

  /** The same with other columns. */
  public DeltaDescription withColumns(String changed) {
    return new DeltaDescription(changed, partitionColumns, properties, protocol, domains);
  }

  /** The same, partitioned otherwise. */
  public DeltaDescription withPartitionColumns(List<String> changed) {
    return new DeltaDescription(columns, changed, properties, protocol, domains);
  }

  /** The same with other properties. */
  public DeltaDescription withProperties(Map<String, String> changed) {
    return new DeltaDescription(columns, partitionColumns, changed, protocol, domains);
  }

  /** The same under another protocol. */
  public DeltaDescription withProtocol(DeltaProtocol changed) {
    return new DeltaDescription(columns, partitionColumns, properties, changed, domains);
  }

  /** The same with other domains. */
  public DeltaDescription withDomains(Map<String, String> changed) {
    return new DeltaDescription(columns, partitionColumns, properties, protocol, changed);
  }
}
