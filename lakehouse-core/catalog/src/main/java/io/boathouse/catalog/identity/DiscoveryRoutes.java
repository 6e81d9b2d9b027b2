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

/** What Databricks clients ask before anything else: who we are, and where tokens are had. */
final class DiscoveryRoutes implements Routes {
  private static final Permission OPEN =
      Permission.open("clients ask before they log in; it tells only the workspace's number");

  static final Endpoint CONFIG =
      new Endpoint(Method.GET, "/.well-known/databricks-config", "databricksConfig").requires(OPEN);
  private final Installation installation;

  DiscoveryRoutes(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void mount(Api api) {
    api.handle(CONFIG, ErrorFormat.DATABRICKS, this::config);
  }

  record ConfigBody(
      @JsonProperty("oidc_endpoint") String oidcEndpoint,
      @JsonProperty("account_id") String accountId,
      @JsonProperty("workspace_id") String workspaceId) {}

  private Reply config(Request request) {
    return Reply.of(
        new ConfigBody(
            request.origin() + "/oidc",
            installation.accountId(),
            Long.toString(installation.workspaceId())));
  }
}
