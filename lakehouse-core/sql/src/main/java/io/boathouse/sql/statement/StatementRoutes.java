package io.boathouse.sql.statement;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.warehouse.SessionService;
import java.util.OptionalLong;

/** Statement Execution endpoints of the workspace API. */
public final class StatementRoutes implements Routes {
  private static final String RESULTS = "/api/2.0/sql/results/";
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

  static final Endpoint CONTENT =
      new Endpoint(GET, RESULTS + ":token", "readStatementResult")
          .requires(
              Permission.open(
                  "the signed address names statement, chunk and end, and the right of whoever ran"
                      + " the statement is asked at every use"));

  private final StatementService statements;
  private final SessionService sessions;

  public StatementRoutes(StatementService statements, SessionService sessions) {
    this.statements = statements;
    this.sessions = sessions;
  }

  @Override
  public void mount(Api api) {
    api.handle(SUBMIT, ErrorFormat.DATABRICKS, this::submit);
    api.handle(READ, ErrorFormat.DATABRICKS, this::get);
    api.handle(CHUNK, ErrorFormat.DATABRICKS, this::chunk);
    api.handle(CANCEL, ErrorFormat.DATABRICKS, this::cancel);
    api.handle(CONTENT, ErrorFormat.DATABRICKS, this::content);
    api.handle(CLOSE, ErrorFormat.DATABRICKS, this::close);
  }

  private Reply submit(Request request) {
    StatementWire.Submitted submitted = request.json(StatementWire.Submitted.class);
    var session =
        submitted
            .sessionId()
            .filter(id -> !id.isEmpty())
            .map(id -> sessions.get(request.caller(), id));
    return shown(request, statements.submit(request.caller(), submitted.toRequest(session)));
  }

  private Reply get(Request request) {
    return shown(request, statements.get(request.caller(), request.pathParam("id")));
  }

  private Reply shown(Request request, StatementView view) {
    ObjectNode reply = StatementWire.reply(view);
    if (view.state() instanceof StatementState.Succeeded) {
      reply.set("result", chunk(request, view.id().toString(), 0));
    }
    return Reply.of(reply);
  }

  private Reply chunk(Request request) {
    return Reply.of(chunk(request, request.pathParam("id"), request.longPathParam("index")));
  }

  private ObjectNode chunk(Request request, String id, long index) {
    Caller caller = request.caller();
    FetchedChunk chunk = statements.chunk(caller, id, index);
    if (chunk.result().isInReply()) {
      return ResultWire.inReply(chunk);
    }
    LinkTokens.Link link = statements.link(chunk);
    return ResultWire.linked(chunk, link, request.origin() + RESULTS + statements.token(link));
  }

  /** Whatever token a client sends along is not looked at. */
  private Reply content(Request request) {
    FetchedChunk chunk = statements.linked(request.pathParam("token"));
    return Reply.stream(
            ChunkWriter.mediaType(chunk.form().format()),
            OptionalLong.of(chunk.chunk().bytes()),
            chunk::writeTo)
        .withHeader("Cache-Control", "private, no-store")
        .withHeader("X-Content-Type-Options", "nosniff")
        .withHeader("Content-Disposition", "attachment");
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
