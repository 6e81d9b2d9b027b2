package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * What a version's file in the log says, as far as it can be in the way of another change.
 *
 * @param blindAppend whether it says that it read nothing
 * @param altered whether it changed the table's schema, properties or protocol
 * @param added files with rows that are new or were changed
 * @param moved files that hold the same rows as others did before
 * @param removed files that do not count any more, or not with the same rows
 */
record LoggedCommit(
    long version,
    String operation,
    boolean blindAppend,
    boolean altered,
    Set<StoragePath> added,
    Set<StoragePath> moved,
    Set<StoragePath> removed) {

  static LoggedCommit read(FileStore folder, long version) {
    StoragePath path = DeltaLog.versionFile(version);
    String operation = "";
    boolean blind = false;
    boolean altered = false;
    Set<StoragePath> added = new HashSet<>();
    Set<StoragePath> moved = new HashSet<>();
    Set<StoragePath> removed = new HashSet<>();
    try (var lines =
        new BufferedReader(new InputStreamReader(folder.open(path), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode action = line.isBlank() ? Json.parse("{}") : Json.parse(line);
        if (action.has("commitInfo")) {
          operation = action.at("/commitInfo/operation").asText();
          blind = action.at("/commitInfo/isBlindAppend").asBoolean();
        } else if (action.has("add")) {
          boolean changed = action.at("/add/dataChange").asBoolean(true);
          (changed ? added : moved).add(LoggedPath.of(action.at("/add/path").asText()));
        } else if (action.has("remove")) {
          removed.add(LoggedPath.of(action.at("/remove/path").asText()));
        }
        altered |= action.has("metaData") || action.has("protocol");
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.UNAVAILABLE
          ? e
          : DeltaErrors.broken("version file " + path.name() + " cannot be read", e);
    }
    return new LoggedCommit(version, operation, blind, altered, added, moved, removed);
  }
}
