package io.boathouse.sql.statement;

import io.boathouse.catalog.lineage.ColumnFlow;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.sql.grammar.MaintenanceStatement;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.read.At;
import io.boathouse.table.write.TableService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** CREATE TABLE … CLONE. */
final class CloneStatements {
  /** The columns of the answer, and the commit's metrics that they show. */
  private static final Map<String, String> METRICS = new LinkedHashMap<>();

  static {
    METRICS.put("source_table_size", "sourceTableSize");
    METRICS.put("source_num_of_files", "sourceNumOfFiles");
    METRICS.put("num_removed_files", "numRemovedFiles");
    METRICS.put("num_copied_files", "numCopiedFiles");
    METRICS.put("removed_files_size", "removedFilesSize");
    METRICS.put("copied_files_size", "copiedFilesSize");
  }

  private final TableStatements.Rooms rooms;

  CloneStatements(TableStatements.Rooms rooms) {
    this.rooms = rooms;
  }

  /** Each column is that of the same name. */
  private List<ColumnFlow> columns(Context context, FullName name, FullName source) {
    return rooms.relations().get(context.caller(), name).columns().stream()
        .map(column -> new ColumnFlow(source, column.name(), Optional.of(column.name())))
        .toList();
  }

  void run(Context context, MaintenanceStatement.Clone statement) {
    FullName name = context.table(statement.name());
    boolean exists = rooms.relations().find(context.caller(), name).isPresent();
    if (exists && statement.existing() == Existing.KEEP) {
      context.sink().columns(List.of());
      return;
    }
    FullName source = context.table(statement.source());
    At at =
        statement.version().isPresent()
            ? At.version(statement.version().getAsLong())
            : statement
                .timestamp()
                .map(text -> At.timestamp(MaintenanceStatements.instant(text)))
                .orElseGet(At::latest);
    Commit commit =
        rooms
            .tables()
            .clone(context.caller(), name, new TableService.Clone(source, at, statement.shallow()));
    long version = Long.parseLong(commit.parameters().get("sourceVersion"));
    rooms
        .lineage()
        .written(
            context,
            new StatementLineage.Made(
                name,
                commit,
                StatementLineage.Sources.of(List.of(new Input(source, OptionalLong.of(version)))),
                columns(context, name, source),
                true));
    context
        .sink()
        .columns(
            METRICS.keySet().stream()
                .map(column -> new ResultColumn(column, ResultType.whole()))
                .toList());
    boolean unused =
        context.sink().row(List.copyOf(METRICS.values().stream().map(commit::metric).toList()));
  }
}
