package io.boathouse.table.delta;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes versions of a table without data, of every kind of action, as chance will have it. */
@SuppressWarnings("InlineFormatString") // apart, they can be read
final class RandomLog {
  private static final String SCHEMA =
      "{\"type\":\"struct\",\"fields\":[%s{\"name\":\"id\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}},"
          + "{\"name\":\"day\",\"type\":\"date\",\"nullable\":true,\"metadata\":{}}]}";
  private static final String MORE =
      "{\"name\":\"more%d\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}},";

  private final FileStore folder;
  private final Random random;
  private final Map<String, ObjectNode> active = new LinkedHashMap<>();
  private final List<ObjectNode> removedOnes = new ArrayList<>();
  private long version = -1;
  private int columns;

  RandomLog(FileStore folder, Random random) {
    this.folder = folder;
    this.random = random;
  }

  long version() {
    return version;
  }

  void commit() {
    List<ObjectNode> actions = new ArrayList<>();
    if (version < 0 || random.nextInt(12) == 0) {
      actions.add(metadata());
    }
    if (version < 0 || random.nextInt(25) == 0) {
      actions.add(protocol());
    }
    int changes = random.nextInt(6);
    for (int i = 0; i < changes && version >= 0; i++) {
      change(actions);
    }
    if (random.nextInt(4) == 0) {
      ObjectNode transaction = action("txn");
      transaction.withObject("txn").put("appId", "app" + random.nextInt(3));
      transaction.withObject("txn").put("version", version + 1);
      actions.add(transaction);
    }
    if (random.nextInt(5) == 0) {
      ObjectNode change = action("cdc");
      change
          .withObject("cdc")
          .put("path", "_change_data/x")
          .put("size", 1)
          .put("dataChange", false);
      change.withObject("cdc").putObject("partitionValues");
      actions.add(change);
    }
    Collections.shuffle(actions, random);
    ObjectNode info = action("commitInfo");
    info.withObject("commitInfo").put("operation", "WRITE").put("timestamp", 1);
    actions.addFirst(info);
    version++;
    StringBuilder text = new StringBuilder();
    actions.forEach(one -> text.append(Json.writeText(one)).append('\n'));
    if (!folder.putIfAbsent(DeltaLog.versionFile(version), text.toString().getBytes(UTF_8))) {
      throw new IllegalStateException("version " + version + " exists");
    }
  }

  private void change(List<ObjectNode> actions) {
    int kind = active.isEmpty() ? 0 : random.nextInt(5);
    if (kind <= 1) {
      boolean again = !removedOnes.isEmpty() && random.nextInt(3) == 0;
      String path = "f%20" + version + "-" + actions.size() + "-" + random.nextInt(1000);
      add(actions, again ? removedOnes.removeLast() : file(path));
      return;
    }
    String key = active.keySet().stream().skip(random.nextInt(active.size())).findFirst().get();
    ObjectNode old = active.get(key);
    boolean touched =
        actions.stream()
            .flatMap(one -> one.properties().stream())
            .anyMatch(one -> one.getValue().path("path").equals(old.path("path")));
    if (touched) {
      return;
    }
    if (kind == 2) {
      add(actions, old.deepCopy().put("stats", "{\"numRecords\":9}"));
      return;
    }
    active.remove(key);
    ObjectNode remove = action("remove");
    remove.withObject("remove").put("path", old.path("path").asText());
    remove.withObject("remove").put("deletionTimestamp", 4_000_000_000_000L);
    remove.withObject("remove").put("dataChange", true);
    if (old.has("deletionVector")) {
      remove.withObject("remove").set("deletionVector", old.path("deletionVector"));
    }
    actions.add(remove);
    if (kind == 3) {
      add(actions, withDeletedRows(old.deepCopy()));
    } else {
      removedOnes.add(old);
    }
  }

  private void add(List<ObjectNode> actions, ObjectNode file) {
    ObjectNode add = action("add");
    add.set("add", file);
    actions.add(add);
    active.put(file.path("path").asText() + file.path("deletionVector"), file);
  }

  private ObjectNode file(String path) {
    ObjectNode file = Json.mapper().createObjectNode();
    file.put("path", path).put("size", random.nextInt(1000)).put("modificationTime", 1);
    file.put("dataChange", true);
    ObjectNode partition = file.putObject("partitionValues");
    if (random.nextInt(5) == 0) {
      partition.putNull("day");
    } else {
      partition.put("day", "2001-01-0" + (1 + random.nextInt(9)));
    }
    if (random.nextBoolean()) {
      file.put(
          "stats", "{\"numRecords\":%d,\"nullCount\":{\"id\":0}}".formatted(random.nextInt(99)));
    }
    return file;
  }

  private ObjectNode withDeletedRows(ObjectNode file) {
    file.putObject("deletionVector")
        .put("storageType", "u")
        .put("pathOrInlineDv", "ab^-aqEH.-t@S}K{vb[*k^")
        .put("offset", random.nextInt(1000))
        .put("sizeInBytes", 40)
        .put("cardinality", 1 + random.nextInt(5));
    return file;
  }

  private ObjectNode metadata() {
    ObjectNode action = action("metaData");
    ObjectNode metadata = action.withObject("metaData").put("id", "one");
    metadata.putObject("format").put("provider", "parquet").putObject("options");
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      more.append(MORE.formatted(i));
    }
    columns++;
    metadata.put("schemaString", SCHEMA.formatted(more));
    metadata.putArray("partitionColumns").add("day");
    metadata
        .putObject("configuration")
        .put("delta.enableDeletionVectors", "true")
        .put("n", "" + columns);
    return action;
  }

  private ObjectNode protocol() {
    ObjectNode action = action("protocol");
    ObjectNode protocol =
        action.withObject("protocol").put("minReaderVersion", 3).put("minWriterVersion", 7);
    protocol.putArray("readerFeatures").add("deletionVectors");
    protocol.putArray("writerFeatures").add("deletionVectors");
    return action;
  }

  private static ObjectNode action(String kind) {
    ObjectNode action = Json.mapper().createObjectNode();
    action.putObject(kind);
    return action;
  }
}
