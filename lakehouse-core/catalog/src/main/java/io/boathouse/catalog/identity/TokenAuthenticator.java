package io.boathouse.catalog.identity;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows callers by their tokens. A known token is kept by its hash for a minute, and not beyond a
 * change of anybody's rights or tokens, so a revoked one is refused before the revoking call
 * returns. With Basic credentials the password is the token, and the user is its principal or the
 * word {@code token}.
 */
public final class TokenAuthenticator implements Authenticator {
  private static final int MOST_ENTRIES = 10_000;
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final TokenRepository tokens;
  private final PrincipalRepository principals;
  private final AccessStamp stamp;
  private final InstantSource clock;
  private final LoginFailures failures;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** Creates an authenticator over the tokens of this database. */
  public TokenAuthenticator(
      Database database, AccessStamp stamp, AuditLog audit, InstantSource clock) {
    this.tokens = new TokenRepository(database);
    this.principals = new PrincipalRepository(database);
    this.stamp = stamp;
    this.clock = clock;
    this.failures = new LoginFailures(audit, clock);
  }

  @Override
  public Caller authenticate(Credentials credentials) {
    String value = value(credentials);
    if (!TokenValue.plausible(value)) {
      throw refused(credentials, value);
    }
    byte[] hash = TokenValue.hash(value);
    String key = HexFormat.of().formatHex(hash);
    Caller caller =
        remembered(key).or(() -> read(hash, key)).orElseThrow(() -> refused(credentials, value));
    if (!speaksFor(credentials, caller)) {
      throw refused(credentials, value);
    }
    return caller;
  }

  @Override
  public Optional<Caller> cached(Credentials credentials) {
    String value = value(credentials);
    if (!TokenValue.plausible(value)) {
      return Optional.empty();
    }
    return remembered(HexFormat.of().formatHex(TokenValue.hash(value)))
        .filter(caller -> speaksFor(credentials, caller));
  }

  private Optional<Caller> remembered(String key) {
    Known entry = known.get(key);
    if (entry == null
        || entry.stamp() != stamp.current()
        || !clock.instant().isBefore(entry.until())) {
      return Optional.empty();
    }
    return Optional.of(entry.caller());
  }

  private Optional<Caller> read(byte[] hash, String key) {
    long seen = stamp.current();
    Instant now = clock.instant();
    Optional<TokenRepository.Stored> stored =
        tokens.find(hash).filter(found -> MessageDigest.isEqual(found.hash(), hash));
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    Token token = stored.get().token();
    Optional<Principal> principal = principals.find(token.principalId()).filter(Principal::active);
    boolean expired = token.expiresAt().filter(at -> !now.isBefore(at)).isPresent();
    if (principal.isEmpty() || expired) {
      return Optional.empty();
    }
    if (token.lastUsedAt().filter(at -> at.isAfter(now.minus(KEPT))).isEmpty()) {
      tokens.used(token.id(), now);
    }
    Caller caller = caller(principal.get(), token);
    Instant kept = now.plus(KEPT);
    Instant until = token.expiresAt().filter(at -> at.isBefore(kept)).orElse(kept);
    if (known.size() >= MOST_ENTRIES) {
      known.clear();
    }
    known.put(key, new Known(seen, until, caller));
    return Optional.of(caller);
  }

  private Caller caller(Principal principal, Token token) {
    Set<String> groups = new TreeSet<>(principals.groupNames(principal.id()));
    groups.add(BuiltInGroups.EVERYBODY);
    return new Caller(
        principal.id(),
        principal.name(),
        principal.kind() == Principal.Kind.USER ? Caller.Kind.USER : Caller.Kind.SERVICE_PRINCIPAL,
        groups,
        Optional.of(token.id().toString()),
        "",
        "",
        "");
  }

  private LakeException refused(Credentials credentials, String value) {
    String who =
        switch (credentials) {
          case Credentials.Basic basic -> "user " + shortened(basic.user());
          case Credentials.Bearer bearer ->
              "token with SHA-256 "
                  + HexFormat.of().formatHex(TokenValue.hash(value)).substring(0, 12);
        };
    failures.failed(who, "unknown, expired or revoked");
    return IdentityErrors.unauthenticated();
  }

  private static boolean speaksFor(Credentials credentials, Caller caller) {
    return switch (credentials) {
      case Credentials.Bearer bearer -> true;
      case Credentials.Basic basic ->
          basic.user().equals("token")
              || basic
                  .user()
                  .toLowerCase(Locale.ROOT)
                  .equals(caller.principal().toLowerCase(Locale.ROOT));
    };
  }

  private static String value(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Bearer bearer -> bearer.token();
      case Credentials.Basic basic -> basic.password();
    };
  }

  private static String shortened(String user) {
    return user.length() > 60 ? user.substring(0, 60) + "…" : user;
  }

  private record Known(long stamp, Instant until, Caller caller) {}
}
