package io.boathouse.serving.endpoint;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where an endpoint is in its life.
 *
 * @param active what answers
 * @param pending what is rolled out, or what failed to be
 * @param progress how far that is
 * @param message why the update failed
 * @param lastVersion of a configuration that was ever asked for
 */
public record EndpointState(
    Optional<Deployment> active,
    Optional<Deployment> pending,
    Progress progress,
    Optional<String> message,
    int lastVersion) {

  /** An endpoint that nothing was asked of yet. */
  public static final EndpointState EMPTY =
      new EndpointState(Optional.empty(), Optional.empty(), Progress.NONE, Optional.empty(), 0);

  /** Whether a configuration is being rolled out. */
  public enum Update {
    NOT_UPDATING,
    IN_PROGRESS,
    UPDATE_FAILED
  }

  /**
   * How far an update is.
   *
   * @param canaryStep which of its steps what is pending has reached, from 0
   */
  public record Progress(Update update, OptionalInt canaryStep) {
    static final Progress NONE = new Progress(Update.NOT_UPDATING, OptionalInt.empty());
    static final Progress LOADING = new Progress(Update.IN_PROGRESS, OptionalInt.empty());
    static final Progress FAILED = new Progress(Update.UPDATE_FAILED, OptionalInt.empty());

    static Progress atStep(int step) {
      return new Progress(Update.IN_PROGRESS, OptionalInt.of(step));
    }
  }

  public Update update() {
    return progress.update();
  }
}
