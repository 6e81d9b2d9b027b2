package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.lineage.ColumnFlow;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.ResultType;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.ColumnLineage;
import io.boathouse.sql.govern.ModelCalls;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.grammar.Statement;
import io.boathouse.sql.grammar.Statement.AlterTable;
import io.boathouse.sql.grammar.Statement.CreateTable;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.grammar.Statement.Insert;
import io.boathouse.sql.grammar.ValueList;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.Table;
import io.boathouse.table.write.TableAlteration;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Statements that make, fill and describe tables. */
final class TableStatements {
  private static final int HISTORY = 1000;

  private final Rooms rooms;
  private final QueryChecker checker;
  private final QueryEngine engine;

  /** What is asked of other modules. */
  record Rooms(
      TableService tables,
      TableReader reader,
      RelationService relations,
      PolicyService policies,
      StatementLineage lineage,
      ModelCalls models) {}

  TableStatements(Rooms rooms, QueryChecker checker, QueryEngine engine) {
    this.rooms = rooms;
    this.checker = checker;
    this.engine = engine;
  }

  /** How one statement runs. */
  record Context(Caller caller, StatementRequest request, QueryEngine.Run run, RowSink sink) {
    FullName table(List<String> path) {
      return request.defaults().table(path);
    }

    void affected(long rows) {
      sink.columns(List.of(count("num_affected_rows"), count("num_inserted_rows")));
      boolean unused = sink.row(List.of(rows, rows));
    }

    /** One row of counts by their names. */
    void answer(Map<String, Long> counts) {
      sink.columns(counts.keySet().stream().map(Context::count).toList());
      boolean unused = sink.row(List.copyOf(counts.values()));
    }

    private static ResultColumn count(String name) {
      return new ResultColumn(name, ResultType.whole());
    }
  }

  void create(Context context, CreateTable statement, PolicyStatements policies) {
    FullName name = context.table(statement.name());
    boolean exists = rooms.relations().find(context.caller(), name).isPresent();
    if (exists && statement.existing() == Existing.KEEP) {
      context.sink().columns(List.of());
      return;
    }
    if (statement.query().isPresent()) {
      boolean replace = exists && statement.existing() == Existing.REPLACE;
      long rows = createAs(context, statement, name, statement.query().get(), replace);
      cluster(context, name, statement, !replace);
      context.affected(rows);
      return;
    }
    if (exists && statement.existing() == Existing.REPLACE) {
      throw StatementErrors.unsupported(
          "Replacing an existing table by an empty one", "Drop the table first.");
    }
    TableSchema schema = ColumnDefinitions.schema(statement.columns());
    Table unused = rooms.tables().create(context.caller(), newTable(statement, name, schema));
    cluster(context, name, statement, true);
    protect(context, name, statement, policies);
    context.sink().columns(List.of());
  }

  /** What CLUSTER BY asks of a table that is there by now; a new one goes again if it cannot be. */
  private void cluster(Context context, FullName name, CreateTable statement, boolean isNew) {
    List<String> columns = statement.options().clusteredBy();
    if (columns.isEmpty()) {
      return;
    }
    try {
      rooms.tables().alter(context.caller(), name, new TableAlteration.ClusterBy(columns));
    } catch (LakeException e) {
      if (isNew) {
        rooms.tables().purge(context.caller(), name);
      }
      throw e;
    }
  }

  /** A table that was to be protected and cannot be goes again; nothing is in it yet. */
  private void protect(
      Context context, FullName name, CreateTable statement, PolicyStatements policies) {
    try {
      statement
          .policies()
          .forEach(
              clause ->
                  policies.change(context.caller(), name, clause, context.request().defaults()));
    } catch (LakeException e) {
      rooms.tables().purge(context.caller(), name);
      throw e;
    }
  }

  private long createAs(
      Context context,
      CreateTable statement,
      FullName name,
      Statement.Query query,
      boolean replace) {
    OwnRows own = new OwnRows(name, check(context, query));
    return own.open(
        engine,
        context,
        open -> {
          Rows rows = own.rows(open, ColumnDefinitions.named(open));
          Commit commit =
              replace
                  ? rooms
                      .tables()
                      .overwrite(
                          context.caller(), name, rows, options("REPLACE TABLE AS SELECT", open))
                  : rooms
                      .tables()
                      .createAs(
                          context.caller(),
                          newTable(statement, name, new TableSchema(List.of())),
                          rows,
                          options("CREATE TABLE AS SELECT", open));
          List<String> names = open.columns().stream().map(ResultColumn::name).toList();
          rooms
              .lineage()
              .written(
                  context,
                  new StatementLineage.Made(
                      name, commit, sources(open), flows(own, open, names), replace));
          return commit.rows();
        });
  }

  private static NewTable newTable(CreateTable statement, FullName name, TableSchema schema) {
    return new NewTable(
        name,
        schema,
        statement.options().partitionedBy(),
        statement.options().properties(),
        statement.options().comment(),
        statement.options().location());
  }

  /** The word DEFAULT is no part of a query, so that what it means takes its place. */
  static Insert withoutDefaults(Context context, Rooms rooms, Insert insert) {
    return ValueList.withDefaults(insert.query())
        .map(
            values ->
                ColumnDefinitions.withoutDefaults(
                    insert,
                    values,
                    rooms.tables().schema(context.caller(), context.table(insert.name()))))
        .orElse(insert);
  }

  void insert(Context context, Insert written) {
    FullName name = context.table(written.name());
    Relation target = rooms.relations().require(context.caller(), Privilege.MODIFY, name);
    Insert statement = withoutDefaults(context, rooms, written);
    OwnRows own = new OwnRows(name, check(context, statement.query()));
    long rows =
        own.open(
            engine,
            context,
            open -> {
              Rows source = own.rows(open, ColumnDefinitions.assigned(open, statement, target));
              Commit commit =
                  statement.overwrite()
                      ? rooms
                          .tables()
                          .overwrite(context.caller(), name, source, options(statement, open))
                      : rooms
                          .tables()
                          .append(context.caller(), name, source, options(statement, open));
              List<String> names = ColumnDefinitions.names(open, statement, target);
              rooms
                  .lineage()
                  .written(
                      context,
                      new StatementLineage.Made(
                          name,
                          commit,
                          sources(open),
                          flows(own, open, names),
                          statement.overwrite()));
              return commit.rows();
            });
    context.affected(rows);
  }

  private static List<ColumnFlow> flows(OwnRows own, OpenQuery open, List<String> names) {
    return StatementLineage.flows(own.query(), ColumnLineage.relations(open.inputs()), names);
  }

  void alter(Context context, AlterTable statement) {
    FullName name = context.table(statement.name());
    Relation unused = rooms.relations().require(context.caller(), Privilege.MODIFY, name);
    TableAlteration alteration = Alterations.of(statement.clause(), checker);
    rooms.tables().alter(context.caller(), name, alteration);
    context.sink().columns(List.of());
  }

  private static StatementLineage.Sources sources(OpenQuery open) {
    return new StatementLineage.Sources(open.inputs(), open.answered().get());
  }

  /** A query that may ask models. */
  CheckedQuery check(Context context, Statement.Query query) {
    StatementRequest request = context.request();
    return checker.check(
        context.caller(),
        new QueryText(query.text(), request.parameters(), request.defaults(), Map.of()),
        rooms.models());
  }

  private static WriteOptions options(Insert statement, OpenQuery open) {
    WriteOptions options = options(statement.overwrite() ? "WRITE" : "INSERT", open);
    if (statement.overwrite()) {
      Map<String, String> parameters = new HashMap<>(options.metadata());
      parameters.put("mode", "Overwrite");
      parameters.put("partitionBy", "[]");
      options = new WriteOptions(options.operation(), options.transaction(), parameters);
    }
    return statement.evolving() ? options.mergingSchema() : options;
  }

  /** The history of the table names the versions that the rows came from. */
  private static WriteOptions options(String operation, OpenQuery open) {
    String sources =
        open.inputs().stream()
            .map(input -> input.name() + "@" + input.version().orElse(0))
            .reduce((left, right) -> left + "," + right)
            .orElse("");
    return new WriteOptions(
        operation, Optional.empty(), sources.isEmpty() ? Map.of() : Map.of("sources", sources));
  }

  void history(Context context, List<String> path) {
    context.sink().columns(ColumnDefinitions.HISTORY);
    for (Commit commit : rooms.reader().history(context.caller(), context.table(path), HISTORY)) {
      boolean more =
          context
              .sink()
              .row(
                  List.of(
                      commit.version(),
                      commit.at(),
                      commit.operation(),
                      commit.parameters(),
                      commit.rows(),
                      commit.files(),
                      commit.bytes(),
                      commit.metrics()));
      if (!more) {
        return;
      }
    }
  }
}
