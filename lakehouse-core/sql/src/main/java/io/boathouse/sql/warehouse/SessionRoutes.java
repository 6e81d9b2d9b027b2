package io.boathouse.sql.warehouse;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.govern.NameDefaults;
import java.util.Map;
import java.util.Optional;

/** The sessions that drivers open before they send statements. */
public final class SessionRoutes implements Routes {
  private static final Permission OWN =
      Permission.authenticated("a session of the caller's own, on a warehouse that it may use");

  static final Endpoint CREATE =
      new Endpoint(POST, "/api/2.0/sql/sessions", "createSession").requires(OWN);
  static final Endpoint CREATE_ON_WAREHOUSE =
      new Endpoint(POST, "/api/2.0/sql/warehouses/:id/sessions", "createSqlSession").requires(OWN);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, "/api/2.0/sql/sessions/:id", "deleteSession").requires(OWN);

  private final SessionService sessions;

  public SessionRoutes(SessionService sessions) {
    this.sessions = sessions;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(CREATE_ON_WAREHOUSE, ErrorFormat.DATABRICKS, this::createOnWarehouse);
    api.handle(REMOVE, ErrorFormat.DATABRICKS, this::delete);
  }

  record Wanted(
      @JsonProperty("warehouse_id") Optional<String> warehouseId,
      @JsonProperty("catalog") Optional<String> catalog,
      @JsonProperty("schema") Optional<String> schema,
      @JsonProperty("session_confs") Optional<Map<String, String>> settings) {
    SessionService.NewSession on(String warehouse) {
      return new SessionService.NewSession(
          warehouse, NameDefaults.STANDARD.with(catalog, schema), settings.orElse(Map.of()));
    }
  }

  record Opened(@JsonProperty("session_id") String id) {}

  private Reply create(Request request) {
    Wanted wanted = request.json(Wanted.class);
    String warehouse =
        wanted.warehouseId().orElseThrow(() -> HttpErrors.missingParameter("warehouse_id"));
    return opened(request, wanted, warehouse);
  }

  private Reply createOnWarehouse(Request request) {
    return opened(request, request.json(Wanted.class), request.pathParam("id"));
  }

  private Reply opened(Request request, Wanted wanted, String warehouse) {
    Session session = sessions.create(request.caller(), wanted.on(warehouse));
    return Reply.of(new Opened(session.id().toString()));
  }

  private Reply delete(Request request) {
    sessions.delete(request.caller(), request.pathParam("id"));
    return Reply.empty();
  }
}
