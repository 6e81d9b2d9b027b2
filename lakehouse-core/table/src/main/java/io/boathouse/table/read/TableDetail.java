package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.table.delta.TableFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table as it is now, as DESCRIBE DETAIL tells it.
 *
 * @param changedAt when the newest version was committed
 */
public record TableDetail(
    FullName name,
    Optional<String> comment,
    TableFacts facts,
    long version,
    Instant changedAt,
    List<String> partitionColumns,
    long files,
    long bytes,
    Map<String, String> properties) {
  public TableDetail {
    partitionColumns = List.copyOf(partitionColumns);
    properties = Map.copyOf(properties);
  }
}
