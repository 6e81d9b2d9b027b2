package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.commit.DeltaProtocol;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.util.VectorUtils;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Version 0 of a table that is what another one is at a version: its schema, properties and
 * features, and its files, which lie under the same paths in the new table's folder.
 */
final class ClonedVersion {
  /** What belongs to a table alone: when it began, and who decides its versions. */
  private static final Set<String> OWN =
      Set.of(
          TableConfig.IN_COMMIT_TIMESTAMP_ENABLEMENT_VERSION.getKey(),
          TableConfig.IN_COMMIT_TIMESTAMP_ENABLEMENT_TIMESTAMP.getKey(),
          "io.unitycatalog.tableId");

  private static final Set<String> CATALOGS =
      Set.of(DeltaProtocol.CATALOG_MANAGED, "catalogOwned-preview");

  private final DeltaSnapshot source;
  private final long at;

  ClonedVersion(DeltaSnapshot source, long at) {
    this.source = source;
    this.at = at;
  }

  /** Fails if the folder has a log. */
  Commit put(FileStore folder, CommitNote note) {
    SnapshotImpl kernel = source.kernel();
    Metadata metadata = metadata(kernel.getMetadata());
    List<String> lines = new ArrayList<>();
    lines.add(Actions.action("commitInfo", head(metadata, note)));
    lines.add(Actions.protocol(protocol(kernel.getProtocol())));
    lines.add(Actions.metadata(metadata));
    kernel
        .getPhysicalClusteringColumns()
        .filter(columns -> !columns.isEmpty())
        .map(
            columns -> columns.stream().map(column -> String.join(".", column.getNames())).toList())
        .map(Actions::clustering)
        .ifPresent(lines::add);
    if (source.numbersRows()) {
      lines.add(Actions.highestRowId(source.highestRowId()));
    }
    source.logged().list().forEach(file -> lines.add(Actions.add(file, true)));
    lines.add("");
    byte[] content = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    if (!VersionFile.put(folder, DeltaLog.versionFile(0), content)) {
      throw DeltaErrors.logExists();
    }
    return History.of(0, content);
  }

  private Metadata metadata(Metadata found) {
    Map<String, String> properties = new HashMap<>(found.getConfiguration());
    properties.keySet().removeAll(OWN);
    return new Metadata(
        UUID.randomUUID().toString(),
        Optional.empty(),
        found.getDescription(),
        found.getFormat(),
        found.getSchemaString(),
        found.getSchema(),
        found.getPartitionColumns(),
        Optional.of(at),
        VectorUtils.stringStringMapValue(properties));
  }

  private static Protocol protocol(Protocol found) {
    if (found.getReaderAndWriterFeatures().stream().noneMatch(CATALOGS::contains)) {
      return found;
    }
    return new Protocol(
        found.getMinReaderVersion(),
        found.getMinWriterVersion(),
        without(found.getReaderFeatures()),
        without(found.getWriterFeatures()));
  }

  private static Set<String> without(Set<String> features) {
    Set<String> left = new HashSet<>(features);
    left.removeAll(CATALOGS);
    return left;
  }

  private ObjectNode head(Metadata metadata, CommitNote note) {
    ObjectNode head = Json.mapper().createObjectNode();
    if (TableConfig.IN_COMMIT_TIMESTAMPS_ENABLED.fromMetadata(metadata)) {
      head.put("inCommitTimestamp", at);
    }
    head.put("timestamp", at);
    head.put("operation", note.operation());
    ObjectNode parameters = head.putObject("operationParameters");
    note.parameters().forEach(parameters::put);
    head.put("isBlindAppend", false);
    long bytes = source.logged().list().stream().mapToLong(LoggedFile::size).sum();
    String files = Integer.toString(source.logged().list().size());
    head.putObject("operationMetrics")
        .put("sourceTableSize", Long.toString(bytes))
        .put("sourceNumOfFiles", files)
        .put("numRemovedFiles", "0")
        .put("numCopiedFiles", files)
        .put("removedFilesSize", "0")
        .put("copiedFilesSize", Long.toString(bytes));
    head.put("engineInfo", DeltaLog.ENGINE);
    head.put("txnId", UUID.randomUUID().toString());
    return head;
  }
}
