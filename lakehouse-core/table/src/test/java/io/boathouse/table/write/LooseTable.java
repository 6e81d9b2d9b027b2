package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.RowMapper;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.compute.FileView;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.NewDeltaTable;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A table without a catalog in front of it: the log, the files, and DuckDB. */
public final class LooseTable {
  private final FileStore folder;
  private final DuckDb duckDb;
  private final DeltaLog log;

  public LooseTable(FileStore folder, Path temporary) {
    this(folder, new DuckDb(new DuckDbConfig("512MB", 2, temporary)));
  }

  LooseTable(FileStore folder, DuckDb duckDb) {
    this.folder = folder;
    this.duckDb = duckDb;
    this.log = new DeltaLog(folder, InstantSource.system());
  }

  /** The same table as another process sees it. */
  public LooseTable reopened() {
    return new LooseTable(folder, duckDb);
  }

  public DeltaLog log() {
    return log;
  }

  public Commit create(TableSchema schema, String... partitionColumns) {
    return create(schema, Map.of(), partitionColumns);
  }

  public Commit create(
      TableSchema schema, Map<String, String> properties, String... partitionColumns) {
    return log.create(
        new NewDeltaTable(schema, List.of(partitionColumns), properties),
        List.of(),
        WriteOptions.of("CREATE TABLE").note());
  }

  public Commit append(String select) {
    return append(select, WriteOptions.of("INSERT"));
  }

  public Commit append(String select, WriteOptions options) {
    return write(select, options.note(), false);
  }

  public Commit overwrite(String select) {
    return write(select, WriteOptions.of("OVERWRITE").note(), true);
  }

  private Commit write(String select, CommitNote note, boolean replace) {
    DeltaSnapshot base = log.latest();
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly());
        StagedRows staged = StagedRows.of(new Rows.Query(session, select), duckDb)) {
      return staged.into(
          folder,
          base.schema(),
          base.partitionColumns(),
          files -> replace ? log.overwrite(base, files, note) : log.append(base, files, note));
    }
  }

  public Commit append(Rows.Values values) {
    DeltaSnapshot base = log.latest();
    try (StagedRows staged = StagedRows.of(values, duckDb)) {
      return staged.into(
          folder,
          base.schema(),
          base.partitionColumns(),
          files -> log.append(base, files, WriteOptions.of("INSERT").note()));
    }
  }

  /** Rows of a query over the newest version, which it sees as the view {@code t}. */
  public <T> List<T> query(String select, RowMapper<T> mapper) {
    return query(log.latest(), select, mapper);
  }

  public <T> List<T> query(DeltaSnapshot snapshot, String select, RowMapper<T> mapper) {
    List<Path> files =
        snapshot.files().stream().map(file -> folder.localCopy(file.path())).toList();
    try (DuckSession session = duckDb.open(DuckAccess.reading(files))) {
      FileView.create(session, "t", snapshot, folder);
      return session.query(select, mapper);
    }
  }

  public long count() {
    return query("SELECT count(*) FROM t", row -> row.getLong(1)).getFirst();
  }

  /** Rows of the query as text, columns joined by a bar. */
  public List<String> rows(String select) {
    return query(
        select,
        row -> {
          StringBuilder text = new StringBuilder();
          for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
            text.append(i == 1 ? "" : "|").append(row.getString(i));
          }
          return text.toString();
        });
  }
}
