package io.boathouse.table.delta;

import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.StoragePath;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Files of a table's log that go, and others that come in their place.
 *
 * @param dataChange false if the rows are the same
 * @param untouched files that nobody may have removed meanwhile, besides those that go
 * @param metrics what the operation did, by the names that Delta gives them
 */
record FileExchange(
    List<LoggedFile> removed,
    List<LoggedFile> added,
    boolean dataChange,
    List<StoragePath> untouched,
    Map<String, String> metrics) {
  FileExchange {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
    untouched = List.copyOf(untouched);
    metrics = Map.copyOf(metrics);
  }

  /** The same rows in other files. */
  static FileExchange moved(
      List<LoggedFile> removed,
      List<NewFile> files,
      Map<String, String> tags,
      DeltaSnapshot table) {
    List<LoggedFile> added =
        files.stream()
            .map(file -> LoggedFile.of(Json.parse(Actions.add(file, table)).get("add")))
            .map(file -> file.withTags(tags))
            .toList();
    Map<String, String> metrics =
        Map.of(
            "numAddedFiles", Integer.toString(added.size()),
            "numAddedBytes", Long.toString(size(added)),
            "numRemovedFiles", Integer.toString(removed.size()),
            "numRemovedBytes", Long.toString(size(removed)),
            "numOutputBytes", Long.toString(size(added)),
            "numOutputRows", Long.toString(files.stream().mapToLong(NewFile::rows).sum()));
    return new FileExchange(removed, added, false, List.of(), metrics);
  }

  private static long size(List<LoggedFile> files) {
    return files.stream().mapToLong(LoggedFile::size).sum();
  }

  /** What is looked for in the commits since its base. */
  FileChange checked() {
    List<StoragePath> paths =
        Stream.concat(removed.stream().map(LoggedFile::storagePath), untouched.stream())
            .distinct()
            .toList();
    return new FileChange(List.of(), paths, Map.of(), List.of(), metrics);
  }
}
