package io.boathouse.table.delta;

import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;

/**
 * The files that a checkpoint names, read column by column: only the columns that an {@code add}
 * needs, the parts side by side. A checkpoint holds every file once, so nothing is to be reconciled
 * in it (Delta protocol, "Checkpoints").
 */
final class CheckpointFiles {
  /** Of one file or of several parts; those with sidecars have a name of their own. */
  private static final Pattern CLASSIC =
      Pattern.compile(".*/\\d{20}\\.checkpoint(?:\\.\\d{10}\\.\\d{10})?\\.parquet");

  private static final int AT_ONCE = 4;

  private CheckpointFiles() {}

  /**
   * Reads all parts.
   *
   * @return empty if the checkpoint is of a kind that is left to Kernel
   * @throws DamagedFile naming the part that cannot be read
   */
  static Optional<List<LoggedFile>> read(FileStore folder, List<FileStatus> parts) {
    if (parts.isEmpty()
        || !parts.stream().allMatch(part -> CLASSIC.matcher(part.getPath()).matches())) {
      return Optional.empty();
    }
    List<LoggedFile> files = new ArrayList<>();
    for (Optional<List<LoggedFile>> part : all(folder, parts)) {
      if (part.isEmpty()) {
        return Optional.empty();
      }
      files.addAll(part.get());
    }
    return Optional.of(files);
  }

  private static List<Optional<List<LoggedFile>>> all(FileStore folder, List<FileStatus> parts) {
    if (parts.size() == 1) {
      return List.of(read(folder, parts.getFirst()));
    }
    int threads = Math.min(AT_ONCE, parts.size());
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("checkpoint-", 0).daemon().factory())) {
      List<Future<Optional<List<LoggedFile>>>> reading =
          parts.stream().map(part -> pool.submit(() -> read(folder, part))).toList();
      List<Optional<List<LoggedFile>>> read = new ArrayList<>();
      for (Future<Optional<List<LoggedFile>>> one : reading) {
        read.add(one.get());
      }
      return read;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : DeltaErrors.internal("A checkpoint could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DeltaErrors.internal("Reading a checkpoint was interrupted", e);
    }
  }

  private static Optional<List<LoggedFile>> read(FileStore folder, FileStatus part) {
    String path = part.getPath();
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LogParquet(new StoreInput(folder, path, part.getSize())))) {
      Optional<AddColumns> columns = AddColumns.of(reader.getFileMetaData());
      if (columns.isEmpty()) {
        return Optional.empty();
      }
      reader.setRequestedSchema(columns.get().schema());
      List<LoggedFile> files = new ArrayList<>();
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        columns.get().read(group, files);
      }
      return Optional.of(files);
    } catch (LakeException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new DamagedFile(path, String.valueOf(e.getMessage()), e);
    }
  }
}
