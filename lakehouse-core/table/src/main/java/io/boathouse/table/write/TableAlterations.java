package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.compute.Constraints;
import io.boathouse.table.compute.FileView;
import io.boathouse.table.compute.Fillings;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.delta.Alteration;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.Reads;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DeltaTypes;
import io.boathouse.table.type.Filling;
import io.boathouse.table.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Alters one table; computed again when another writer altered it meanwhile. */
final class TableAlterations {
  private static final int REDOS = 10;
  private static final int MOST_CLUSTERING_COLUMNS = 4;

  private final DeltaLog log;
  private final DuckDb duckDb;

  TableAlterations(DeltaLog log, DuckDb duckDb) {
    this.log = log;
    this.duckDb = duckDb;
  }

  /** The commit; empty if nothing is to be done. */
  Optional<Commit> apply(TableAlteration alteration) {
    for (int i = 0; ; i++) {
      DeltaSnapshot base = log.latest();
      log.begin();
      try {
        return once(base, alteration);
      } catch (LakeException e) {
        if (e.code() != ErrorCode.CONFLICT || i == REDOS) {
          throw e;
        }
      }
    }
  }

  private Optional<Commit> once(DeltaSnapshot base, TableAlteration alteration) {
    return switch (alteration) {
      case TableAlteration.AddColumns add -> Optional.of(addColumns(base, add.columns()));
      case TableAlteration.AddConstraint add -> Optional.of(addConstraint(base, add));
      case TableAlteration.DropConstraint drop -> dropConstraint(base, drop);
      case TableAlteration.SetProperties set ->
          Optional.of(
              commit(
                  base,
                  Alteration.set(set.properties()),
                  "SET TBLPROPERTIES",
                  Map.of("properties", Json.writeText(set.properties()))));
      case TableAlteration.UnsetProperties unset -> unset(base, unset);
      case TableAlteration.ClusterBy cluster -> Optional.of(cluster(base, cluster.columns()));
      case TableAlteration.RenameColumn rename -> Optional.of(rename(base, rename));
      case TableAlteration.DropColumns drop -> drop(base, drop);
      case TableAlteration.MoveColumn move ->
          Optional.of(
              change(
                  base,
                  Alteration.moved(move.path(), move.after()),
                  move.path(),
                  Map.of("position", move.after().map(name -> "AFTER " + name).orElse("FIRST"))));
      case TableAlteration.WidenColumn widen -> {
        ColumnUses.of(base).requireNoExpression(widen.path());
        yield Optional.of(
            change(
                base,
                Alteration.widened(widen.path(), widen.type()),
                widen.path(),
                Map.of("type", widen.type().text())));
      }
      case TableAlteration.SetDefault set -> Optional.of(setDefault(base, set));
      case TableAlteration.CommentColumn comment ->
          Optional.of(
              change(
                  base,
                  Alteration.commented(comment.path(), comment.comment()),
                  comment.path(),
                  Map.of("comment", comment.comment())));
    };
  }

  private Commit change(
      DeltaSnapshot base, Alteration alteration, List<String> path, Map<String, String> more) {
    Map<String, String> parameters = new HashMap<>(more);
    parameters.put("column", String.join(".", path));
    return commit(base, alteration, "CHANGE COLUMN", parameters);
  }

  private Commit setDefault(DeltaSnapshot base, TableAlteration.SetDefault set) {
    Column column =
        base.schema()
            .column(set.column())
            .orElseThrow(() -> TableErrors.noColumn(set.column(), base.schema().names()));
    Fillings.requireOnlyDefault(column);
    if (set.expression().isEmpty()) {
      return change(
          base, Alteration.withoutDefault(column.name()), List.of(column.name()), Map.of());
    }
    String expression = set.expression().get();
    try (DuckSession session = duckDb.open(DuckAccess.scratchOnly())) {
      Fillings.requireDefault(session, column, expression);
    }
    return change(
        base,
        Alteration.filled(column.name(), new Filling.Default(expression)),
        List.of(column.name()),
        Map.of("default", expression));
  }

  private Commit rename(DeltaSnapshot base, TableAlteration.RenameColumn rename) {
    ColumnUses.of(base).requireNone(rename.path());
    List<String> renamed = new ArrayList<>(rename.path());
    renamed.set(renamed.size() - 1, rename.name());
    return commit(
        base,
        Alteration.renamed(rename.path(), rename.name()),
        "RENAME COLUMN",
        Map.of(
            "oldColumnPath", String.join(".", rename.path()),
            "newColumnPath", String.join(".", renamed)));
  }

  private Optional<Commit> drop(DeltaSnapshot base, TableAlteration.DropColumns drop) {
    List<List<String>> paths =
        drop.paths().stream()
            .filter(path -> !drop.ifExists() || ColumnUses.exists(base.schema(), path))
            .toList();
    if (paths.isEmpty()) {
      return Optional.empty();
    }
    paths.forEach(path -> ColumnUses.of(base).requireNone(path));
    List<String> names = paths.stream().map(path -> String.join(".", path)).toList();
    return Optional.of(
        commit(
            base,
            Alteration.dropped(paths),
            "DROP COLUMNS",
            Map.of("columns", Json.writeText(names))));
  }

  private Commit addColumns(DeltaSnapshot base, List<Column> columns) {
    List<Column> all = new ArrayList<>(base.schema().columns());
    all.addAll(columns);
    TableSchema unused = new TableSchema(all);
    for (Column column : columns) {
      if (!column.nullable()) {
        throw TableErrors.newColumnNotNull(column.name());
      }
      if (column.filling().isPresent()) {
        throw TableErrors.newColumnFilled(column.name());
      }
    }
    return commit(
        base,
        Alteration.columns(columns),
        "ADD COLUMNS",
        Map.of("columns", DeltaTypes.json(new TableSchema(columns))));
  }

  private Commit addConstraint(DeltaSnapshot base, TableAlteration.AddConstraint add) {
    String name = add.name();
    if (base.constraints().keySet().stream().anyMatch(name::equalsIgnoreCase)) {
      throw TableErrors.constraintExists(name);
    }
    try (DuckSession session =
        duckDb.open(DuckAccess.reading(TableChanges.folders(base, log.folder())))) {
      FileView.create(session, TargetRows.VIEW, base, log.folder());
      if (MergedRows.isAny(
          session, Constraints.violations(session, TargetRows.VIEW, add.expression()))) {
        throw TableErrors.rowsViolate(name, add.expression());
      }
    }
    return log.alter(
        base,
        Alteration.constraint(name, add.expression()),
        WriteOptions.of("ADD CONSTRAINT")
            .with(Map.of("name", name, "expr", add.expression()))
            .note(),
        new AddedRows());
  }

  private Commit cluster(DeltaSnapshot base, List<String> names) {
    if (!base.partitionColumns().isEmpty()) {
      throw TableErrors.partitionedAndClustered(base.partitionColumns());
    }
    if (names.size() > MOST_CLUSTERING_COLUMNS) {
      throw TableErrors.tooManyClusteringColumns(names.size(), MOST_CLUSTERING_COLUMNS);
    }
    List<String> columns = new ArrayList<>();
    for (String name : names) {
      Column column =
          base.schema().column(name).orElseThrow(() -> TableErrors.notClusterable(name, "no such"));
      boolean nested =
          switch (column.type()) {
            case DataType.ArrayType t -> true;
            case DataType.MapType t -> true;
            case DataType.StructType t -> true;
            default -> false;
          };
      if (nested || columns.contains(column.name())) {
        throw TableErrors.notClusterable(name, nested ? "an unordered" : "a repeated");
      }
      columns.add(column.name());
    }
    return log.cluster(
        base,
        columns.stream().map(base::physicalName).toList(),
        WriteOptions.of("CLUSTER BY")
            .with(Map.of("newClusteringColumns", String.join(",", columns)))
            .note());
  }

  private Optional<Commit> dropConstraint(DeltaSnapshot base, TableAlteration.DropConstraint drop) {
    Optional<String> known =
        base.constraints().keySet().stream().filter(drop.name()::equalsIgnoreCase).findFirst();
    if (known.isEmpty() && drop.ifExists()) {
      return Optional.empty();
    }
    String name = known.orElseThrow(() -> TableErrors.noConstraint(drop.name()));
    return Optional.of(
        commit(base, Alteration.withoutConstraint(name), "DROP CONSTRAINT", Map.of("name", name)));
  }

  private Optional<Commit> unset(DeltaSnapshot base, TableAlteration.UnsetProperties unset) {
    Set<String> names = Set.copyOf(unset.names());
    for (String name : names) {
      if (!unset.ifExists() && !base.properties().containsKey(name)) {
        throw TableErrors.noProperty(name);
      }
    }
    return Optional.of(
        commit(
            base,
            Alteration.unset(names),
            "UNSET TBLPROPERTIES",
            Map.of("properties", Json.writeText(unset.names()))));
  }

  private Commit commit(
      DeltaSnapshot base, Alteration alteration, String operation, Map<String, String> parameters) {
    return log.alter(
        base, alteration, WriteOptions.of(operation).with(parameters).note(), Reads.NOTHING);
  }

  /** All rows were looked at, and no row that comes meanwhile was. */
  private static final class AddedRows implements Reads {
    @Override
    public boolean dependsOn(StoragePath file) {
      return false;
    }

    @Override
    public boolean finds(DeltaSnapshot now, List<DataFile> added) {
      return true;
    }
  }
}
