package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the files of the log tell about commits, ours and other writers'. */
final class History {
  private static final int TRANSACTION_SEARCH = 1000;

  private final FileStore folder;

  History(FileStore folder) {
    this.folder = folder;
  }

  /** Empty if the version's file does not exist, or not any more. */
  Optional<Commit> of(long version) {
    StoragePath path = DeltaLog.versionFile(version);
    return folder.find(path).map(file -> commit(version, file));
  }

  /** What a version's file tells that was just written, and names its time. */
  static Commit of(long version, byte[] content) {
    JsonNode info =
        new String(content, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> isOf("commitInfo", line))
            .findFirst()
            .map(line -> Json.parse(line).path("commitInfo"))
            .orElseThrow(() -> new IllegalArgumentException("content: no commitInfo"));
    return commit(version, info, 0);
  }

  /** The commit that holds the transaction; the snapshot's own if its log entry is gone. */
  Commit ofTransaction(DeltaSnapshot snapshot, TransactionId transaction) {
    long oldest = Math.max(0, snapshot.version() - TRANSACTION_SEARCH);
    for (long version = snapshot.version(); version >= oldest; version--) {
      Optional<JsonNode> entry = entry(DeltaLog.versionFile(version), "txn");
      if (entry.isPresent()
          && entry.get().path("appId").asText().equals(transaction.appId())
          && entry.get().path("version").asLong(-1) <= transaction.version()) {
        return of(version).orElseThrow();
      }
    }
    return new Commit(snapshot.version(), snapshot.at(), "", 0, 0, 0, Map.of(), Map.of(), true);
  }

  /** Whether a version's file names this data file. */
  boolean mentions(long version, StoragePath dataFile) {
    try (var in = folder.open(DeltaLog.versionFile(version))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(dataFile.value());
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    }
  }

  private Commit commit(long version, FileInfo file) {
    JsonNode info = entry(file.path(), "commitInfo").orElse(Json.parse("{}"));
    return commit(version, info, file.modifiedAt().toEpochMilli());
  }

  private static Commit commit(long version, JsonNode info, long otherwiseAt) {
    long millis = info.path("inCommitTimestamp").asLong(info.path("timestamp").asLong(otherwiseAt));
    JsonNode metrics = info.path("operationMetrics");
    return new Commit(
        version,
        Instant.ofEpochMilli(millis),
        info.path("operation").asText(""),
        metrics.path("numOutputRows").asLong(0),
        metrics.path("numFiles").asLong(metrics.path("numAddedFiles").asLong(0)),
        metrics.path("numOutputBytes").asLong(0),
        texts(info.path("operationParameters")),
        texts(metrics),
        false);
  }

  private static boolean isOf(String kind, String line) {
    return line.startsWith("{\"" + kind + "\"");
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object
        .properties()
        .forEach(
            entry ->
                texts.put(
                    entry.getKey(),
                    entry.getValue().isTextual()
                        ? entry.getValue().asText()
                        : entry.getValue().toString()));
    return texts;
  }

  /** The first action of the kind in a file of the log. */
  private Optional<JsonNode> entry(StoragePath path, String kind) {
    if (folder.find(path).isEmpty()) {
      return Optional.empty();
    }
    try (var lines =
        new BufferedReader(new InputStreamReader(folder.open(path), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (isOf(kind, line)) {
          return Optional.of(Json.parse(line).path(kind));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.INVALID_ARGUMENT
          ? DeltaErrors.broken("version file " + path.name() + " is no JSON", e)
          : e;
    }
  }
}
