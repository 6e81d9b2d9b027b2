package io.boathouse.table.delta;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a log when something was committed to it. The committing thread asks, so that nothing
 * here may throw, and should not wait.
 */
@FunctionalInterface
public interface Upkeep {
  /** Writes checkpoints before the commit returns. One that fails is logged: the commit stands. */
  Upkeep AT_ONCE =
      log -> {
        try {
          boolean unused = log.checkpointIfDue();
        } catch (RuntimeException e) {
          Logged.LOG.warn("A checkpoint was not written", e);
        }
      };

  void committed(DeltaLog log);

  /** Where failures go. */
  final class Logged {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private Logged() {}
  }
}
