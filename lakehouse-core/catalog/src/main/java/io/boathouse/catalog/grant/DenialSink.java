package io.boathouse.catalog.grant;

import io.boathouse.platform.auth.Caller;

/** Where denials are recorded; they outlive the transaction that failed by them. */
@FunctionalInterface
public interface DenialSink {
  /**
   * Records that a caller was refused.
   *
   * @param action what the caller tried
   * @param what the type and name of the thing
   * @param reason the missing right
   */
  void denied(Caller caller, String action, String what, String reason);
}
