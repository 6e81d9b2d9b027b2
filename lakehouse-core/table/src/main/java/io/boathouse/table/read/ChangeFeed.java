package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.TableSchema;
import java.util.List;
import java.util.UUID;

/** The rows that a range of versions changed, which never change themselves. */
public final class ChangeFeed {
  private final UUID tableId;
  private final FullName name;
  private final long from;
  private final DeltaSnapshot end;
  private final FileStore folder;
  private final List<FeedView.Source> sources;

  ChangeFeed(
      UUID tableId,
      FullName name,
      long from,
      DeltaSnapshot end,
      FileStore folder,
      List<FeedView.Source> sources) {
    this.tableId = tableId;
    this.name = name;
    this.from = from;
    this.end = end;
    this.folder = folder;
    this.sources = List.copyOf(sources);
  }

  public UUID tableId() {
    return tableId;
  }

  /** The table's name when the feed was opened. */
  public FullName name() {
    return name;
  }

  /** The first version whose changes are told. */
  public long from() {
    return from;
  }

  /** The last version whose changes are told. */
  public long to() {
    return end.version();
  }

  /** The table's columns at the last version, and those that tell of the change. */
  public TableSchema schema() {
    return FeedView.schema(end);
  }

  DeltaSnapshot end() {
    return end;
  }

  FileStore folder() {
    return folder;
  }

  /** The files with the changed rows, in the order of their commits. */
  List<FeedView.Source> sources() {
    return sources;
  }
}
