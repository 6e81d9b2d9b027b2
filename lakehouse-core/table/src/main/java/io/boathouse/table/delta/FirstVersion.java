package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.type.DeltaTypes;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.Format;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.rowtracking.MaterializedRowTrackingColumn;
import io.delta.kernel.internal.tablefeatures.TableFeatures;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Version 0 of tables that Kernel does not make: those whose columns are filled. */
final class FirstVersion {
  private final NewDeltaTable table;
  private final long at;

  FirstVersion(NewDeltaTable table, long at) {
    this.table = table;
    this.at = at;
  }

  Commit put(FileStore folder, CommitNote note) {
    Map<String, String> properties = new HashMap<>(table.properties());
    properties.putIfAbsent(TableConfig.IN_COMMIT_TIMESTAMPS_ENABLED.getKey(), "true");
    var unused = ParquetCodec.of(properties);
    Map<String, String> unknown = DeltaWriter.takeUnknown(properties);
    Map<String, String> known =
        new HashMap<>(TableConfig.validateAndNormalizeDeltaProperties(properties));
    known.putAll(unknown);
    var asked = TableFeatures.extractFeaturePropertyOverrides(metadata(known));
    Metadata numbered = ColumnNumbers.given(asked._2.orElseGet(() -> metadata(known)));
    Metadata metadata =
        MaterializedRowTrackingColumn.assignMaterializedColumnNamesIfNeeded(numbered)
            .orElse(numbered);
    if (!ColumnNumbers.isMapped(metadata)) {
      table.schema().columns().forEach(DeltaWriter::checkName);
    }
    Protocol protocol = TableProtocol.of(metadata, TableProtocol.PLAIN, asked._1);
    byte[] content =
        String.join(
                "\n",
                Actions.action("commitInfo", head(note)),
                Actions.protocol(protocol),
                Actions.metadata(metadata),
                "")
            .getBytes(StandardCharsets.UTF_8);
    if (!VersionFile.put(folder, DeltaLog.versionFile(0), content)) {
      throw DeltaErrors.logExists();
    }
    return History.of(0, content);
  }

  private Metadata metadata(Map<String, String> properties) {
    StructType schema = DeltaTypes.kernel(table.schema());
    return new Metadata(
        UUID.randomUUID().toString(),
        Optional.empty(),
        Optional.empty(),
        new Format(),
        DeltaTypes.json(table.schema()),
        schema,
        VectorUtils.buildArrayValue(table.partitionColumns(), StringType.STRING),
        Optional.of(at),
        VectorUtils.stringStringMapValue(properties));
  }

  private ObjectNode head(CommitNote note) {
    ObjectNode head = Json.mapper().createObjectNode();
    head.put("inCommitTimestamp", at);
    head.put("timestamp", at);
    head.put("operation", note.operation());
    ObjectNode parameters = head.putObject("operationParameters");
    note.parameters().forEach(parameters::put);
    head.put("isBlindAppend", true);
    head.putObject("operationMetrics");
    head.put("engineInfo", DeltaLog.ENGINE);
    head.put("txnId", UUID.randomUUID().toString());
    return head;
  }
}
