package io.boathouse.platform.auth;

import java.util.Optional;

/** Turns presented credentials into a caller. The catalog's identity package implements it. */
public interface Authenticator {
  /**
   * Establishes who presents these credentials; may wait, so it runs on a virtual thread.
   *
   * @return the identity with empty request fields; see {@link Caller#inRequest}
   * @throws io.boathouse.platform.error.LakeException UNAUTHENTICATED if unknown, expired, revoked
   *     or of a disabled principal, always with the same message
   */
  Caller authenticate(Credentials credentials);

  /**
   * The identity if it is known without waiting, for the event loop. A revoked token is gone from
   * here before the revoking call returns.
   */
  Optional<Caller> cached(Credentials credentials);

  /**
   * Refuses an operation that the caller's token is not for, whatever rights the caller has; called
   * on the event loop, so it never waits.
   *
   * @param path of the endpoint, as it is declared
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED if the scopes do not hold
   *     it
   */
  default void admit(Caller caller, String path) {}
}
