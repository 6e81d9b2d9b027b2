package io.boathouse.catalog.identity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.boathouse.platform.auth.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Codes that sign their maker in once, for links that a terminal prints and a browser opens. They
 * are kept in memory by their digest, so a restart forgets them. Thread-safe.
 */
final class SignInCodes {
  /** How long a code waits. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final int MOST = 1_000;

  private final TokenService tokens;
  private final InstantSource clock;

  @GuardedBy("waiting")
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();

  SignInCodes(TokenService tokens, InstantSource clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  private record Waiting(Caller caller, Instant until) {}

  /**
   * A code as it is shown once.
   *
   * @param until when it is too late for it
   */
  record Code(String value, Instant until) {}

  /** A code for who asks; where too many wait, the oldest is forgotten. */
  Code create(Caller caller) {
    Instant now = clock.instant();
    Code code = new Code(TokenValue.random(), now.plus(PATIENCE));
    synchronized (waiting) {
      waiting.values().removeIf(other -> other.until().isBefore(now));
      if (waiting.size() >= MOST) {
        waiting.remove(waiting.keySet().iterator().next());
      }
      waiting.put(digest(code.value()), new Waiting(caller, code.until()));
    }
    return code;
  }

  /**
   * The session of whom the code was made for, in the request that brings it.
   *
   * @throws io.boathouse.platform.error.LakeException UNAUTHENTICATED if there is no such code any
   *     more
   */
  NewToken redeem(String code, String requestId) {
    Waiting found;
    synchronized (waiting) {
      found = waiting.remove(digest(code));
    }
    if (found == null || !clock.instant().isBefore(found.until())) {
      throw IdentityErrors.badSignInCode();
    }
    return tokens.create(
        found.caller().inRequest(requestId, found.caller().remoteAddress(), ""),
        TokenService.Wish.session(
            "signed in by a link", SignInService.SESSION, SignInService.IDLE));
  }

  private static String digest(String code) {
    return Base64.getEncoder().encodeToString(TokenValue.hash(code));
  }
}
