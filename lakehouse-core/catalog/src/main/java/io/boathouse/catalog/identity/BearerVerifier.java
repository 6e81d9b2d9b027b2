package io.boathouse.catalog.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Knows one sort of token; may wait for the metadata database or for an issuer's keys. */
interface BearerVerifier {
  /** Whether the text has the form of this sort; never waits. */
  boolean plausible(String value);

  /** Whom the token speaks for; empty if it is no good, for whatever reason. */
  Optional<Proof> verify(String value);

  /**
   * What a good token says.
   *
   * @param principal active, and no group
   * @param tokenId under which the token is known in the audit
   * @param scopes what it reaches; none for everything
   * @param until when it ends; empty if never
   */
  record Proof(Principal principal, String tokenId, Set<String> scopes, Optional<Instant> until) {
    public Proof {
      scopes = Set.copyOf(scopes);
    }
  }
}
