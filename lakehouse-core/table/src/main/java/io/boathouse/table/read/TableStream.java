package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.compute.FileView;
import io.boathouse.table.delta.ChangeLog;
import io.boathouse.table.delta.DeltaSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads governed tables as streams, batch by batch: every row once for whoever keeps the offset of
 * the next batch together with what became of the rows, whatever others write or compact meanwhile.
 * Needs SELECT on the table for every batch. Thread-safe; every method blocks.
 */
public final class TableStream {
  private final TableReader reader;

  public TableStream(TableReader reader) {
    this.reader = reader;
  }

  /** Begins with all rows that the table has now, and goes on with what comes. */
  public StreamOffset start(Caller caller, FullName name) {
    TableReader.Opened table = reader.open(caller, name);
    long version = table.log().latest().version();
    return new StreamOffset(table.id(), version, 0, true, version);
  }

  /**
   * Begins with what a version brought: the one of a number, the first one at an instant or after
   * it, or with nothing that is there already.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if there is no such version
   *     yet
   */
  public StreamOffset start(Caller caller, FullName name, At from) {
    TableReader.Opened table = reader.open(caller, name);
    DeltaSnapshot newest = table.log().latest();
    long version =
        switch (from) {
          case At.Latest latest -> newest.version() + 1;
          case At.Version one -> one.number();
          case At.Timestamp time ->
              new ChangeLog(table.log()).firstSince(time.instant()).orElse(newest.version() + 1);
        };
    if (version < 0 || version > newest.version() + 1) {
      throw new ChangeLog(table.log()).gone(version);
    }
    return new StreamOffset(table.id(), version, 0, false, version);
  }

  /**
   * The next rows.
   *
   * @param from the offset of a start, or the one that a batch ended with
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the log was cleaned beyond the
   *     offset; FAILED_PRECONDITION naming the version that took rows away, or the column that is
   *     another one since
   */
  public StreamBatch next(Caller caller, FullName name, StreamOffset from, StreamOptions options) {
    TableReader.Opened table = opened(caller, name, from);
    StreamBatch batch = new StreamPlan(table.log(), from, Optional.empty(), options).find();
    reader.hold(batch);
    return batch;
  }

  /** The rows of a batch again that was read before between these offsets. */
  public StreamBatch between(
      Caller caller, FullName name, StreamOffset from, StreamOffset to, StreamOptions options) {
    TableReader.Opened table = opened(caller, name, from);
    StreamBatch batch = new StreamPlan(table.log(), from, Optional.of(to), options).find();
    if (!batch.to().equals(to)) {
      throw TableReadErrors.noSuchBatch(from, to);
    }
    reader.hold(batch);
    return batch;
  }

  private TableReader.Opened opened(Caller caller, FullName name, StreamOffset from) {
    TableReader.Opened table = reader.open(caller, name);
    if (!table.id().equals(from.tableId())) {
      throw TableReadErrors.streamOfOtherTable(name);
    }
    return table;
  }

  /**
   * Makes a TEMP view of the rows of a batch.
   *
   * @param session must have been opened with {@link #directories} of the batch readable
   */
  public void bind(DuckSession session, String viewName, StreamBatch batch) {
    if (batch.isFeed()) {
      FeedView.create(session, viewName, batch.columns(), batch.folder(), batch.sources());
    } else {
      FileView.create(
          session,
          viewName,
          batch.columns(),
          batch.folder(),
          batch.sources().stream().map(source -> source.rows().file()).toList());
    }
  }

  /** The folders on local disk that hold the files of the batch. */
  public List<Path> directories(StreamBatch batch) {
    return batch.sources().stream()
        .map(source -> batch.folder().localCopy(source.rows().file().path()).getParent())
        .distinct()
        .toList();
  }
}
