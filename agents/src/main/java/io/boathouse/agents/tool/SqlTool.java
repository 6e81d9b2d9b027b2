package io.boathouse.agents.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.statement.StatementRequest;
import io.boathouse.sql.statement.StatementResult;
import io.boathouse.sql.statement.StatementService;
import io.boathouse.sql.statement.StatementState;
import io.boathouse.sql.statement.StatementView;
import io.boathouse.sql.warehouse.Warehouse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Runs one SQL statement under the caller's grants and policies, with at most so many rows. */
public final class SqlTool implements Tool {
  private static final int MAX_ROWS = 1_000;
  private static final long MAX_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final StatementService statements;
  private final ToolSpec spec;

  public SqlTool(StatementService statements) {
    this.statements = statements;
    ObjectNode schema = Schemas.object();
    ObjectNode unused =
        Schemas.property(schema, "sql", "string", "One SELECT, SHOW or DESCRIBE statement.")
            .put("maxLength", 100_000);
    ObjectNode unusedToo =
        Schemas.property(schema, "max_rows", "integer", "Rows to return, 100 unless given.")
            .put("minimum", 1)
            .put("maximum", MAX_ROWS);
    Schemas.required(schema, "sql");
    this.spec =
        new ToolSpec(
            "sql_query",
            "Governed SQL",
            "Runs one SQL statement on the lakehouse with your own rights and returns its rows."
                + " Names are catalog.schema.table; find them with catalog_search.",
            schema,
            false);
  }

  @Override
  public ToolSpec spec() {
    return spec;
  }

  @Override
  public ToolResult call(Caller caller, ObjectNode arguments, ToolProgress progress) {
    long rows = arguments.path("max_rows").asLong(100);
    StatementView view =
        statements.submit(
            caller,
            new StatementRequest(
                arguments.path("sql").textValue(),
                Warehouse.DEFAULT_ID,
                NameDefaults.STANDARD,
                List.of(),
                OptionalLong.of(rows),
                OptionalLong.of(MAX_BYTES),
                PATIENCE,
                StatementRequest.OnTimeout.CANCEL));
    return switch (view.state()) {
      case StatementState.Succeeded(StatementResult result) ->
          ToolResult.of(reply(caller, view, result));
      case StatementState.Failed failed ->
          throw ToolErrors.statementFailed(failed.code(), failed.message(), failed.sqlState());
      case StatementState.Pending p -> throw tooLong();
      case StatementState.Running r -> throw tooLong();
      case StatementState.Canceled c -> throw tooLong();
      case StatementState.Closed c -> throw tooLong();
    };
  }

  private static RuntimeException tooLong() {
    return ToolErrors.statementFailed(
        "DEADLINE_EXCEEDED",
        "the statement took longer than %d s; ask for less".formatted(PATIENCE.toSeconds()),
        "");
  }

  private JsonNode reply(Caller caller, StatementView view, StatementResult result) {
    ObjectNode reply = Json.mapper().createObjectNode();
    ArrayNode columns = reply.putArray("columns");
    result.columns().forEach(column -> columns.add(column.name()));
    String rows = result.chunks().isEmpty() ? "[]" : statements.rows(caller, id(view), 0);
    reply.set("rows", Json.parse(rows.getBytes(StandardCharsets.UTF_8)));
    reply.put("truncated", result.truncated());
    return reply;
  }

  private static String id(StatementView view) {
    return view.id().toString();
  }
}
