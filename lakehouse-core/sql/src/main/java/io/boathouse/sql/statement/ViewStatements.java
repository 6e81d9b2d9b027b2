package io.boathouse.sql.statement;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.relation.ViewService;
import io.boathouse.catalog.relation.ViewText;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.ViewBodies;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Query;
import io.boathouse.sql.grammar.ViewStatement;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.RelationColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Statements that make, change, drop and list views. */
final class ViewStatements {
  private static final int PAGE = 500;

  private final Rooms rooms;
  private final QueryChecker checker;
  private final ViewBodies bodies;
  private final QueryEngine engine;

  /** What is asked of other modules. */
  record Rooms(ViewService views, RelationService relations, StatementLineage lineage) {}

  ViewStatements(Rooms rooms, QueryChecker checker, ViewBodies bodies, QueryEngine engine) {
    this.rooms = rooms;
    this.checker = checker;
    this.bodies = bodies;
    this.engine = engine;
  }

  /** A query that the engine has seen. */
  private record Written(CheckedQuery checked, ViewText text, List<RelationColumn> columns) {}

  void run(Context context, ViewStatement statement) {
    switch (statement) {
      case ViewStatement.Create create -> create(context, create);
      case ViewStatement.SetQuery set -> set(context, set);
      case ViewStatement.SetProperties set -> set(context, set);
      case ViewStatement.Drop drop -> drop(context, drop);
      case ViewStatement.Show show -> show(context, show);
      case ViewStatement.ShowCreate show -> throw new IllegalArgumentException(show.kind());
    }
  }

  private void create(Context context, ViewStatement.Create statement) {
    Caller caller = context.caller();
    FullName name = context.table(statement.name());
    Optional<Relation> present = rooms.relations().find(caller, name);
    if (present.isPresent() && statement.existing() == Existing.KEEP) {
      context.sink().columns(List.of());
      return;
    }
    Written written = written(context, statement.query(), statement.shape().columns());
    ViewService.Shape shape =
        new ViewService.Shape(
            written.columns(), statement.shape().comment(), statement.shape().properties());
    if (present.isPresent() && statement.existing() == Existing.REPLACE) {
      replace(context, present.get(), written, shape);
    } else {
      Relation made = rooms.views().create(caller, name, written.text(), shape);
      rooms.lineage().reads(caller, made, sources(written));
    }
    context.sink().columns(List.of());
  }

  private void set(Context context, ViewStatement.SetQuery statement) {
    FullName name = context.table(statement.name());
    Relation view = rooms.relations().get(context.caller(), name);
    Written written = written(context, statement.query(), List.of());
    ViewService.Shape shape =
        new ViewService.Shape(
            written.columns(), view.securable().comment(), view.securable().properties());
    replace(context, view, written, shape);
    context.sink().columns(List.of());
  }

  private void replace(Context context, Relation view, Written written, ViewService.Shape shape) {
    bodies.requireNotIn(view, context.caller(), written.checked());
    Relation made =
        rooms.views().replace(context.caller(), view.securable().name(), written.text(), shape);
    rooms.lineage().readsNow(context.caller(), made, sources(written));
  }

  private static List<FullName> sources(Written written) {
    return written.checked().tables().stream()
        .filter(table -> table.rights().isEmpty())
        .map(ViewedTable::name)
        .distinct()
        .toList();
  }

  /** The query with its columns, once the engine has seen that it can be run by its writer. */
  private Written written(Context context, Query query, List<ViewStatement.Column> columns) {
    NameDefaults defaults = context.request().defaults();
    CheckedQuery checked =
        checker.check(context.caller(), new QueryText(query.text(), List.of(), defaults, Map.of()));
    List<ResultColumn> found =
        engine.open(
            context.caller(),
            checked,
            context.run(),
            open -> {
              String unused = ColumnDefinitions.named(open);
              return open.columns();
            });
    if (!columns.isEmpty() && columns.size() != found.size()) {
      throw StatementErrors.columnCount(columns.size(), found.size());
    }
    List<Column> schema = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      ResultColumn column = found.get(i);
      schema.add(
          new Column(
              columns.isEmpty() ? column.name() : columns.get(i).name(),
              type(column),
              true,
              columns.isEmpty() ? Optional.empty() : columns.get(i).comment()));
    }
    return new Written(
        checked,
        new ViewText(
            query.text(),
            defaults.catalog(),
            defaults.schema(),
            found.stream().map(ResultColumn::name).toList()),
        RelationColumns.of(new TableSchema(schema), List.of()));
  }

  private static DataType type(ResultColumn column) {
    ResultType type = column.type();
    return switch (type.kind()) {
      case NULL -> DataType.parse("string");
      case INTERVAL ->
          throw StatementErrors.unsupported(
              "The type INTERVAL of the view's column '" + column.name() + "'",
              "Cast the column to another type.");
      default -> DataType.parse(type.text());
    };
  }

  private void set(Context context, ViewStatement.SetProperties statement) {
    FullName name = context.table(statement.name());
    Relation view = rooms.relations().get(context.caller(), name);
    Map<String, String> properties = new TreeMap<>(view.securable().properties());
    statement.unset().forEach(properties::remove);
    properties.putAll(statement.set());
    rooms.views().change(context.caller(), name, SecurableChange.properties(properties));
    context.sink().columns(List.of());
  }

  private void drop(Context context, ViewStatement.Drop statement) {
    FullName name = context.table(statement.name());
    context.sink().columns(List.of());
    if (statement.ifExists() && rooms.relations().find(context.caller(), name).isEmpty()) {
      return;
    }
    rooms.views().drop(context.caller(), name);
  }

  private void show(Context context, ViewStatement.Show statement) {
    NameDefaults defaults = context.request().defaults();
    FullName schema =
        statement.name().isEmpty()
            ? FullName.of(defaults.catalog(), defaults.schema())
            : defaults.schema(statement.name());
    Predicate<String> pattern = NamePattern.of(statement.like());
    context.sink().columns(ListingStatements.texts("namespace", "viewName", "isTemporary"));
    Optional<String> token = Optional.empty();
    do {
      Page<Relation> page =
          rooms.relations().list(context.caller(), schema, new PageRequest(PAGE, token));
      for (Relation relation : page.items()) {
        FullName name = relation.securable().name();
        boolean shown = relation.kind() == Relation.Kind.VIEW && pattern.test(name.name());
        if (shown && !context.sink().row(List.of(name.schema(), name.name(), "false"))) {
          return;
        }
      }
      token = page.nextPageToken();
    } while (token.isPresent());
  }
}
