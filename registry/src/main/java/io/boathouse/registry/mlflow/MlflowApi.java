package io.boathouse.registry.mlflow;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Handler;
import io.boathouse.platform.http.Reply;

/**
 * Mounts MLflow's calls: each under {@code /api} for clients and under {@code /ajax-api} for
 * MLflow's web pages, by one handler.
 */
public final class MlflowApi {
  private static final String CLIENTS = "/api/2.0";
  private static final String PAGES = "/ajax-api/2.0";

  private final Api api;

  public MlflowApi(Api api) {
    this.api = api;
  }

  /** Answers one call with a value that is sent as JSON. */
  @FunctionalInterface
  public interface Call {
    Object answer(Caller caller, MlflowParameters parameters);
  }

  /** Serves a call of parameters under both paths. */
  public void call(Endpoint endpoint, Call call) {
    handle(
        endpoint, request -> Reply.of(call.answer(request.caller(), MlflowParameters.of(request))));
  }

  /** Serves an endpoint under both paths. */
  public void handle(Endpoint endpoint, Handler handler) {
    api.handle(endpoint, ErrorFormat.DATABRICKS, handler);
    api.handle(twin(endpoint), ErrorFormat.DATABRICKS, handler);
  }

  /** Like {@link #handle} with a streamed body. */
  public void handleStream(Endpoint endpoint, Handler handler) {
    api.handleStream(endpoint, ErrorFormat.DATABRICKS, handler);
    api.handleStream(twin(endpoint), ErrorFormat.DATABRICKS, handler);
  }

  /** Answers 501 under both paths. */
  public void unsupported(Endpoint endpoint, String remedy) {
    api.unsupported(endpoint, ErrorFormat.DATABRICKS, remedy);
    api.unsupported(twin(endpoint), ErrorFormat.DATABRICKS, remedy);
  }

  private static Endpoint twin(Endpoint endpoint) {
    if (!endpoint.path().startsWith(CLIENTS)) {
      throw new IllegalArgumentException(
          "path: " + endpoint.path() + " (expected: starts with " + CLIENTS + ")");
    }
    return endpoint.at(PAGES + endpoint.path().substring(CLIENTS.length()), "Ajax");
  }
}
