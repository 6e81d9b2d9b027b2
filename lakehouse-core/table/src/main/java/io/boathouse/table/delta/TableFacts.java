package io.boathouse.table.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.util.ColumnMapping;
import io.delta.kernel.internal.util.Tuple2;
import io.delta.kernel.types.DataType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the log says about a table besides schema and files.
 *
 * @param id the log's own, which outlives names
 * @param clusteringColumns by which rows are kept together; empty if by none
 * @param features of the protocol that the table names, sorted
 * @param keptAfterRemoval how long files that no newer version has stay for older ones
 */
public record TableFacts(
    String id,
    Optional<Instant> createdAt,
    List<String> clusteringColumns,
    int readerVersion,
    int writerVersion,
    List<String> features,
    Duration keptAfterRemoval) {
  public TableFacts {
    clusteringColumns = List.copyOf(clusteringColumns);
    features = List.copyOf(features);
  }

  static TableFacts of(SnapshotImpl snapshot) {
    Metadata metadata = snapshot.getMetadata();
    Protocol protocol = snapshot.getProtocol();
    List<String> clustering =
        snapshot.getPhysicalClusteringColumns().orElse(List.of()).stream()
            .map(
                column -> {
                  Tuple2<io.delta.kernel.expressions.Column, DataType> logical =
                      ColumnMapping.getLogicalColumnNameAndDataType(snapshot.getSchema(), column);
                  return String.join(".", logical._1.getNames());
                })
            .toList();
    return new TableFacts(
        metadata.getId(),
        metadata.getCreatedTime().map(Instant::ofEpochMilli),
        clustering,
        protocol.getMinReaderVersion(),
        protocol.getMinWriterVersion(),
        protocol.getReaderAndWriterFeatures().stream().sorted().toList(),
        Duration.ofMillis(TableConfig.TOMBSTONE_RETENTION.fromMetadata(metadata)));
  }
}
