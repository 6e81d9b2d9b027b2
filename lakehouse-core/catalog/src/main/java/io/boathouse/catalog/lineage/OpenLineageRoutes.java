package io.boathouse.catalog.lineage;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;

/** Where clients of OpenLineage send their events. */
public final class OpenLineageRoutes implements Routes {
  static final Endpoint POST =
      new Endpoint(Method.POST, "/api/v1/lineage", "postOpenLineageEvent")
          .requires(
              Permission.authenticated(
                  "SELECT on each table that the event reads, MODIFY on each that it writes"));

  private static final int CREATED = 201;

  private final OpenLineageService service;

  public OpenLineageRoutes(OpenLineageService service) {
    this.service = service;
  }

  @Override
  public void mount(Api api) {
    api.handle(POST, ErrorFormat.DATABRICKS, this::post);
  }

  private Reply post(Request request) {
    service.accept(request.caller(), OpenLineageEvent.of(request.json()));
    return Reply.status(CREATED);
  }
}
