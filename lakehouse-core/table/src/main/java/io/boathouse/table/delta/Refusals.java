package io.boathouse.table.delta;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;

/** Tells failed commits that did not happen from those that may have. */
public final class Refusals {
  private Refusals() {}

  /** Whether it is sure that nothing was committed. */
  public static boolean isSure(RuntimeException failure) {
    return failure instanceof LakeException known && known.code() != ErrorCode.OUTCOME_UNKNOWN;
  }
}
