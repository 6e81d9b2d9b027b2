package io.boathouse.sql.statement;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.function.FunctionDefinition;
import io.boathouse.catalog.function.FunctionService;
import io.boathouse.catalog.function.SqlFunction;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.govern.CheckedQuery;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.govern.QueryChecker;
import io.boathouse.sql.grammar.Statement.CreateFunction;
import io.boathouse.sql.grammar.Statement.Describe;
import io.boathouse.sql.grammar.Statement.Drop;
import io.boathouse.sql.grammar.Statement.Existing;
import io.boathouse.sql.statement.TableStatements.Context;
import io.boathouse.table.type.DataType;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Statements that make, drop and describe functions. */
final class FunctionStatements {
  private static final int MAX_BODY = 32_768;

  private final FunctionService functions;
  private final QueryChecker checker;
  private final QueryEngine engine;

  FunctionStatements(FunctionService functions, QueryChecker checker, QueryEngine engine) {
    this.functions = functions;
    this.checker = checker;
    this.engine = engine;
  }

  void create(Context context, CreateFunction statement) {
    FullName name = context.table(statement.name());
    Optional<FunctionDefinition> present = functions.find(context.caller(), name);
    context.sink().columns(List.of());
    if (present.isPresent() && statement.existing() == Existing.KEEP) {
      return;
    }
    ObjectNode definition = definition(context, statement, name, present);
    if (present.isPresent() && statement.existing() == Existing.REPLACE) {
      FunctionDefinition unused =
          functions.replace(context.caller(), name, statement.comment(), definition);
    } else {
      FunctionDefinition unused =
          functions.create(context.caller(), name, statement.comment(), definition);
    }
  }

  /** The definition, once the engine has seen that it fits its types. */
  private ObjectNode definition(
      Context context,
      CreateFunction statement,
      FullName name,
      Optional<FunctionDefinition> present) {
    SqlFunction function = function(statement);
    ObjectNode definition = function.definition(name.name());
    CheckedQuery value =
        checker.function(
            context.caller(),
            new FunctionDefinition(
                written(context.caller(), name, present, statement.comment()), definition));
    List<ResultColumn> unused =
        engine.open(context.caller(), value, context.run(), QueryEngine.OpenQuery::columns);
    if (!value.tables().isEmpty()) {
      definition.put("sql_data_access", "READS_SQL_DATA");
      var dependencies = definition.putObject("routine_dependencies").putArray("dependencies");
      value
          .tables()
          .forEach(
              table ->
                  dependencies
                      .addObject()
                      .putObject("table")
                      .put("table_full_name", table.name().toString()));
    }
    return definition;
  }

  private static SqlFunction function(CreateFunction statement) {
    if (statement.body().text().length() > MAX_BODY) {
      throw StatementErrors.unsupported(
          "A body of more than " + MAX_BODY + " characters", "Call smaller functions from it.");
    }
    Set<String> names = new HashSet<>();
    for (CreateFunction.Parameter parameter : statement.parameters()) {
      if (!names.add(parameter.name().toLowerCase(Locale.ROOT))) {
        throw StatementErrors.unsupported(
            "Two parameters of the name '" + parameter.name() + "'", "Rename one.");
      }
    }
    return new SqlFunction(
        statement.parameters().stream()
            .map(
                parameter ->
                    new SqlFunction.Parameter(
                        parameter.name(),
                        DataType.parse(parameter.type()).text(),
                        parameter.comment()))
            .toList(),
        DataType.parse(statement.returns()).text(),
        statement.body().text(),
        statement.deterministic());
  }

  /** The securable as it will be; only its name and owner count. */
  private static Securable written(
      Caller caller,
      FullName name,
      Optional<FunctionDefinition> present,
      Optional<String> comment) {
    return new Securable(
        present.map(function -> function.securable().id()).orElseGet(UUID::randomUUID),
        SecurableType.FUNCTION,
        name,
        Optional.empty(),
        List.of(),
        caller.principal(),
        comment,
        Map.of(),
        Instant.EPOCH,
        caller.principal(),
        Instant.EPOCH,
        caller.principal());
  }

  void drop(Caller caller, Drop statement, NameDefaults defaults) {
    FullName name = defaults.table(statement.name());
    if (statement.ifExists() && functions.find(caller, name).isEmpty()) {
      return;
    }
    functions.delete(caller, name);
  }

  void describe(Caller caller, Describe statement, NameDefaults defaults, RowSink sink) {
    FunctionDefinition function = functions.get(caller, defaults.table(statement.name()));
    sink.columns(ListingStatements.texts("function_desc"));
    Securable securable = function.securable();
    boolean unused = sink.row(List.of("Function:      " + securable.name()));
    Optional<SqlFunction> sql = SqlFunction.of(function);
    if (sql.isPresent()) {
      unused = sink.row(List.of("Type:          SCALAR"));
      unused = sink.row(List.of("Input:         " + parameters(sql.get())));
      unused = sink.row(List.of("Returns:       " + sql.get().returns().toUpperCase(Locale.ROOT)));
    }
    if (statement.extended()) {
      unused = sink.row(List.of("Comment:       " + securable.comment().orElse("")));
      unused = sink.row(List.of("Owner:         " + securable.owner()));
      sql.ifPresent(
          body -> {
            boolean unusedRow = sink.row(List.of("Deterministic: " + body.deterministic()));
            unusedRow = sink.row(List.of("Body:          " + body.body()));
          });
    }
  }

  private static String parameters(SqlFunction function) {
    return function.parameters().isEmpty()
        ? "()"
        : function.parameters().stream()
            .map(parameter -> parameter.name() + " " + parameter.type().toUpperCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
  }
}
