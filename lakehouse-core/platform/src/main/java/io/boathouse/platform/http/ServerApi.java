package io.boathouse.platform.http;

import io.boathouse.platform.http.Mounted.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects and checks the endpoints of all rooms. */
final class ServerApi implements Api {
  private final RouteTable routes = new RouteTable();
  private final Map<String, Endpoint> operations = new HashMap<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final Map<String, Challenge> challenges = new HashMap<>();

  @Override
  public void handle(Endpoint endpoint, ErrorFormat errors, Handler handler) {
    mount(endpoint, errors, new Answer.OnVirtualThread(handler), false);
  }

  @Override
  public void handleStream(Endpoint endpoint, ErrorFormat errors, Handler handler) {
    mount(endpoint, errors, new Answer.OnVirtualThread(handler), true);
  }

  @Override
  public void handleHot(Endpoint endpoint, ErrorFormat errors, HotHandler handler) {
    mount(endpoint, errors, new Answer.OnEventLoop(handler), false);
  }

  @Override
  public void unsupported(Endpoint endpoint, ErrorFormat errors, String remedy) {
    handle(
        endpoint,
        errors,
        request -> {
          throw HttpErrors.unsupported(endpoint, remedy);
        });
  }

  @Override
  public void challenge(String path, Challenge challenge) {
    challenges.put(path, challenge);
  }

  private void mount(Endpoint endpoint, ErrorFormat errors, Answer answer, boolean upload) {
    if (endpoint.permission() instanceof Permission.Undeclared) {
      throw new IllegalStateException(
          "%s (%s) declares no permission. Declare one with requires(...)."
              .formatted(endpoint, endpoint.operationId()));
    }
    Endpoint sameName = operations.putIfAbsent(endpoint.operationId(), endpoint);
    if (sameName != null) {
      throw new IllegalStateException(
          "Operation id %s is taken by %s and cannot name %s too."
              .formatted(endpoint.operationId(), sameName, endpoint));
    }
    Mounted mounted =
        new Mounted(endpoint, errors, RouteTable.parameters(endpoint.path()), answer, upload);
    Optional<Mounted> samePath = routes.add(mounted);
    if (samePath.isPresent()) {
      throw new IllegalStateException(
          "%s (%s) is served by %s already."
              .formatted(
                  endpoint, endpoint.operationId(), samePath.get().endpoint().operationId()));
    }
    endpoints.add(endpoint);
  }

  RouteTable routes() {
    return routes;
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  Map<String, Challenge> challenges() {
    return challenges;
  }
}
