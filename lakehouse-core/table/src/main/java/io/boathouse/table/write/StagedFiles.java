package io.boathouse.table.write;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.WrittenFile;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.NewFile;
import io.boathouse.table.delta.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are put into a table's folder before the commit that names them. When that fails they
 * go again, unless it may have happened after all.
 */
final class StagedFiles {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFiles.class);

  private final FileStore folder;
  private final List<NewFile> files = new ArrayList<>();
  private boolean committing;

  StagedFiles(FileStore folder) {
    this.folder = folder;
  }

  /** Puts a file there. */
  NewFile put(StoragePath path, WrittenFile written) {
    FileInfo info = folder.putFile(path, written.file());
    NewFile file =
        new NewFile(
            path, info.size(), info.modifiedAt(), written.statistics(), written.partitionValues());
    files.add(file);
    return file;
  }

  /** Commits what {@link #during} put. */
  Commit commit(Supplier<Commit> commit) {
    committing = true;
    Commit done = commit.get();
    if (done.alreadyApplied()) {
      discard(failure -> LOG.warn("A file that an earlier try wrote too stays", failure));
    }
    return done;
  }

  /** Runs work that puts files and commits them. */
  Commit during(Supplier<Commit> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (!committing || Refusals.isSure(e)) {
        discard(e::addSuppressed);
      }
      throw e;
    }
  }

  private void discard(Consumer<LakeException> failed) {
    for (NewFile file : files) {
      try {
        folder.delete(file.path());
      } catch (LakeException e) {
        failed.accept(e);
      }
    }
  }
}
