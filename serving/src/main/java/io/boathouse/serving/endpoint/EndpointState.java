package io.boathouse.serving.endpoint;

import java.util.Optional;

/**
 * Where an endpoint is in its life.
 *
 * @param active what answers
 * @param pending what is rolled out, or what failed to be
 * @param message why the update failed
 * @param lastVersion of a configuration that was ever asked for
 */
public record EndpointState(
    Optional<Deployment> active,
    Optional<Deployment> pending,
    Update update,
    Optional<String> message,
    int lastVersion) {

  /** An endpoint that nothing was asked of yet. */
  public static final EndpointState EMPTY =
      new EndpointState(
          Optional.empty(), Optional.empty(), Update.NOT_UPDATING, Optional.empty(), 0);

  /** Whether a configuration is being rolled out. */
  public enum Update {
    NOT_UPDATING,
    IN_PROGRESS,
    UPDATE_FAILED
  }
}
