package io.boathouse.table.read;

import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.TableSchema;
import java.util.List;

/** Rows of a stream between two offsets, which are the same whenever they are read. */
public final class StreamBatch {
  private final StreamOffset from;
  private final StreamOffset to;
  private final DeltaSnapshot columns;
  private final FileStore folder;
  private final boolean feed;
  private final List<Part> parts;

  /** A file of a batch, and where it is in the stream. */
  record Part(StreamOffset offset, FeedView.Source source) {}

  StreamBatch(
      StreamOffset from,
      StreamOffset to,
      DeltaSnapshot columns,
      FileStore folder,
      boolean feed,
      List<Part> parts) {
    this.from = from;
    this.to = to;
    this.columns = columns;
    this.folder = folder;
    this.feed = feed;
    this.parts = List.copyOf(parts);
  }

  /** Where the batch begins. */
  public StreamOffset from() {
    return from;
  }

  /** Where the next batch begins; whoever keeps it with the rows gets each row once. */
  public StreamOffset to() {
    return to;
  }

  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Whether nothing was found that a later batch could go on with. */
  public boolean isUpToDate() {
    return parts.isEmpty() && from.equals(to);
  }

  /** How many files hold the rows. */
  public int files() {
    return parts.size();
  }

  /**
   * The columns of all rows of the batch: the table's and, for a feed, what happened to the row.
   */
  public TableSchema schema() {
    return feed ? FeedView.schema(columns) : columns.schema();
  }

  boolean isFeed() {
    return feed;
  }

  DeltaSnapshot columns() {
    return columns;
  }

  FileStore folder() {
    return folder;
  }

  List<FeedView.Source> sources() {
    return parts.stream().map(Part::source).toList();
  }

  /** Where a file of the batch is in the stream. */
  StreamOffset offset(int file) {
    return file == parts.size() ? to : parts.get(file).offset();
  }
}
