package io.boathouse.serving.endpoint;

import io.boathouse.platform.auth.Caller;
import java.time.Instant;
import java.util.UUID;

/**
 * A configuration on its way to answering, or there.
 *
 * @param configVersion counts from 1 within the endpoint
 * @param deployer with whose rights models and features are read
 */
public record Deployment(
    int configVersion, EndpointConfig config, Deployer deployer, Instant startedAt) {

  /** Who deployed, as far as it outlives the request. */
  public record Deployer(UUID principalId, String principal, Caller.Kind kind) {
    static Deployer of(Caller caller) {
      return new Deployer(caller.principalId(), caller.principal(), caller.kind());
    }
  }
}
