package io.boathouse.sql.statement;

import io.boathouse.catalog.lineage.ColumnFlow;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.ColumnLineage;
import io.boathouse.sql.govern.DerivedColumn;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.type.Column;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which columns go into those of a table whose rows a statement changes. */
final class ChangeLineage {
  private final FullName table;
  private final List<Part> parts = new ArrayList<>();
  private Optional<CheckedQuery> source = Optional.empty();

  /** A query whose columns become the table's; without names they are called as those. */
  private record Part(CheckedQuery query, Optional<List<String>> names) {}

  ChangeLineage(FullName table) {
    this.table = table;
  }

  /** The columns of the query, in their order, become the table's of these names. */
  void from(CheckedQuery query, List<String> names) {
    parts.add(new Part(query, Optional.of(names)));
  }

  /** The columns of the query that are called as the table's become those. */
  void from(CheckedQuery query) {
    parts.add(new Part(query, Optional.empty()));
  }

  /** The rows that are merged come from a query. */
  void merged(CheckedQuery query) {
    source = Optional.of(query);
  }

  /** What is known once the tables are open; a column that stays as it is comes from nowhere. */
  List<ColumnFlow> of(List<Input> inputs, List<Column> columns) {
    Map<String, List<DerivedColumn>> relations = ColumnLineage.relations(inputs);
    source.ifPresent(
        query -> {
          List<DerivedColumn> rows = ColumnLineage.of(query, relations);
          relations.put(MergedRows.SOURCE, rows);
        });
    relations.put(
        TargetRows.VIEW,
        columns.stream().map(column -> DerivedColumn.of(table, column.name())).toList());
    List<String> all = columns.stream().map(Column::name).toList();
    Set<ColumnFlow> flows = new LinkedHashSet<>();
    for (Part part : parts) {
      part
          .names()
          .map(names -> StatementLineage.flows(part.query(), relations, names))
          .orElseGet(() -> StatementLineage.sameNames(part.query(), relations, all))
          .stream()
          .filter(flow -> !isItself(flow))
          .forEach(flows::add);
    }
    return List.copyOf(flows);
  }

  private boolean isItself(ColumnFlow flow) {
    return flow.table().equals(table)
        && flow.target().filter(flow.column()::equalsIgnoreCase).isPresent();
  }
}
