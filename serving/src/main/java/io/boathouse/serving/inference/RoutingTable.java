package io.boathouse.serving.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All endpoints that answer, by name. Readers see one immutable snapshot through one volatile
 * reference and never wait.
 */
public final class RoutingTable {
  private volatile Map<String, LiveEndpoint> snapshot = Map.of();

  public Optional<LiveEndpoint> find(String name) {
    return Optional.ofNullable(snapshot.get(name));
  }

  /** How many endpoints answer. */
  public int size() {
    return snapshot.size();
  }

  /** Puts an endpoint in place of the one of its name. @return what was there */
  public synchronized Optional<LiveEndpoint> publish(LiveEndpoint endpoint) {
    Map<String, LiveEndpoint> next = new HashMap<>(snapshot);
    LiveEndpoint before = next.put(endpoint.name(), endpoint);
    snapshot = Map.copyOf(next);
    return Optional.ofNullable(before);
  }

  /** Takes an endpoint out. @return what was there */
  public synchronized Optional<LiveEndpoint> withdraw(String name) {
    Map<String, LiveEndpoint> next = new HashMap<>(snapshot);
    LiveEndpoint before = next.remove(name);
    snapshot = Map.copyOf(next);
    return Optional.ofNullable(before);
  }
}
