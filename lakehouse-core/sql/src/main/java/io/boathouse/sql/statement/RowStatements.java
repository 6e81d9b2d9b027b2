package io.boathouse.sql.statement;

import static io.boathouse.sql.statement.ChangeSql.as;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.CheckedQuery.ViewedTable;
import io.boathouse.sql.govern.PolicyViews;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.sql.grammar.Statement.Delete;
import io.boathouse.sql.grammar.Statement.Insert;
import io.boathouse.sql.grammar.Statement.Merge;
import io.boathouse.sql.grammar.Statement.Target;
import io.boathouse.sql.grammar.Statement.Update;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.sql.statement.TableStatements.Rooms;
import io.boathouse.table.compute.ChangedRows;
import io.boathouse.table.compute.MergedRows;
import io.boathouse.table.compute.ParquetFiles;
import io.boathouse.table.compute.TargetRows;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.RowChange;
import io.boathouse.table.write.Sessions;
import io.boathouse.table.write.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

/** Statements that change rows of a table: DELETE, UPDATE, MERGE and INSERT … REPLACE WHERE. */
final class RowStatements {
  private static final Map<String, String> LOCALS = locals();

  private final Rooms rooms;
  private final QueryChecker checker;
  private final PolicyViews policyViews;
  private final QueryEngine engine;

  RowStatements(Rooms rooms, QueryChecker checker, PolicyViews policyViews, QueryEngine engine) {
    this.rooms = rooms;
    this.checker = checker;
    this.policyViews = policyViews;
    this.engine = engine;
  }

  void delete(Context context, Delete statement) {
    Changing changing = begin(context, statement.target());
    if (statement.where().isEmpty() && changing.shown().isOpen()) {
      Commit commit = changing.commit(new RowChange.DeleteAll(), "DELETE", "true");
      changing.answer(commit, count(commit, "num_affected_rows", "numDeletedRows"));
      return;
    }
    String where = changing.sql().condition(statement.where());
    CheckedQuery rows = changing.check("d", places(statement.target()) + " WHERE " + where);
    changing.requireSelectIfRead();
    Commit commit =
        changing.commit(
            new RowChange.Delete(rows.sql(), changing.readsTarget()),
            "DELETE",
            ChangeSql.shown(statement.where()));
    changing.answer(commit, count(commit, "num_affected_rows", "numDeletedRows"));
  }

  void update(Context context, Update statement) {
    Changing changing = begin(context, statement.target());
    String alias = statement.target().called();
    Map<String, String> values = changing.sql().values(statement.assignments());
    StringJoiner items = new StringJoiner(", ");
    items.add(ChangeSql.of(alias, TargetRows.FILE)).add(ChangeSql.of(alias, TargetRows.ROW));
    for (Column column : changing.sql().columns()) {
      String old = changing.sql().kept(alias, column);
      items.add(as(values.getOrDefault(column.name(), old), column.name()));
    }
    CheckedQuery rows =
        changing.check(
            "u",
            "SELECT %s FROM %s WHERE %s"
                .formatted(
                    items,
                    from(TargetRows.VIEW, alias),
                    changing.sql().condition(statement.where())));
    changing.requireSelectIfRead();
    changing.sets(rows);
    Commit commit =
        changing.commit(
            new RowChange.Update(
                changing.shown().kept(rows.sql(), values.keySet()), changing.readsTarget()),
            "UPDATE",
            ChangeSql.shown(statement.where()));
    changing.answer(commit, count(commit, "num_affected_rows", "numUpdatedRows"));
  }

  void merge(Context context, Merge statement) {
    Changing changing = begin(context, statement.target());
    rooms.relations().require(context.caller(), Privilege.SELECT, changing.name());
    CheckedQuery source = changing.checkOwn("s", statement.source().text());
    changing.shown().requireFixed(statement.evolving());
    List<Column> added =
        statement.evolving() ? changing.sql().grow(columns(context, source)) : List.of();
    MergeSql merge = new MergeSql(changing.sql(), statement, changing.shown().masked());
    String matched = changing.shown().kept(changing.check("m", merge.matched()).sql());
    Optional<String> inserted = merge.inserted().map(sql -> changing.check("i", sql).sql());
    Optional<String> unmatched =
        merge.unmatched().map(sql -> changing.shown().kept(changing.check("n", sql).sql()));
    List<String> assigned = new ArrayList<>();
    for (String query : merge.assigned()) {
      CheckedQuery checked = changing.check("a" + assigned.size() + "_", query);
      assigned.add(checked.sql());
      changing.sets(checked);
    }
    changing.mergesFrom(source);
    Commit commit =
        changing.commit(
            new RowChange.Merge(
                source.sql(),
                matched,
                inserted,
                unmatched,
                assigned,
                merge.deletesOnly(),
                added,
                changing.readsTarget()),
            "MERGE",
            statement.on().text());
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("num_affected_rows", 0L);
    counts.put("num_updated_rows", commit.metric("numTargetRowsUpdated"));
    counts.put("num_deleted_rows", commit.metric("numTargetRowsDeleted"));
    counts.put("num_inserted_rows", commit.metric("numTargetRowsInserted"));
    counts.put("num_affected_rows", counts.values().stream().mapToLong(Long::longValue).sum());
    changing.answer(commit, counts);
  }

  private TableSchema columns(Context context, CheckedQuery query) {
    return engine.open(
        context.caller(),
        query,
        context.run(),
        open -> ParquetFiles.describe(open.session(), open.select()));
  }

  /** The rows that meet the condition go, and those of the query, which must meet it, come. */
  void replace(Context context, Insert written) {
    Insert statement = TableStatements.withoutDefaults(context, rooms, written);
    Target target = new Target(statement.name(), Optional.empty());
    Changing changing = begin(context, target);
    String where = changing.sql().condition(statement.replaceWhere());
    CheckedQuery rows = changing.check("d", places(target) + " WHERE " + where);
    CheckedQuery fresh = changing.checkOwn("f", statement.query().text());
    CheckedQuery misfits =
        changing.check(
            "w",
            "SELECT 1 FROM %s WHERE %s IS NOT TRUE"
                .formatted(from(ChangedRows.FRESH, target.called()), where));
    changing.requireSelectIfRead();
    changing.fills(fresh, ColumnDefinitions.names(statement, changing.relation()));
    Commit commit =
        changing.commit(
            new RowChange.Replace(
                rows.sql(),
                ColumnDefinitions.assigned(fresh.sql(), statement, changing.relation()),
                misfits.sql(),
                changing.readsTarget()),
            "WRITE",
            ChangeSql.shown(statement.replaceWhere()));
    Map<String, Long> counts = new LinkedHashMap<>();
    long inserted = commit.metric("numInsertedRows");
    counts.put("num_affected_rows", commit.metric("numDeletedRows") + inserted);
    counts.put("num_inserted_rows", inserted);
    changing.answer(commit, counts);
  }

  private Changing begin(Context context, Target target) {
    FullName name = context.table(target.name());
    Relation relation = rooms.relations().require(context.caller(), Privilege.MODIFY, name);
    TableSchema schema = rooms.tables().schema(context.caller(), name);
    ChangedTarget shown =
        ChangedTarget.of(
            policyViews,
            context.caller(),
            rooms.policies().of(context.caller(), relation.securable()),
            schema,
            name);
    return new Changing(
        context,
        relation,
        new ChangeSql(checker, context.request().parameters(), relation, schema),
        shown);
  }

  private static String places(Target target) {
    String alias = target.called();
    return "SELECT %s, %s FROM %s"
        .formatted(
            ChangeSql.of(alias, TargetRows.FILE),
            ChangeSql.of(alias, TargetRows.ROW),
            from(TargetRows.VIEW, alias));
  }

  private static String from(String view, String alias) {
    return view + " AS " + SqlText.identifier(alias);
  }

  private static Map<String, Long> count(Commit commit, String shown, String metric) {
    return Map.of(shown, commit.metric(metric));
  }

  private static Map<String, String> locals() {
    Map<String, String> locals = new LinkedHashMap<>();
    for (String view :
        List.of(
            TargetRows.VIEW,
            ChangedRows.FRESH,
            MergedRows.SOURCE,
            MergedRows.UNMATCHED_SOURCE,
            MergedRows.UNMATCHED_TARGET)) {
      locals.put(view, view);
    }
    return locals;
  }

  /** A statement on its way: its table, its queries so far and the tables that they read. */
  private final class Changing {
    private final Context context;
    private final Relation relation;
    private final ChangeSql sql;
    private final ChangedTarget shown;
    private final List<ViewedTable> tables;
    private final ChangeLineage flows;
    private List<Input> inputs = List.of();

    Changing(Context context, Relation relation, ChangeSql sql, ChangedTarget shown) {
      this.context = context;
      this.relation = relation;
      this.sql = sql;
      this.shown = shown;
      this.tables = new ArrayList<>(shown.mappings());
      this.flows = new ChangeLineage(name());
    }

    ChangedTarget shown() {
      return shown;
    }

    void sets(CheckedQuery query) {
      flows.from(query);
    }

    void mergesFrom(CheckedQuery source) {
      flows.merged(source);
    }

    void fills(CheckedQuery query, List<String> names) {
      flows.from(query, names);
    }

    ChangeSql sql() {
      return sql;
    }

    Relation relation() {
      return relation;
    }

    FullName name() {
      return relation.securable().name();
    }

    /** Checks a query that we made. */
    CheckedQuery check(String part, String query) {
      return check(part, query, LOCALS);
    }

    /** Checks a query that the caller wrote as a whole. */
    CheckedQuery checkOwn(String part, String query) {
      return check(part, query, Map.of());
    }

    private CheckedQuery check(String part, String query, Map<String, String> locals) {
      StatementRequest request = context.request();
      CheckedQuery checked =
          checker.check(
              context.caller(),
              new QueryText(query, request.parameters(), request.defaults(), locals),
              part);
      tables.addAll(checked.tables());
      return checked;
    }

    /** Whoever may only MODIFY learns nothing of the rows by what a condition finds. */
    void requireSelectIfRead() {
      if (sql.readsColumns()) {
        Relation unused = rooms.relations().require(context.caller(), Privilege.SELECT, name());
      }
    }

    boolean readsTarget() {
      return tables.stream()
          .anyMatch(table -> table.name().equals(name()) && table.asOf().isNewest());
    }

    Commit commit(RowChange change, String operation, String predicate) {
      WriteOptions options =
          new WriteOptions(operation, Optional.empty(), Map.of("predicate", predicate));
      try {
        return rooms.tables().change(context.caller(), name(), change, new Opening(), options);
      } catch (LakeException e) {
        throw shown.named(e);
      }
    }

    void answer(Commit commit, Map<String, Long> counts) {
      boolean changed = counts.values().stream().anyMatch(count -> count > 0);
      if (changed) {
        rooms
            .lineage()
            .written(
                context,
                new StatementLineage.Made(
                    name(),
                    commit,
                    StatementLineage.Sources.of(inputs),
                    flows.of(inputs, sql.columns()),
                    false));
      }
      context.answer(counts);
    }

    /** Opens the engine's sessions with the views of the statement's tables. */
    private final class Opening implements Sessions {
      @Override
      public Optional<Sessions.Shown> shown() {
        return shown.select();
      }

      @Override
      public <T> T open(List<Path> readable, Function<DuckSession, T> work) {
        return engine.session(
            context.caller(),
            new QueryEngine.Tables(tables, readable),
            context.run(),
            open -> {
              inputs = open.inputs();
              return work.apply(open.session());
            });
      }
    }
  }
}
