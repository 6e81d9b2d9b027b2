package io.boathouse.catalog.identity;

import io.boathouse.catalog.identity.SignInCodeRepository.Waiting;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * Codes that sign their maker in once, for links that a terminal prints and a browser opens. They
 * are kept in the database by their digest, so any server takes what another gave. Thread-safe.
 */
final class SignInCodes {
  /** How long a code waits. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  /** How many codes of one principal wait; where more would, the oldest is forgotten. */
  private static final int MOST = 100;

  private final Database database;
  private final TokenService tokens;
  private final InstantSource clock;
  private final SignInCodeRepository codes;
  private final PrincipalRepository principals;

  SignInCodes(Database database, TokenService tokens, InstantSource clock) {
    this.database = database;
    this.tokens = tokens;
    this.clock = clock;
    this.codes = new SignInCodeRepository(database);
    this.principals = new PrincipalRepository(database);
  }

  /**
   * A code as it is shown once.
   *
   * @param until when it is too late for it
   */
  record Code(String value, Instant until) {}

  /** A code for who asks, good as long as the token that asks for it. */
  Code create(Caller caller) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Code code = new Code(TokenValue.random(), now.plus(PATIENCE));
    database.useTransaction(
        () -> {
          codes.forget(caller.principalId(), MOST - 1, now);
          codes.insert(
              TokenValue.hash(code.value()),
              new Waiting(
                  caller.principalId(),
                  tokens.kept(caller).map(Token::id),
                  caller.scopes(),
                  caller.remoteAddress(),
                  code.until()));
        });
    return code;
  }

  /**
   * The session of whom the code was made for, in the request that brings it.
   *
   * @throws io.boathouse.platform.error.LakeException UNAUTHENTICATED if there is no such code any
   *     more
   */
  NewToken redeem(String code, String requestId) {
    Waiting found =
        codes
            .take(TokenValue.hash(code))
            .filter(waiting -> clock.instant().isBefore(waiting.until()))
            .orElseThrow(IdentityErrors::badSignInCode);
    Principal principal =
        principals
            .find(found.principal())
            .filter(Principal::active)
            .orElseThrow(IdentityErrors::badSignInCode);
    Caller maker =
        new Caller(
            principal.id(),
            principal.name(),
            principal.kind() == Principal.Kind.USER
                ? Caller.Kind.USER
                : Caller.Kind.SERVICE_PRINCIPAL,
            Set.of(),
            found.token().map(Object::toString),
            found.scopes(),
            requestId,
            found.remoteAddress(),
            "");
    return tokens.createSession(maker, "signed in by a link");
  }
}
