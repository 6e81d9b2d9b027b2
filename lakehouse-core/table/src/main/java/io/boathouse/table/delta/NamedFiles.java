package io.boathouse.table.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files that versions of a table name: data files, deletion vectors and files of the change
 * feed. What a version since some instant may need is what the newest version has, and whatever any
 * commit since then added or removed: a file that neither names was gone before.
 */
public final class NamedFiles {
  private static final List<String> KINDS = List.of("add", "remove", "cdc");

  private final Set<StoragePath> paths = new HashSet<>();

  private NamedFiles() {}

  /** Whether some version names the file. */
  public boolean contains(StoragePath file) {
    return paths.contains(file);
  }

  /** A version's file that cannot be read is an error: who deletes must not guess. */
  static NamedFiles since(FileStore folder, DeltaSnapshot newest, Instant since) {
    NamedFiles named = new NamedFiles();
    newest.logged().list().forEach(named::add);
    History history = new History(folder);
    for (long version = newest.version(); version >= 0; version--) {
      Optional<Commit> commit = history.of(version);
      if (commit.isEmpty()) {
        break;
      }
      NamedFiles byThisOne = new NamedFiles();
      byThisOne.addAll(folder, DeltaLog.versionFile(version));
      boolean wasTheNewestThen = !commit.get().at().isAfter(since);
      if (wasTheNewestThen) {
        break;
      }
      named.paths.addAll(byThisOne.paths);
    }
    return named;
  }

  /** Adds what a reader of the log needs. */
  void add(DeltaLog log, ReadLeases.Hold hold) {
    if (!hold.changes()) {
      log.at(hold.version()).logged().list().forEach(this::add);
      return;
    }
    long newest = log.latest().version();
    for (long version = hold.version(); version <= newest; version++) {
      addAll(log.folder(), DeltaLog.versionFile(version));
    }
  }

  private void add(LoggedFile file) {
    paths.add(file.storagePath());
    file.vectorPath().ifPresent(paths::add);
  }

  private void addAll(FileStore folder, StoragePath versionFile) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(folder.open(versionFile), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          addAll(Json.parse(line));
        }
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    } catch (LakeException | IllegalArgumentException e) {
      throw DeltaErrors.broken("version file " + versionFile.name() + " cannot be read", e);
    }
  }

  private void addAll(JsonNode action) {
    for (String kind : KINDS) {
      JsonNode file = action.path(kind);
      if (file.path("path").isTextual()) {
        StoragePath path = LoggedPath.of(file.path("path").textValue());
        paths.add(path);
        LoggedFile.vector(file.path("deletionVector"))
            .flatMap(LoggedFile::vectorPath)
            .ifPresent(paths::add);
      }
    }
  }
}
