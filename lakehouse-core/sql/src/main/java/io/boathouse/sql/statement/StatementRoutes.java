package io.boathouse.sql.statement;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Optional;

/** Statement Execution endpoints of the workspace API. */
public final class StatementRoutes implements Routes {
  private static final Permission OWN = Permission.authenticated("the caller's own statements");

  static final Endpoint SUBMIT =
      new Endpoint(POST, StatementWire.ROOT, "executeStatement")
          .requires(
              Permission.authenticated("each statement asks for the privileges that it needs"));
  static final Endpoint READ =
      new Endpoint(GET, StatementWire.ROOT + "/:id", "getStatement").requires(OWN);
  static final Endpoint CHUNK =
      new Endpoint(GET, StatementWire.ROOT + "/:id/result/chunks/:index", "getStatementResultChunk")
          .requires(OWN);
  static final Endpoint CANCEL =
      new Endpoint(POST, StatementWire.ROOT + "/:id/cancel", "cancelStatement").requires(OWN);
  static final Endpoint CLOSE =
      new Endpoint(DELETE, StatementWire.ROOT + "/:id", "closeStatement").requires(OWN);

  private final StatementService statements;

  public StatementRoutes(StatementService statements) {
    this.statements = statements;
  }

  @Override
  public void mount(Api api) {
    api.handle(SUBMIT, ErrorFormat.DATABRICKS, this::submit);
    api.handle(READ, ErrorFormat.DATABRICKS, this::get);
    api.handle(CHUNK, ErrorFormat.DATABRICKS, this::chunk);
    api.handle(CANCEL, ErrorFormat.DATABRICKS, this::cancel);
    api.handle(CLOSE, ErrorFormat.DATABRICKS, this::close);
  }

  private Reply submit(Request request) {
    StatementRequest wanted = request.json(StatementWire.Submitted.class).toRequest();
    return shown(request.caller(), statements.submit(request.caller(), wanted));
  }

  private Reply get(Request request) {
    return shown(request.caller(), statements.get(request.caller(), request.pathParam("id")));
  }

  private Reply shown(Caller caller, StatementView view) {
    Optional<String> rows =
        view.state() instanceof StatementState.Succeeded
            ? Optional.of(statements.rows(caller, view.id().toString(), 0))
            : Optional.empty();
    return Reply.of(StatementWire.reply(view, rows));
  }

  private Reply chunk(Request request) {
    String id = request.pathParam("id");
    long index = request.longPathParam("index");
    String rows = statements.rows(request.caller(), id, index);
    StatementView view = statements.get(request.caller(), id);
    if (!(view.state() instanceof StatementState.Succeeded(StatementResult result))) {
      throw StatementErrors.noResult(view.state().word());
    }
    return Reply.of(StatementWire.chunk(view.id(), result, result.chunks().get((int) index), rows));
  }

  private Reply cancel(Request request) {
    statements.cancel(request.caller(), request.pathParam("id"));
    return Reply.empty();
  }

  private Reply close(Request request) {
    statements.close(request.caller(), request.pathParam("id"));
    return Reply.empty();
  }
}
