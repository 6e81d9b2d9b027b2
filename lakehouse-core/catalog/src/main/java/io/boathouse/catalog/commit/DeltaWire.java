package io.boathouse.catalog.commit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's Delta API 1.0 (delta.yaml) on the wire; times in milliseconds. */
final class DeltaWire {
  private DeltaWire() {}

  record Protocol(
      @JsonProperty("min-reader-version") @Nullable Integer minReaderVersion,
      @JsonProperty("min-writer-version") @Nullable Integer minWriterVersion,
      @JsonProperty("reader-features") @Nullable List<String> readerFeatures,
      @JsonProperty("writer-features") @Nullable List<String> writerFeatures) {
    DeltaProtocol toProtocol() {
      return new DeltaProtocol(
          Objects.requireNonNullElse(minReaderVersion, 0),
          Objects.requireNonNullElse(minWriterVersion, 0),
          Objects.requireNonNullElse(readerFeatures, List.of()),
          Objects.requireNonNullElse(writerFeatures, List.of()));
    }

    static Protocol of(DeltaProtocol protocol) {
      return new Protocol(
          protocol.minReaderVersion(),
          protocol.minWriterVersion(),
          protocol.readerFeatures(),
          protocol.writerFeatures());
    }
  }

  record Features(
      @JsonProperty("reader-features") List<String> readerFeatures,
      @JsonProperty("writer-features") List<String> writerFeatures) {}

  record Staging(
      @JsonProperty("table-id") String tableId,
      @JsonProperty("table-type") String tableType,
      @JsonProperty("location") String location,
      @JsonProperty("storage-credentials") List<Object> storageCredentials,
      @JsonProperty("required-protocol") Protocol requiredProtocol,
      @JsonProperty("suggested-protocol") Features suggestedProtocol,
      @JsonProperty("required-properties") Map<String, String> requiredProperties,
      @JsonProperty("suggested-properties") Map<String, String> suggestedProperties) {
    static Staging of(StagingTable table, String location, List<Object> credentials) {
      return new Staging(
          table.id().toString(),
          "MANAGED",
          location,
          credentials,
          Protocol.of(ManagedContract.PROTOCOL),
          new Features(List.of(), List.of("domainMetadata")),
          ManagedContract.properties(table.id()),
          Map.of("delta.parquet.compression.codec", "zstd"));
    }
  }

  record Create(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("location") @Nullable String location,
      @JsonProperty("table-type") @Nullable String tableType,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("columns") @Nullable JsonNode columns,
      @JsonProperty("partition-columns") @Nullable List<String> partitionColumns,
      @JsonProperty("protocol") @Nullable Protocol protocol,
      @JsonProperty("properties") @Nullable Map<String, String> properties,
      @JsonProperty("domain-metadata") @Nullable Map<String, JsonNode> domainMetadata,
      @JsonProperty("last-commit-timestamp-ms") @Nullable Long at,
      @JsonProperty("uniform") @Nullable JsonNode uniform) {}

  record Commit(
      @JsonProperty("version") @Nullable Long version,
      @JsonProperty("timestamp") @Nullable Long timestamp,
      @JsonProperty("file-name") @Nullable String fileName,
      @JsonProperty("file-size") @Nullable Long fileSize,
      @JsonProperty("file-modification-timestamp") @Nullable Long modifiedAt) {
    StagedCommit toCommit() {
      return new StagedCommit(
          DeltaUpdates.present("commit.version", version),
          DeltaUpdates.present("commit.timestamp", timestamp),
          DeltaUpdates.present("commit.file-name", fileName),
          DeltaUpdates.present("commit.file-size", fileSize),
          DeltaUpdates.present("commit.file-modification-timestamp", modifiedAt));
    }

    static Commit of(StagedCommit commit) {
      return new Commit(
          commit.version(), commit.at(), commit.fileName(), commit.size(), commit.modifiedAt());
    }
  }

  record Metadata(
      @JsonProperty("etag") String etag,
      @JsonProperty("table-type") String tableType,
      @JsonProperty("table-uuid") String tableUuid,
      @JsonProperty("location") String location,
      @JsonProperty("created-time") long createdTime,
      @JsonProperty("updated-time") long updatedTime,
      @JsonProperty("columns") JsonNode columns,
      @JsonProperty("partition-columns") List<String> partitionColumns,
      @JsonProperty("properties") Map<String, String> properties,
      @JsonProperty("last-commit-version") @Nullable Long lastCommitVersion,
      @JsonProperty("last-commit-timestamp-ms") @Nullable Long lastCommitTimestamp) {}

  record Load(
      @JsonProperty("metadata") Metadata metadata,
      @JsonProperty("commits") List<Commit> commits,
      @JsonProperty("latest-table-version") @Nullable Long latestTableVersion) {}

  static Load load(DeltaTableService.Loaded loaded) {
    Relation relation = loaded.relation();
    Securable securable = relation.securable();
    DeltaTable table = loaded.table();
    boolean described = table.revision() > 0;
    Metadata metadata =
        new Metadata(
            loaded.etag(),
            relation.kind().name(),
            table.id().toString(),
            relation.storageLocation().orElse("").replaceFirst("/$", ""),
            securable.createdAt().toEpochMilli(),
            Math.max(securable.updatedAt().toEpochMilli(), table.latestAt()),
            DeltaColumns.wire(table.description().columns()),
            table.description().partitionColumns(),
            properties(table),
            described ? table.describedVersion() : null,
            described ? table.describedAt() : null);
    List<Commit> commits = new ArrayList<>();
    loaded.unpublished().forEach(commit -> commits.add(Commit.of(commit)));
    return new Load(metadata, commits, table.catalogManaged() ? table.latestVersion() : null);
  }

  /** The configuration, and beside it what follows from protocol, domains and versions. */
  private static Map<String, String> properties(DeltaTable table) {
    Map<String, String> all = new TreeMap<>(table.description().properties());
    if (table.revision() == 0) {
      return all;
    }
    DeltaProtocol protocol = table.description().protocol();
    all.put("delta.minReaderVersion", Integer.toString(protocol.minReaderVersion()));
    all.put("delta.minWriterVersion", Integer.toString(protocol.minWriterVersion()));
    protocol
        .writerFeatures()
        .forEach(feature -> all.put(DeltaUpdates.FEATURE + feature, "supported"));
    all.put("delta.lastUpdateVersion", Long.toString(table.describedVersion()));
    all.put("delta.lastCommitTimestamp", Long.toString(table.describedAt()));
    Map<String, String> domains = table.description().domains();
    if (domains.containsKey("delta.clustering")) {
      JsonNode clustering = Json.parse(domains.get("delta.clustering")).path("clusteringColumns");
      all.put("delta.clusteringColumns", Json.writeText(clustering));
    }
    if (domains.containsKey("delta.rowTracking")) {
      JsonNode mark = Json.parse(domains.get("delta.rowTracking")).path("rowIdHighWaterMark");
      all.put("delta.rowTracking.rowIdHighWaterMark", mark.asText());
    }
    return all;
  }
}
