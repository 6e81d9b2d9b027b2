package io.boathouse.table.delta;

/** Is told how far a commit has come; tests let others in between. */
@FunctionalInterface
public interface CommitHook {
  /** Goes on. */
  CommitHook NONE = phase -> {};

  /** Where a commit is. */
  enum Phase {
    /** The base version is chosen, nothing is computed. */
    AFTER_BASE,
    /** All files are written, no other commit was looked at. */
    BEFORE_CHECK,
    /** Every commit so far was checked, the version is not put. */
    BEFORE_PUT
  }

  void at(Phase phase);
}
