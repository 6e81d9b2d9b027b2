package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What has to come and go for a table to have the files of an old version again. */
final class Restoration {
  private final FileStore folder;
  private final DeltaSnapshot now;
  private final DeltaSnapshot target;

  Restoration(FileStore folder, DeltaSnapshot now, DeltaSnapshot target) {
    this.folder = folder;
    this.now = now;
    this.target = target;
  }

  /**
   * Kernel takes no rows away from a table with a change feed, and writes none with constraints.
   */
  Commit commit(DeltaWriter writer, LogWriter logs, CommitNote note) {
    boolean alike =
        now.schema().unfilled().equals(target.schema().unfilled())
            && now.partitionColumns().equals(target.partitionColumns())
            && now.mapping() == target.mapping()
            && now.stored().fields().equals(target.stored().fields());
    if (!alike) {
      throw DeltaErrors.schemaDiffers(target.version());
    }
    FileSet before = DeltaLog.translating(now::logged);
    FileSet after = DeltaLog.translating(target::logged);
    List<LoggedFile> added = after.list().stream().filter(file -> !before.contains(file)).toList();
    List<LoggedFile> removed =
        before.list().stream().filter(file -> !after.contains(file)).toList();
    added.forEach(this::requireThere);
    Map<String, String> metrics =
        Map.of(
            "numRestoredFiles", Integer.toString(added.size()),
            "restoredFilesSize", Long.toString(size(added.stream())),
            "numRemovedFiles", Integer.toString(removed.size()),
            "removedFilesSize", Long.toString(size(removed.stream())),
            "numOfFilesAfterRestore", Integer.toString(after.size()),
            "tableSizeAfterRestore", Long.toString(size(after.list().stream())));
    boolean byKernel =
        !now.hasChangeFeed()
            && !DeltaLog.refusedByKernel(now)
            && now.mapping() == DeltaSnapshot.Mapping.NONE;
    if (byKernel) {
      return writer.exchange(now, removed, added, metrics, note);
    }
    List<StoragePath> all = before.list().stream().map(LoggedFile::storagePath).toList();
    FileExchange exchange = new FileExchange(removed, added, true, all, metrics);
    return logs.exchange(now, exchange, note, Reads.EVERYTHING);
  }

  private void requireThere(LoggedFile file) {
    Stream.concat(Stream.of(file.storagePath()), file.vectorPath().stream())
        .filter(path -> folder.find(path).isEmpty())
        .findFirst()
        .ifPresent(this::refuse);
  }

  private void refuse(StoragePath missing) {
    throw DeltaErrors.fileGone(missing, target.version());
  }

  private static long size(Stream<LoggedFile> files) {
    return files.mapToLong(LoggedFile::size).sum();
  }
}
