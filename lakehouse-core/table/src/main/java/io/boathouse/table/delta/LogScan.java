package io.boathouse.table.delta;

import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.snapshot.LogSegment;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of a version: a checkpoint is read by {@link CheckpointFiles} and the versions
 * since one by one; where one of them is not understood, Kernel replays the log.
 */
final class LogScan {
  private LogScan() {}

  static FileSet files(FileStore folder, Engine engine, SnapshotImpl snapshot) {
    return direct(folder, snapshot.getLogSegment()).orElseGet(() -> replayed(engine, snapshot));
  }

  private static Optional<FileSet> direct(FileStore folder, LogSegment segment) {
    Optional<FileSet> files =
        CheckpointFiles.read(folder, segment.getCheckpoints()).map(FileSet::of);
    for (FileStatus version : segment.getDeltas()) {
      if (files.isEmpty()) {
        return files;
      }
      Optional<CommitActions> commit = read(folder, version);
      files = commit.isEmpty() ? Optional.empty() : Optional.of(files.get().after(commit.get()));
    }
    return files;
  }

  private static Optional<CommitActions> read(FileStore folder, FileStatus version) {
    try (InputStream content = folder.open(StoreFileIo.inFolder(version.getPath()))) {
      return CommitActions.read(content);
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    }
  }

  private static FileSet replayed(Engine engine, SnapshotImpl snapshot) {
    List<LoggedFile> found = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches =
        snapshot.getScanBuilder().build().getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(row -> found.add(file(row)));
        }
      }
    } catch (IOException e) {
      throw DeltaErrors.internal("The list of the table's files could not be closed", e);
    }
    return FileSet.of(found);
  }

  private static LoggedFile file(Row row) {
    return LoggedFile.of(new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL)));
  }
}
