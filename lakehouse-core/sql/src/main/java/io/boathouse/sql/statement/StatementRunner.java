package io.boathouse.sql.statement;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.Cancellation;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.engine.RunLimits;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.govern.QueryText;
import io.boathouse.sql.govern.TableViews.Input;
import io.boathouse.sql.grammar.Statement;
import io.boathouse.sql.grammar.StatementParser;
import java.util.List;
import java.util.Map;

/** Reads a statement and has it run by whoever knows its kind. */
final class StatementRunner {
  private final QueryChecker checker;
  private final QueryEngine engine;
  private final DefinitionStatements definitions;
  private final ListingStatements listings;
  private final RunLimits limits;

  StatementRunner(
      QueryChecker checker,
      QueryEngine engine,
      DefinitionStatements definitions,
      ListingStatements listings,
      RunLimits limits) {
    this.checker = checker;
    this.engine = engine;
    this.definitions = definitions;
    this.listings = listings;
    this.limits = limits;
  }

  /**
   * Runs the request's statement.
   *
   * @param sink gets the columns, even if there are none, and the rows
   * @return the kind of the statement
   */
  String run(Caller caller, StatementRequest request, Cancellation cancellation, RowSink sink) {
    Statement statement = StatementParser.parse(request.sql());
    NameDefaults defaults = request.defaults();
    switch (statement) {
      case Statement.Query query -> {
        QueryText text = new QueryText(query.text(), request.parameters(), defaults, Map.of());
        List<Input> unused =
            engine.run(
                caller,
                checker.check(caller, text),
                new QueryEngine.Run(limits, cancellation),
                sink);
      }
      case Statement.Show show -> listings.show(caller, show, defaults, sink);
      case Statement.ShowGrants show -> listings.grants(caller, show, defaults, sink);
      case Statement.Describe describe -> listings.describe(caller, describe, defaults, sink);
      case Statement.CreateCatalog create -> definitions.create(caller, create);
      case Statement.CreateSchema create -> definitions.create(caller, create, defaults);
      case Statement.Drop drop -> definitions.drop(caller, drop, defaults);
      case Statement.ChangeGrant change -> definitions.change(caller, change, defaults);
      case Statement.DescribeHistory describe ->
          throw StatementErrors.unsupported("DESCRIBE HISTORY", "");
      case Statement.CreateTable create -> throw StatementErrors.unsupported("CREATE TABLE", "");
      case Statement.Insert insert -> throw StatementErrors.unsupported("INSERT", "");
    }
    return statement.kind();
  }
}
