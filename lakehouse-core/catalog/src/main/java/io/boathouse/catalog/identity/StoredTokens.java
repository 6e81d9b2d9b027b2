package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Personal access tokens, which are found by their hash. */
final class StoredTokens implements BearerVerifier {
  private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

  private final TokenRepository tokens;
  private final PrincipalRepository principals;
  private final InstantSource clock;

  StoredTokens(Database database, InstantSource clock) {
    this.tokens = new TokenRepository(database);
    this.principals = new PrincipalRepository(database);
    this.clock = clock;
  }

  @Override
  public boolean plausible(String value) {
    return TokenValue.plausible(value);
  }

  @Override
  public Optional<Proof> verify(String value) {
    byte[] hash = TokenValue.hash(value);
    Instant now = clock.instant();
    Optional<Token> stored =
        tokens
            .find(hash)
            .filter(found -> MessageDigest.isEqual(found.hash(), hash))
            .map(TokenRepository.Stored::token);
    if (stored.isEmpty() || stored.get().until().filter(at -> !now.isBefore(at)).isPresent()) {
      return Optional.empty();
    }
    Token token = stored.get();
    Optional<Principal> principal = principals.find(token.principalId()).filter(Principal::active);
    if (principal.isPresent()
        && token.lastUsedAt().filter(at -> at.isAfter(now.minus(TOLD_EVERY))).isEmpty()) {
      tokens.used(token.id(), now);
    }
    return principal.map(
        found -> new Proof(found, token.id().toString(), token.scopes(), token.expiresAt()));
  }
}
