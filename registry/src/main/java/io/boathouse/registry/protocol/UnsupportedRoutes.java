package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.mlflow.MlflowApi;

/** What MLflow and Databricks registries have and this one has not yet. */
public final class UnsupportedRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/";
  private static final String POLL = "Search model versions to see what changed.";
  private static final String STAGES = "Move versions with transition-stage, or by aliases.";
  private static final Permission ANY =
      Permission.authenticated("it does nothing but say that it does not exist yet");

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.unsupported(endpoint(POST, "webhooks", "createWebhook"), POLL);
    mlflow.unsupported(endpoint(GET, "webhooks", "listWebhooks"), POLL);
    mlflow.unsupported(endpoint(GET, "webhooks/:webhook_id", "getWebhook"), POLL);
    mlflow.unsupported(endpoint(PATCH, "webhooks/:webhook_id", "updateWebhook"), POLL);
    mlflow.unsupported(endpoint(DELETE, "webhooks/:webhook_id", "deleteWebhook"), POLL);
    mlflow.unsupported(endpoint(POST, "webhooks/:webhook_id/test", "testWebhook"), POLL);
    mlflow.unsupported(endpoint(POST, "registry-webhooks/create", "createRegistryWebhook"), POLL);
    mlflow.unsupported(endpoint(GET, "registry-webhooks/list", "listRegistryWebhooks"), POLL);
    mlflow.unsupported(endpoint(PATCH, "registry-webhooks/update", "updateRegistryWebhook"), POLL);
    mlflow.unsupported(endpoint(DELETE, "registry-webhooks/delete", "deleteRegistryWebhook"), POLL);
    mlflow.unsupported(endpoint(POST, "registry-webhooks/test", "testRegistryWebhook"), POLL);
    mlflow.unsupported(
        endpoint(POST, "transition-requests/create", "createTransitionRequest"), STAGES);
    mlflow.unsupported(
        endpoint(POST, "transition-requests/approve", "approveTransitionRequest"), STAGES);
    mlflow.unsupported(
        endpoint(POST, "transition-requests/reject", "rejectTransitionRequest"), STAGES);
    mlflow.unsupported(
        endpoint(DELETE, "transition-requests/delete", "deleteTransitionRequest"), STAGES);
    mlflow.unsupported(endpoint(GET, "transition-requests/list", "listTransitionRequests"), STAGES);
    mlflow.unsupported(
        endpoint(POST, "comments/create", "createComment"), "Describe the version instead.");
    mlflow.unsupported(
        endpoint(PATCH, "comments/update", "updateComment"), "Describe the version instead.");
    mlflow.unsupported(
        endpoint(DELETE, "comments/delete", "deleteComment"), "Describe the version instead.");
  }

  private static Endpoint endpoint(Endpoint.Method method, String path, String operation) {
    return new Endpoint(method, BASE + path, operation).requires(ANY);
  }
}
