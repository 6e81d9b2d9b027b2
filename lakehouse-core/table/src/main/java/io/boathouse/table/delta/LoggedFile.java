package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StructType;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An {@code add} of the log as it was written: everything that another commit needs to keep or
 * remove the file, and nothing that costs parsing.
 *
 * @param path a URI reference, relative to the table's folder
 * @param statistics JSON
 */
record LoggedFile(
    String path,
    Map<String, @Nullable String> partitionValues,
    long size,
    long modifiedAt,
    Optional<String> statistics,
    Optional<DeletionVectorDescriptor> deletionVector,
    Map<String, @Nullable String> tags,
    Optional<Long> baseRowId,
    Optional<Long> defaultRowCommitVersion) {
  private static final StructType SCHEMA = AddFile.FULL_SCHEMA;

  static LoggedFile of(AddFile add) {
    return new LoggedFile(
        add.getPath(),
        map(Optional.ofNullable(add.getPartitionValues())),
        add.getSize(),
        add.getModificationTime(),
        add.getStatsJson(),
        add.getDeletionVector(),
        map(add.getTags()),
        add.getBaseRowId(),
        add.getDefaultRowCommitVersion());
  }

  /**
   * @param add as a version's file has it
   */
  static LoggedFile of(JsonNode add) {
    return new LoggedFile(
        required(add, "path").asText(),
        map(add.path("partitionValues")),
        required(add, "size").asLong(),
        required(add, "modificationTime").asLong(),
        Optional.ofNullable(add.path("stats").textValue()),
        vector(add.path("deletionVector")),
        map(add.path("tags")),
        number(add.path("baseRowId")),
        number(add.path("defaultRowCommitVersion")));
  }

  /**
   * @param action a removal or a file of changes, which need not tell everything
   */
  static LoggedFile ofOther(JsonNode action) {
    return new LoggedFile(
        required(action, "path").asText(),
        map(action.path("partitionValues")),
        action.path("size").asLong(0),
        action.path("modificationTime").asLong(0),
        Optional.ofNullable(action.path("stats").textValue()),
        vector(action.path("deletionVector")),
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Where the file is in the table's folder. */
  StoragePath storagePath() {
    return LoggedPath.of(path);
  }

  /** Where its deletion vector is, if that is a file. */
  Optional<StoragePath> vectorPath() {
    return deletionVector.flatMap(LoggedFile::vectorPath);
  }

  static Optional<StoragePath> vectorPath(DeletionVectorDescriptor vector) {
    return vector.isOnDisk()
        ? Optional.of(StoreFileIo.inFolder(vector.getAbsolutePath(StoreFileIo.ROOT)))
        : Optional.empty();
  }

  /** What tells this file from all others: its path, and which of its rows are deleted. */
  String key() {
    return key(path, deletionVector);
  }

  static String key(String path, Optional<DeletionVectorDescriptor> vector) {
    return vector.map(one -> path + '\n' + one.getUniqueId()).orElse(path);
  }

  static String pathOfKey(String key) {
    int end = key.indexOf('\n');
    return end < 0 ? key : key.substring(0, end);
  }

  static Optional<DeletionVectorDescriptor> vector(JsonNode node) {
    if (!node.isObject()) {
      return Optional.empty();
    }
    return Optional.of(
        new DeletionVectorDescriptor(
            required(node, "storageType").asText(),
            required(node, "pathOrInlineDv").asText(),
            number(node.path("offset")).map(Math::toIntExact),
            Math.toIntExact(required(node, "sizeInBytes").asLong()),
            required(node, "cardinality").asLong()));
  }

  LoggedFile withTags(Map<String, String> more) {
    Map<String, @Nullable String> all = new HashMap<>(tags);
    all.putAll(more);
    return new LoggedFile(
        path,
        partitionValues,
        size,
        modifiedAt,
        statistics,
        deletionVector,
        compact(all),
        baseRowId,
        defaultRowCommitVersion);
  }

  /** The file as Kernel takes it, as one whose rows are new. */
  AddFile kernel() {
    return kernel(true);
  }

  /**
   * The file as Kernel takes it.
   *
   * @param dataChange false if the rows are in the table already
   */
  AddFile kernel(boolean dataChange) {
    Map<Integer, Object> values = new HashMap<>();
    values.put(SCHEMA.indexOf("path"), path);
    values.put(
        SCHEMA.indexOf("partitionValues"), VectorUtils.stringStringMapValue(partitionValues));
    values.put(SCHEMA.indexOf("size"), size);
    values.put(SCHEMA.indexOf("modificationTime"), modifiedAt);
    values.put(SCHEMA.indexOf("dataChange"), dataChange);
    statistics.ifPresent(text -> values.put(SCHEMA.indexOf("stats"), text));
    deletionVector.ifPresent(one -> values.put(SCHEMA.indexOf("deletionVector"), one.toRow()));
    if (!tags.isEmpty()) {
      values.put(SCHEMA.indexOf("tags"), VectorUtils.stringStringMapValue(tags));
    }
    baseRowId.ifPresent(id -> values.put(SCHEMA.indexOf("baseRowId"), id));
    defaultRowCommitVersion.ifPresent(
        version -> values.put(SCHEMA.indexOf("defaultRowCommitVersion"), version));
    return new AddFile(new GenericRow(SCHEMA, values));
  }

  private static JsonNode required(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isMissingNode() || value.isNull()) {
      throw new IllegalArgumentException(field + ": missing");
    }
    return value;
  }

  private static Optional<Long> number(JsonNode node) {
    return node.isIntegralNumber() ? Optional.of(node.longValue()) : Optional.empty();
  }

  private static Map<String, @Nullable String> map(JsonNode node) {
    Map<String, @Nullable String> values = new HashMap<>();
    node.properties().forEach(entry -> values.put(entry.getKey(), entry.getValue().textValue()));
    return compact(values);
  }

  private static Map<String, @Nullable String> map(Optional<MapValue> value) {
    Map<String, @Nullable String> values = new HashMap<>();
    value
        .map(VectorUtils::<String, String>toJavaMap)
        .ifPresent(given -> given.forEach((key, text) -> values.put(key, text)));
    return compact(values);
  }

  private static Map<String, @Nullable String> compact(Map<String, @Nullable String> values) {
    return values.isEmpty() ? Map.of() : Collections.unmodifiableMap(values);
  }
}
