package io.boathouse.serving.endpoint;

import io.boathouse.catalog.securable.Securable;
import java.time.Instant;
import java.util.Map;

/**
 * A serving endpoint.
 *
 * @param live whether it answers in this server, which a restart must first bring about
 */
public record ServingEndpoint(
    Securable securable,
    EndpointState state,
    Map<String, String> tags,
    Instant updatedAt,
    boolean live) {
  public ServingEndpoint {
    tags = Map.copyOf(tags);
  }

  public String name() {
    return securable.name().name();
  }
}
