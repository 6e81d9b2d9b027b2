package io.boathouse.table.delta;

import io.boathouse.platform.error.LakeException;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Kernel's default engine, which tells by {@link DamagedFile} in which file of the log it failed.
 */
final class NamingEngine implements Engine {
  private final StoreFileIo files;
  private final Engine engine;

  NamingEngine(StoreFileIo files) {
    this.files = files;
    this.engine = DefaultEngine.create(files);
  }

  @Override
  public ExpressionHandler getExpressionHandler() {
    return engine.getExpressionHandler();
  }

  @Override
  public FileSystemClient getFileSystemClient() {
    return engine.getFileSystemClient();
  }

  @Override
  public JsonHandler getJsonHandler() {
    return new NamingJson(engine.getJsonHandler());
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return new NamingParquet(engine.getParquetHandler(), engine.getJsonHandler(), files);
  }

  private record NamingJson(JsonHandler json) implements JsonHandler {
    @Override
    public ColumnarBatch parseJson(
        ColumnVector texts, StructType schema, Optional<ColumnVector> selected) {
      return json.parseJson(texts, schema, selected);
    }

    @Override
    public CloseableIterator<ColumnarBatch> readJsonFiles(
        CloseableIterator<FileStatus> files, StructType schema, Optional<Predicate> predicate) {
      return new OneByOne<>(
          files,
          file -> json.readJsonFiles(Utils.singletonCloseableIterator(file), schema, predicate));
    }

    @Override
    public void writeJsonFileAtomically(String path, CloseableIterator<Row> rows, boolean overwrite)
        throws IOException {
      json.writeJsonFileAtomically(path, rows, overwrite);
    }
  }

  private record NamingParquet(ParquetHandler parquet, JsonHandler json, StoreFileIo io)
      implements ParquetHandler {
    @Override
    public CloseableIterator<FileReadResult> readParquetFiles(
        CloseableIterator<FileStatus> files, StructType schema, Optional<Predicate> predicate) {
      if (CheckpointHead.isAll(schema)) {
        return new OneByOne<>(files, file -> head(file, schema));
      }
      return new OneByOne<>(
          files,
          file ->
              parquet.readParquetFiles(Utils.singletonCloseableIterator(file), schema, predicate));
    }

    private CloseableIterator<FileReadResult> head(FileStatus file, StructType schema)
        throws IOException {
      List<FileReadResult> found =
          CheckpointHead.read(io.newInputFile(file.getPath(), file.getSize()), schema, json)
              .stream()
              .map(batch -> new FileReadResult(batch, file.getPath()))
              .toList();
      return Utils.toCloseableIterator(found.iterator());
    }

    @Override
    public CloseableIterator<DataFileStatus> writeParquetFiles(
        String folder, CloseableIterator<FilteredColumnarBatch> batches, List<Column> statistics)
        throws IOException {
      return parquet.writeParquetFiles(folder, batches, statistics);
    }

    @Override
    public void writeParquetFileAtomically(
        String path, CloseableIterator<FilteredColumnarBatch> batches) throws IOException {
      AllOrNothing<FilteredColumnarBatch> all = new AllOrNothing<>(batches);
      DefaultEngine.create(io.writingOnly(all::isOver))
          .getParquetHandler()
          .writeParquetFileAtomically(path, all);
    }
  }

  /** Tells whether all that there was has been taken. */
  private static final class AllOrNothing<T> implements CloseableIterator<T> {
    private final CloseableIterator<T> items;
    private boolean over;

    AllOrNothing(CloseableIterator<T> items) {
      this.items = items;
    }

    boolean isOver() {
      return over;
    }

    @Override
    public boolean hasNext() {
      boolean more = items.hasNext();
      over = !more;
      return more;
    }

    @Override
    public T next() {
      return items.next();
    }

    @Override
    public void close() throws IOException {
      items.close();
    }
  }

  /** Opens a file. */
  @FunctionalInterface
  private interface Opening<T> {
    CloseableIterator<T> open(FileStatus file) throws IOException;
  }

  /** The content of files one after the other, so that a failure is that of the current one. */
  private static final class OneByOne<T> implements CloseableIterator<T> {
    private final CloseableIterator<FileStatus> files;
    private final Opening<T> opening;
    private Optional<FileStatus> file = Optional.empty();
    private Optional<CloseableIterator<T>> content = Optional.empty();
    private boolean isEmpty;

    OneByOne(CloseableIterator<FileStatus> files, Opening<T> opening) {
      this.files = files;
      this.opening = opening;
    }

    @Override
    public boolean hasNext() {
      while (true) {
        if (content.isPresent()) {
          if (has(content.get())) {
            return true;
          }
          finish();
        }
        if (!files.hasNext()) {
          return false;
        }
        FileStatus next = files.next();
        file = Optional.of(next);
        isEmpty = true;
        content = Optional.of(open(next));
      }
    }

    @Override
    public T next() {
      try {
        T next = content.orElseThrow().next();
        isEmpty = false;
        return next;
      } catch (RuntimeException e) {
        throw named(e);
      }
    }

    private boolean has(CloseableIterator<T> rows) {
      try {
        return rows.hasNext();
      } catch (RuntimeException e) {
        throw named(e);
      }
    }

    private CloseableIterator<T> open(FileStatus next) {
      try {
        return opening.open(next);
      } catch (IOException e) {
        throw named(new UncheckedIOException(e));
      } catch (RuntimeException e) {
        throw named(e);
      }
    }

    /** A version without a single action is what a writer leaves that stopped too early. */
    private void finish() {
      String path = file.orElseThrow().getPath();
      close(content.orElseThrow());
      content = Optional.empty();
      if (isEmpty && isVersion(path)) {
        throw new DamagedFile(path, "it is empty");
      }
    }

    @Override
    public void close() throws IOException {
      Utils.closeCloseables(content.orElse(null), files);
    }

    private static void close(CloseableIterator<?> rows) {
      Utils.closeCloseablesSilently(rows);
    }

    private RuntimeException named(RuntimeException failure) {
      String path = file.map(FileStatus::getPath).orElse("");
      boolean checkpoint = DamagedFile.isCheckpoint(path);
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof LakeException
            || cause instanceof DamagedFile
            || cause instanceof InterruptedIOException
            || (cause instanceof FileNotFoundException && !checkpoint)) {
          return failure;
        }
      }
      return checkpoint || isVersion(path)
          ? new DamagedFile(path, String.valueOf(failure.getMessage()), failure)
          : failure;
    }

    private static boolean isVersion(String path) {
      return path.contains("/_delta_log/") && path.endsWith(".json");
    }
  }
}
