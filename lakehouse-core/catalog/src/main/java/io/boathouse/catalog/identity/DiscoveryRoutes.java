package io.boathouse.catalog.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.function.LongSupplier;

/**
 * What Databricks clients ask before anything else. There is no OAuth here, and the answers say so:
 * the first names no OAuth address, the second is a 404, and clients go on with their token.
 */
public final class DiscoveryRoutes implements Routes {
  private static final Permission OPEN =
      Permission.open("clients ask before they log in; it tells only the workspace's number");

  static final Endpoint CONFIG =
      new Endpoint(Method.GET, "/.well-known/databricks-config", "databricksConfig").requires(OPEN);
  static final Endpoint OAUTH =
      new Endpoint(
              Method.GET,
              "/oidc/.well-known/oauth-authorization-server",
              "oauthAuthorizationServer")
          .requires(OPEN);

  private final LongSupplier workspaceId;

  /** Creates the endpoints. @param workspaceId the number of this installation */
  public DiscoveryRoutes(LongSupplier workspaceId) {
    this.workspaceId = workspaceId;
  }

  @Override
  public void mount(Api api) {
    api.handle(CONFIG, ErrorFormat.DATABRICKS, this::config);
    api.handle(OAUTH, ErrorFormat.DATABRICKS, DiscoveryRoutes::oauth);
  }

  record ConfigBody(@JsonProperty("workspace_id") String workspaceId) {}

  private Reply config(Request request) {
    return Reply.of(new ConfigBody(Long.toString(workspaceId.getAsLong())));
  }

  private static Reply oauth(Request request) {
    throw IdentityErrors.oauthNotOffered();
  }
}
