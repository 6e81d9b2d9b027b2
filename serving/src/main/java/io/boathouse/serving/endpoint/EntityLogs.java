package io.boathouse.serving.endpoint;

import io.boathouse.serving.inference.EntityLog;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The logs of served entities since the server's start. Thread-safe. */
public final class EntityLogs {
  private final InstantSource clock;
  private final Map<Key, EntityLog> logs = new ConcurrentHashMap<>();

  private record Key(UUID endpoint, String entity) {}

  public EntityLogs(InstantSource clock) {
    this.clock = clock;
  }

  /** The log of an entity, which goes on through changes of the endpoint's configuration. */
  EntityLog of(UUID endpoint, String entity) {
    return logs.computeIfAbsent(new Key(endpoint, entity), key -> new EntityLog(clock));
  }

  Optional<EntityLog> find(UUID endpoint, String entity) {
    return Optional.ofNullable(logs.get(new Key(endpoint, entity)));
  }

  /** Forgets those of an endpoint that is no more. */
  void forget(UUID endpoint) {
    logs.keySet().removeIf(key -> key.endpoint().equals(endpoint));
  }
}
