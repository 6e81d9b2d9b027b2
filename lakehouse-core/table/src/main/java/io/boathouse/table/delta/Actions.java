package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.TableSchema;
import io.delta.kernel.defaults.internal.json.JsonUtils;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.rowtracking.RowTrackingMetadataDomain;
import io.delta.kernel.internal.util.PartitionUtils;
import io.delta.kernel.internal.util.VectorUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lines of a version's file, as Delta's protocol has them. */
final class Actions {
  private Actions() {}

  /** A new data file. */
  static String add(NewFile file, DeltaSnapshot table) {
    ObjectNode add = file(file, table);
    add.put("modificationTime", file.modifiedAt().toEpochMilli());
    add.put("dataChange", true);
    add.put(
        "stats",
        StatisticsJson.kernel(table.stored().stored(file.statistics()), table.stored().schema())
            .serializeAsJson(DeltaTypes.kernel(table.stored().schema())));
    return action("add", add);
  }

  /** A file of rows that changed, for the change feed. */
  static String change(NewFile file, DeltaSnapshot table) {
    return action("cdc", file(file, table).put("dataChange", false));
  }

  /** A file that stays with other rows marked as deleted. Its bounds may be too wide then. */
  static String marked(AddFile file, DeletionVectorDescriptor vector) {
    ObjectNode line =
        (ObjectNode)
            Json.parse(JsonUtils.rowToJson(SingleAction.createAddFileSingleAction(file.toRow())));
    ObjectNode add = (ObjectNode) line.get("add");
    add.put("dataChange", true);
    ObjectNode descriptor = add.putObject("deletionVector");
    descriptor.put("storageType", vector.getStorageType());
    descriptor.put("pathOrInlineDv", vector.getPathOrInlineDv());
    vector.getOffset().ifPresent(offset -> descriptor.put("offset", offset));
    descriptor.put("sizeInBytes", vector.getSizeInBytes());
    descriptor.put("cardinality", vector.getCardinality());
    file.getStatsJson()
        .ifPresent(
            stats ->
                add.put(
                    "stats",
                    Json.writeText(((ObjectNode) Json.parse(stats)).put("tightBounds", false))));
    return Json.writeText(line);
  }

  /** A file that is in the log already. */
  static String add(LoggedFile file, boolean dataChange) {
    return JsonUtils.rowToJson(
        SingleAction.createAddFileSingleAction(file.kernel(dataChange).toRow()));
  }

  static String remove(AddFile file, long at) {
    return remove(file, at, true);
  }

  /**
   * A file that goes.
   *
   * @param dataChange false if its rows are in another one
   */
  static String remove(AddFile file, long at, boolean dataChange) {
    return JsonUtils.rowToJson(
        SingleAction.createRemoveFileSingleAction(
            file.toRemoveFileRow(dataChange, Optional.of(at))));
  }

  static String transaction(TransactionId id, long at) {
    ObjectNode transaction = Json.mapper().createObjectNode();
    transaction.put("appId", id.appId()).put("version", id.version()).put("lastUpdated", at);
    return action("txn", transaction);
  }

  /**
   * The columns by which rows are kept together.
   *
   * @param columns by their names in the files
   */
  static String clustering(List<String> columns) {
    ObjectNode configuration = Json.mapper().createObjectNode();
    var paths = configuration.putArray("clusteringColumns");
    columns.forEach(column -> paths.addArray().add(column));
    ObjectNode domain = Json.mapper().createObjectNode();
    domain.put("domain", "delta.clustering");
    domain.put("configuration", Json.writeText(configuration));
    domain.put("removed", false);
    return action("domainMetadata", domain);
  }

  /** The last number that a row of the table got. */
  static String highestRowId(long highest) {
    ObjectNode configuration = Json.mapper().createObjectNode();
    configuration.put("rowIdHighWaterMark", highest);
    ObjectNode domain = Json.mapper().createObjectNode();
    domain.put("domain", RowTrackingMetadataDomain.DOMAIN_NAME);
    domain.put("configuration", Json.writeText(configuration));
    domain.put("removed", false);
    return action("domainMetadata", domain);
  }

  static String metadata(Metadata metadata) {
    return JsonUtils.rowToJson(SingleAction.createMetadataSingleAction(metadata.toRow()));
  }

  static String protocol(Protocol protocol) {
    return JsonUtils.rowToJson(SingleAction.createProtocolSingleAction(protocol.toRow()));
  }

  static String action(String name, ObjectNode content) {
    return Json.writeText(Json.mapper().createObjectNode().set(name, content));
  }

  private static ObjectNode file(NewFile file, DeltaSnapshot table) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("path", file.path().value());
    ObjectNode partition = node.putObject("partitionValues");
    partitionValues(file, table.schema())
        .forEach((column, value) -> partition.put(table.physicalName(column), value));
    node.put("size", file.size());
    return node;
  }

  private static Map<String, @Nullable String> partitionValues(NewFile file, TableSchema schema) {
    Map<String, Literal> literals = new HashMap<>();
    file.partitionValues()
        .forEach(
            (column, text) -> {
              DataType type = schema.column(column).orElseThrow().type();
              literals.put(column, PartitionValues.literal(text, type));
            });
    return VectorUtils.toJavaMap(PartitionUtils.serializePartitionMap(literals));
  }
}
