package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.TableSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One version of a governed table, which never changes. */
public final class Snapshot {
  private final UUID tableId;
  private final FullName name;
  private final DeltaSnapshot delta;
  private final FileStore folder;

  Snapshot(UUID tableId, FullName name, DeltaSnapshot delta, FileStore folder) {
    this.tableId = tableId;
    this.name = name;
    this.delta = delta;
    this.folder = folder;
  }

  public UUID tableId() {
    return tableId;
  }

  /** The table's name when the snapshot was taken. */
  public FullName name() {
    return name;
  }

  public long version() {
    return delta.version();
  }

  /** When the version was committed. */
  public Instant at() {
    return delta.at();
  }

  public TableSchema schema() {
    return delta.schema();
  }

  public List<String> partitionColumns() {
    return delta.partitionColumns();
  }

  public Map<String, String> properties() {
    return delta.properties();
  }

  public List<DataFile> files() {
    return delta.files();
  }

  /** Rows in all files, as far as the log tells. */
  public long rows() {
    return files().stream().mapToLong(file -> file.rows().orElse(0L)).sum();
  }

  DeltaSnapshot delta() {
    return delta;
  }

  FileStore folder() {
    return folder;
  }
}
