package io.boathouse.training.trainer;

/** Hears how far work has come. Called on the working thread. */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress SILENT = (phase, done, total) -> {};

  /** Hears that {@code done} of {@code total} steps of a phase are done. */
  void report(String phase, long done, long total);
}
