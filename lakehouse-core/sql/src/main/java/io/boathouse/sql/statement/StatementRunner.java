package io.boathouse.sql.statement;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.grammar.AccessStatement;
import io.boathouse.sql.grammar.DescriptionStatement;
import io.boathouse.sql.grammar.Listing;
import io.boathouse.sql.grammar.MaintenanceStatement;
import io.boathouse.sql.grammar.SessionStatement;
import io.boathouse.sql.grammar.Statement;
import io.boathouse.sql.grammar.Statement.ObjectType;
import io.boathouse.sql.grammar.StatementParser;
import io.boathouse.sql.grammar.ViewStatement;
import io.boathouse.sql.statement.TableStatements.Context;

/** Reads a statement and has it run by whoever knows its kind. */
final class StatementRunner {
  private final QueryEngine engine;
  private final TableStatements tables;
  private final RowStatements rows;
  private final DefinitionStatements definitions;
  private final ListingStatements listings;
  private final MaintenanceStatements maintenance;
  private final CloneStatements clones;
  private final CopyStatements copies;
  private final SessionStatements sessions;
  private final MetadataStatements metadata;
  private final ResultRights rights;
  private final FunctionStatements functions;
  private final PolicyStatements policies;
  private final Descriptions descriptions;
  private final RunLimits limits;
  private final StatementLineage lineage;

  /** The statements by their kinds. */
  record Kinds(
      TableStatements tables,
      RowStatements rows,
      DefinitionStatements definitions,
      ListingStatements listings,
      MaintenanceStatements maintenance,
      CloneStatements clones,
      CopyStatements copies,
      SessionStatements sessions,
      MetadataStatements metadata,
      FunctionStatements functions,
      PolicyStatements policies,
      Descriptions descriptions,
      StatementLineage lineage) {}

  /** Statements about views, and about what is said of things. */
  record Descriptions(
      ViewStatements views, DescribeStatements describing, DescriptionStatements things) {}

  StatementRunner(QueryEngine engine, Kinds kinds, ResultRights rights, RunLimits limits) {
    this.engine = engine;
    this.tables = kinds.tables();
    this.rows = kinds.rows();
    this.definitions = kinds.definitions();
    this.listings = kinds.listings();
    this.maintenance = kinds.maintenance();
    this.clones = kinds.clones();
    this.copies = kinds.copies();
    this.sessions = kinds.sessions();
    this.metadata = kinds.metadata();
    this.rights = rights;
    this.functions = kinds.functions();
    this.policies = kinds.policies();
    this.descriptions = kinds.descriptions();
    this.limits = limits;
    this.lineage = kinds.lineage();
  }

  /**
   * Runs a statement.
   *
   * @param sink gets the columns, even if there are none, and the rows
   */
  void run(ExecutedStatement executed, RowSink sink) {
    Caller caller = executed.caller();
    StatementRequest request = executed.request();
    Statement statement = StatementParser.parse(request.sql());
    executed.is(statement.kind());
    QueryEngine.Run run =
        new QueryEngine.Run(
            request.within(
                executed.warehouse().limits().deadline().map(RunLimits::new).orElse(limits)),
            executed.cancellation(),
            executed.reads(),
            executed.warehouse().id(),
            executed.id().toString(),
            request.mayBeRecalled());
    switch (statement) {
      case Statement.Query query -> {
        CheckedQuery checked = tables.check(new Context(caller, request, run, sink), query);
        executed.comesFrom(rights.sources(caller, checked.tables()));
        lineage.read(executed, checked, engine.run(caller, checked, run, sink));
      }
      case Statement.CreateTable create ->
          tables.create(new Context(caller, request, run, sink), create, policies);
      case Statement.CreateFunction create ->
          functions.create(new Context(caller, request, run, sink), create);
      case Statement.Insert insert when insert.replaceWhere().isPresent() ->
          rows.replace(new Context(caller, request, run, sink), insert);
      case Statement.Insert insert ->
          tables.insert(new Context(caller, request, run, sink), insert);
      case Statement.AlterTable alter ->
          tables.alter(new Context(caller, request, run, sink), alter);
      case Statement.Delete delete -> rows.delete(new Context(caller, request, run, sink), delete);
      case Statement.Update update -> rows.update(new Context(caller, request, run, sink), update);
      case Statement.CopyInto copy -> copies.run(new Context(caller, request, run, sink), copy);
      case Statement.Merge merge -> rows.merge(new Context(caller, request, run, sink), merge);
      case MaintenanceStatement.DescribeHistory describe ->
          tables.history(new Context(caller, request, run, sink), describe.name());
      case MaintenanceStatement.Clone clone ->
          clones.run(new Context(caller, request, run, sink), clone);
      case SessionStatement session -> sessions.run(caller, session, request, sink);
      case Listing listing -> metadata.list(caller, listing, request.defaults(), sink);
      case MaintenanceStatement one ->
          maintenance.run(new Context(caller, request, run, sink), one);
      case Statement.Describe describe when describe.type() == ObjectType.TABLE ->
          descriptions
              .describing()
              .describe(
                  new Context(caller, request, run, sink), describe.name(), describe.extended());
      case ViewStatement.ShowCreate show ->
          descriptions
              .describing()
              .showCreate(new Context(caller, request, run, sink), show.name());
      case ViewStatement view ->
          descriptions.views().run(new Context(caller, request, run, sink), view);
      case DescriptionStatement one ->
          descriptions.things().run(caller, one, request.defaults(), sink);
      case AccessStatement access -> access(caller, access, request.defaults(), sink);
      default -> names(caller, statement, request.defaults(), sink);
    }
  }

  /** Statements about who may see what. */
  private void access(
      Caller caller, AccessStatement statement, NameDefaults defaults, RowSink sink) {
    switch (statement) {
      case AccessStatement.ShowGrants show -> listings.grants(caller, show, defaults, sink);
      case AccessStatement.ChangePolicy change -> policies.change(caller, change, defaults);
      case AccessStatement.ChangeGrant change -> definitions.change(caller, change, defaults);
      case AccessStatement.CreatePolicy create -> policies.create(caller, create, defaults);
      case AccessStatement.DropPolicy drop -> policies.drop(caller, drop, defaults);
      case AccessStatement.ShowPolicies show -> policies.show(caller, show, defaults, sink);
      case AccessStatement.DescribePolicy one -> policies.describe(caller, one, defaults, sink);
    }
  }

  /** Statements about names and grants alone. */
  private void names(Caller caller, Statement statement, NameDefaults defaults, RowSink sink) {
    switch (statement) {
      case Statement.Show show -> listings.show(caller, show, defaults, sink);
      case Statement.Describe describe when describe.type() == ObjectType.FUNCTION ->
          functions.describe(caller, describe, defaults, sink);
      case Statement.Describe describe -> listings.describe(caller, describe, defaults, sink);
      case Statement.CreateCatalog create -> definitions.create(caller, create);
      case Statement.CreateSchema create -> definitions.create(caller, create, defaults);
      case Statement.Drop drop when drop.type() == ObjectType.FUNCTION ->
          functions.drop(caller, drop, defaults);
      case Statement.Drop drop -> definitions.drop(caller, drop, defaults);
      case Statement.Undrop undrop -> definitions.undrop(caller, undrop, defaults);
      case Statement.ShowDropped show -> listings.dropped(caller, show, defaults, sink);
      case Statement.OfAccess access -> throw new IllegalArgumentException(access.kind());
      case Statement.Query data -> throw new IllegalArgumentException(data.kind());
      case Statement.CreateTable data -> throw new IllegalArgumentException(data.kind());
      case Statement.CreateFunction data -> throw new IllegalArgumentException(data.kind());
      case Statement.Insert data -> throw new IllegalArgumentException(data.kind());
      case Statement.OfMaintenance data -> throw new IllegalArgumentException(data.kind());
      case Statement.AlterTable data -> throw new IllegalArgumentException(data.kind());
      case Statement.Delete data -> throw new IllegalArgumentException(data.kind());
      case Statement.Update data -> throw new IllegalArgumentException(data.kind());
      case Statement.CopyInto data -> throw new IllegalArgumentException(data.kind());
      case Statement.Merge data -> throw new IllegalArgumentException(data.kind());
      case Statement.OfViews data -> throw new IllegalArgumentException(data.kind());
      case Statement.OfDescriptions data -> throw new IllegalArgumentException(data.kind());
      case Statement.OfSession data -> throw new IllegalArgumentException(data.kind());
      case Statement.OfMetadata data -> throw new IllegalArgumentException(data.kind());
    }
  }
}
