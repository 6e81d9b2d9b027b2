package io.boathouse.table.write;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.RowMapper;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.DamagedFiles;
import io.boathouse.table.compute.DataFileNames;
import io.boathouse.table.compute.FileView;
import io.boathouse.table.compute.MetadataField;
import io.boathouse.table.compute.ParquetFiles;
import io.boathouse.table.compute.TableShape;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.compute.WrittenFile;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitHook;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.NewDeltaTable;
import io.boathouse.table.delta.NewFile;
import io.boathouse.table.delta.Upkeep;
import io.boathouse.table.read.FilePruning;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table without a catalog in front of it: the log, the files, and DuckDB. */
public final class LooseTable {
  private final FileStore folder;
  private final DuckDb duckDb;
  private final DeltaLog log;

  public LooseTable(FileStore folder, Path temporary) {
    this(folder, new DuckDb(new DuckDbConfig("512MB", 2, temporary)), CommitHook.NONE);
  }

  private LooseTable(FileStore folder, DuckDb duckDb, CommitHook hook) {
    this(folder, duckDb, new DeltaLog(folder, InstantSource.system(), hook, Upkeep.AT_ONCE));
  }

  private LooseTable(FileStore folder, DuckDb duckDb, DeltaLog log) {
    this.folder = folder;
    this.duckDb = duckDb;
    this.log = log;
  }

  /** The same table for a writer whose commits tell how far they are. */
  public LooseTable hooked(CommitHook hook) {
    return new LooseTable(folder, duckDb, hook);
  }

  /** The same table by another log over its folder. */
  public LooseTable over(DeltaLog other) {
    return new LooseTable(folder, duckDb, other);
  }

  /** The same table as another process sees it. */
  public LooseTable reopened() {
    return new LooseTable(folder, duckDb, CommitHook.NONE);
  }

  public DeltaLog log() {
    return log;
  }

  public DuckDb duckDb() {
    return duckDb;
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
          TableShape.of(base),
          files -> {
            DeltaSnapshot numbered = staged.numbered(base, files);
            return replace
                ? log.overwrite(numbered, files, note)
                : log.append(numbered, files, note);
          });
    }
  }

  public Commit append(Rows.Values values) {
    DeltaSnapshot base = log.latest();
    try (StagedRows staged = StagedRows.of(values, duckDb)) {
      return staged.into(
          folder,
          TableShape.of(base),
          files -> log.append(base, files, WriteOptions.of("INSERT").note()));
    }
  }

  /** The rows of the newest version in new files, which no version names yet. */
  List<NewFile> copies() {
    DeltaSnapshot base = log.latest();
    List<Path> files = base.files().stream().map(file -> folder.localCopy(file.path())).toList();
    return open(
        files,
        session -> {
          FileView.create(session, "t", base, folder);
          List<NewFile> copies = new ArrayList<>();
          StagedFiles staged = new StagedFiles(folder);
          for (WrittenFile written :
              ParquetFiles.write(session, "SELECT * FROM t", TableShape.of(base))) {
            copies.add(
                staged.put(DataFileNames.next(base.schema(), base.partitionColumns()), written));
          }
          return copies;
        });
  }

  /** Appends, again from the start if the table was altered meanwhile. */
  Commit append(String select, int redos) {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      return new TableChanges(log, redos)
          .write(
              new Rows.Query(session, select), duckDb, WriteOptions.of("INSERT"), DeltaLog::append);
    }
  }

  /** Appends rows that may have more columns, or wider ones, than the table. */
  Commit appendMerging(String select) {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      return new TableChanges(log)
          .write(
              new Rows.Query(session, select),
              duckDb,
              WriteOptions.of("INSERT").mergingSchema(),
              DeltaLog::append);
    }
  }

  /** The files that a deletion looks at. */
  List<DataFile> candidates(String condition) {
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      return FilePruning.candidates(session, log.latest(), deletion(condition).rows());
    }
  }

  /** Changes what the table is. */
  public Optional<Commit> alter(TableAlteration alteration) {
    return new TableAlterations(log, duckDb).apply(alteration);
  }

  /** Deletes the rows that meet a condition. */
  public Commit delete(String condition) {
    return change(deletion(condition), WriteOptions.of("DELETE"), 10);
  }

  /** Sets columns, as SQL writes it, where a condition is met. */
  public Commit update(String assignments, String condition) {
    return update(assignments, condition, 10);
  }

  /**
   * @param redos how often it may be computed again
   */
  public Commit update(String assignments, String condition, int redos) {
    return change(updating(assignments, condition), WriteOptions.of("UPDATE"), redos);
  }

  /** Appends what a query makes of the newest rows, which it sees as {@code t}. */
  Commit appendOwn(String select) {
    DeltaSnapshot base = log.latest();
    List<Path> files = base.files().stream().map(file -> folder.localCopy(file.path())).toList();
    return open(
        files,
        session -> {
          FileView.create(session, "t", base, folder);
          return new TableChanges(log)
              .write(
                  new Rows.OfTarget(new Rows.Query(session, select), base.version()),
                  duckDb,
                  WriteOptions.of("INSERT"),
                  DeltaLog::appendRead);
        });
  }

  RowChange.Delete deletion(String condition) {
    return new RowChange.Delete(
        "SELECT %s, %s FROM %s AS t WHERE %s"
            .formatted(TargetRows.FILE, TargetRows.ROW, TargetRows.VIEW, condition),
        false);
  }

  RowChange.Update updating(String assignments, String condition) {
    Map<String, String> set = new LinkedHashMap<>();
    for (String assignment : assignments.split(";")) {
      String[] parts = assignment.split(" = ", 2);
      set.put(parts[0].strip(), parts[1].strip());
    }
    String columns =
        log.latest().schema().columns().stream()
            .map(column -> set.getOrDefault(column.name(), old(column)) + " AS " + column.name())
            .collect(Collectors.joining(", "));
    return new RowChange.Update(
        "SELECT %s, %s, %s FROM %s AS t WHERE %s"
            .formatted(TargetRows.FILE, TargetRows.ROW, columns, TargetRows.VIEW, condition),
        false);
  }

  /** What is generated is computed again. */
  private static String old(Column column) {
    return column.filling().orElse(null) instanceof Filling.Generated
        ? "CAST(NULL AS " + DuckTypes.of(column.type()) + ")"
        : "t." + column.name();
  }

  /**
   * @param redos how often it may be computed again
   */
  Commit change(RowChange change, WriteOptions options, int redos) {
    return new TableChanges(log, redos).apply(change, this::open, options.note());
  }

  /** The rows of a change file of a table with id, v and p, the kind of each first. */
  List<String> changes(JsonNode change) {
    Path file = folder.localCopy(StoragePath.of(change.get("path").asText()));
    DeltaSnapshot now = log.latest();
    String id = SqlText.identifier(now.physicalName("id"));
    String v = SqlText.identifier(now.physicalName("v"));
    String p = now.physicalName("p");
    JsonNode partition = change.get("partitionValues");
    String value =
        partition.has(p) ? SqlText.literal(text(partition.get(p))) : SqlText.identifier(p);
    try (DuckSession session = duckDb.open(DuckAccess.reading(file))) {
      return session.query(
          "SELECT concat_ws('|', _change_type, ifnull(CAST(%s AS VARCHAR), 'null'), ifnull(CAST(%s AS VARCHAR), 'null'), ifnull(%s, 'null')) FROM read_parquet(%s)"
              .formatted(id, v, value, SqlText.literal(file)),
          row -> row.getString(1));
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isNull() ? null : node.asText();
  }

  /** Work in a session that can read these files or folders. */
  public <T> T open(List<Path> readable, Function<DuckSession, T> work) {
    try (DuckSession session = duckDb.open(DuckAccess.reading(readable))) {
      return work.apply(session);
    }
  }

  /** Rows of a query over the newest version, which it sees as the view {@code t}. */
  public <T> List<T> query(String select, RowMapper<T> mapper) {
    return query(log.latest(), select, mapper);
  }

  public <T> List<T> query(DeltaSnapshot snapshot, String select, RowMapper<T> mapper) {
    List<Path> files =
        snapshot.files().stream().map(file -> DamagedFiles.localCopy(folder, file)).toList();
    try (DuckSession session = duckDb.open(DuckAccess.reading(files))) {
      try {
        FileView.create(session, "t", snapshot, folder);
        return session.query(select, mapper);
      } catch (LakeException e) {
        throw DamagedFiles.named(e, session, folder, snapshot.files());
      }
    }
  }

  /** Rows of a query over the newest version, of whose rows everything is known. */
  List<String> metadataRows(Set<MetadataField> asked, String select) {
    DeltaSnapshot now = log.latest();
    return open(
        TableChanges.folders(now, folder),
        session -> {
          FileView.create(session, "t", new FileView.Asked(now, now.files(), asked), folder);
          return session.query(select, LooseTable::text);
        });
  }

  public long count() {
    return query("SELECT count(*) FROM t", row -> row.getLong(1)).getFirst();
  }

  /** Rows of the query as text, columns joined by a bar. */
  public List<String> rows(String select) {
    return query(select, LooseTable::text);
  }

  private static String text(ResultSet row) throws SQLException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
      text.append(i == 1 ? "" : "|").append(row.getString(i));
    }
    return text.toString();
  }
}
