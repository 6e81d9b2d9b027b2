package io.boathouse.sql.statement;

import io.boathouse.catalog.lineage.ColumnFlow;
import io.boathouse.catalog.lineage.LineageEntity;
import io.boathouse.catalog.lineage.LineageFact;
import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.lineage.TableRead;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.ColumnLineage;
import io.boathouse.sql.govern.DerivedColumn;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.delta.Commit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Tells the catalog which tables and columns a statement read, and, after a commit, from which its
 * rows came.
 */
final class StatementLineage {
  private static final String SYSTEM = "system";

  private final LineageService lineage;

  StatementLineage(LineageService lineage) {
    this.lineage = lineage;
  }

  /** Tells from what a view reads. */
  void reads(Caller caller, Relation view, List<FullName> sources) {
    LineageNode made =
        new LineageNode("TABLE", view.securable().name().toString(), Optional.empty());
    for (FullName source : sources) {
      lineage.record(
          caller,
          new LineageNode("TABLE", source.toString(), Optional.empty()),
          made,
          "CREATE VIEW",
          Map.of());
    }
  }

  /** Tells from what a view reads from now on. */
  void readsNow(Caller caller, Relation view, List<FullName> sources) {
    lineage.ended(caller, view.securable().id(), Optional.empty());
    reads(caller, view, sources);
  }

  /** What rows came from: tables, and the model versions that answered. */
  record Sources(List<Input> tables, List<LineageNode> models) {
    static Sources of(List<Input> tables) {
      return new Sources(tables, List.of());
    }
  }

  /**
   * A version that a statement made.
   *
   * @param replaces whether the version holds no rows of earlier ones
   */
  record Made(
      FullName table, Commit commit, Sources sources, List<ColumnFlow> columns, boolean replaces) {}

  void written(Context context, Made made) {
    Commit commit = made.commit();
    LineageNode target =
        new LineageNode("TABLE", made.table().toString(), Optional.of(commit.version()));
    Map<String, String> details =
        Map.of(
            "rows",
            Long.toString(commit.rows()),
            LineageService.REPLACES,
            Boolean.toString(made.replaces()));
    List<LineageNode> sources = new ArrayList<>(made.sources().models());
    for (Input input : made.sources().tables()) {
      sources.add(new LineageNode("TABLE", input.name().toString(), version(input)));
    }
    if (sources.isEmpty()) {
      String statement = commit.operation() + " at " + commit.at();
      sources = List.of(new LineageNode("STATEMENT", statement, Optional.empty()));
    }
    lineage.record(
        context.caller(),
        new LineageFact(
            sources,
            target,
            commit.operation(),
            details,
            made.columns(),
            Optional.of(LineageEntity.statement(context.run().statement()))));
  }

  /** A query showed rows of tables; of the server's own, that is nobody's business. */
  void read(ExecutedStatement executed, CheckedQuery query, List<Input> inputs) {
    Map<FullName, UUID> ids = new HashMap<>();
    executed.sources().forEach(source -> ids.put(source.name(), source.tableId()));
    List<TableRead> reads = new ArrayList<>();
    for (Input input : inputs) {
      Optional.ofNullable(ids.get(input.name()))
          .filter(id -> !input.name().catalog().equals(SYSTEM))
          .ifPresent(id -> reads.add(new TableRead(id, input.name(), version(input))));
    }
    if (reads.isEmpty()) {
      return;
    }
    List<ColumnFlow> columns =
        ColumnLineage.of(query, ColumnLineage.relations(inputs)).stream()
            .flatMap(column -> column.sources().stream())
            .distinct()
            .map(source -> new ColumnFlow(source.table(), source.column(), Optional.empty()))
            .toList();
    lineage.read(
        executed.caller(), reads, columns, LineageEntity.statement(executed.id().toString()));
  }

  private static Optional<Long> version(Input input) {
    return input.version().isPresent()
        ? Optional.of(input.version().getAsLong())
        : Optional.empty();
  }

  /**
   * How columns of a query went into those of a table.
   *
   * @param names of the table's columns, in the order of the query's
   */
  static List<ColumnFlow> flows(
      CheckedQuery query, Map<String, List<DerivedColumn>> relations, List<String> names) {
    List<DerivedColumn> columns = ColumnLineage.of(query, relations);
    if (columns.size() != names.size()) {
      return sameNames(query, relations, names);
    }
    List<ColumnFlow> flows = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      flows.addAll(into(columns.get(i), names.get(i)));
    }
    return flows;
  }

  /** As {@link #flows} for a query whose columns are called as those of the table. */
  static List<ColumnFlow> sameNames(
      CheckedQuery query, Map<String, List<DerivedColumn>> relations, List<String> names) {
    List<ColumnFlow> flows = new ArrayList<>();
    for (DerivedColumn column : ColumnLineage.of(query, relations)) {
      named(column, names).ifPresent(name -> flows.addAll(into(column, name)));
    }
    return flows;
  }

  private static List<ColumnFlow> into(DerivedColumn column, String target) {
    return column.sources().stream()
        .map(source -> new ColumnFlow(source.table(), source.column(), Optional.of(target)))
        .toList();
  }

  private static Optional<String> named(DerivedColumn column, List<String> names) {
    return names.stream().filter(column.name()::equalsIgnoreCase).findFirst();
  }
}
