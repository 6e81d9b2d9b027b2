package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.DamagedFiles;
import io.boathouse.table.compute.TableShape;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.FileChange;
import io.boathouse.table.delta.NewFile;
import io.boathouse.table.delta.Reads;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes rows of one table. A try that finds another writer in its way is forgotten, and the whole
 * change is computed again on the newer version: nothing of it was acknowledged.
 */
final class TableChanges {
  private static final int REDOS = 10;

  private final DeltaLog log;
  private final int redos;

  TableChanges(DeltaLog log) {
    this(log, REDOS);
  }

  /**
   * @param redos how often a change may be computed again
   */
  TableChanges(DeltaLog log, int redos) {
    this.log = log;
    this.redos = redos;
  }

  /** How a log takes files. */
  @FunctionalInterface
  interface Files {
    Commit apply(DeltaLog log, DeltaSnapshot base, List<NewFile> files, CommitNote note);
  }

  /** Writes rows as files; again from the start if the table was altered meanwhile. */
  Commit write(Rows rows, DuckDb duckDb, WriteOptions options, Files files) {
    CommitNote note = options.note();
    Optional<Commit> earlier = log.applied(note);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    try (StagedRows staged = StagedRows.of(rows, duckDb)) {
      for (int i = 0; ; i++) {
        DeltaSnapshot read =
            rows instanceof Rows.OfTarget own ? log.at(own.version()) : log.latest();
        DeltaSnapshot base = options.mergeSchema() ? SchemaMerge.of(read, staged.schema()) : read;
        log.begin();
        try {
          return staged.into(
              log.folder(),
              TableShape.of(base),
              written -> files.apply(log, staged.numbered(base, written), written, note));
        } catch (LakeException e) {
          if (e.code() != ErrorCode.CONFLICT || i == redos || rows instanceof Rows.OfTarget) {
            throw e;
          }
        }
      }
    }
  }

  Commit apply(RowChange change, Sessions sessions, CommitNote note) {
    for (int i = 0; ; i++) {
      Optional<Commit> earlier = log.applied(note);
      if (earlier.isPresent()) {
        return earlier.get();
      }
      DeltaSnapshot base = log.latest();
      log.begin();
      try {
        return once(base, change, sessions, note);
      } catch (LakeException e) {
        if (e.code() != ErrorCode.CONFLICT || i == redos) {
          throw e;
        }
      }
    }
  }

  private Commit once(DeltaSnapshot base, RowChange change, Sessions sessions, CommitNote note) {
    if (change instanceof RowChange.DeleteAll) {
      return deleteAll(base, note);
    }
    List<Path> folders = folders(base, log.folder());
    DeltaSnapshot grown =
        change instanceof RowChange.Merge merge ? SchemaMerge.with(base, merge.added()) : base;
    return sessions.open(
        folders,
        session ->
            new ChangeAttempt(
                    log, grown, session, folders, sessions.shown().map(Sessions.Shown::select))
                .run(change, note));
  }

  /** Removing every file needs no look at a row, and takes whatever rows are there then. */
  private Commit deleteAll(DeltaSnapshot base, CommitNote note) {
    List<StoragePath> files = base.files().stream().map(file -> file.path()).toList();
    Map<String, String> metrics =
        Map.of(
            "numRemovedFiles", Integer.toString(files.size()),
            "numDeletedRows",
                Long.toString(
                    base.files().stream().mapToLong(file -> file.rows().orElse(0L)).sum()));
    FileChange change = new FileChange(List.of(), files, Map.of(), List.of(), metrics);
    return log.change(base, change, note, Reads.EVERYTHING);
  }

  /** Where the files of a version are on local disk. */
  static List<Path> folders(DeltaSnapshot base, FileStore folder) {
    return base.files().stream()
        .map(file -> DamagedFiles.localCopy(folder, file).getParent())
        .distinct()
        .toList();
  }
}
