package io.boathouse.catalog.identity;

import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.auth.Credentials;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
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
final class TokenAuthenticator implements Authenticator {
  private static final int MOST_ENTRIES = 10_000;
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final List<BearerVerifier> verifiers;
  private final PrincipalRepository principals;
  private final AccessStamp stamp;
  private final InstantSource clock;
  private final LoginFailures failures;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /** What it is made of. @param failures slows guessing down */
  record Parts(Database database, AccessStamp stamp, InstantSource clock, LoginFailures failures) {}

  /**
   * @param verifiers of the sorts of tokens there are; the first that knows the form decides
   */
  TokenAuthenticator(Parts parts, List<BearerVerifier> verifiers) {
    this.verifiers = List.copyOf(verifiers);
    this.principals = new PrincipalRepository(parts.database());
    this.stamp = parts.stamp();
    this.clock = parts.clock();
    this.failures = parts.failures();
  }

  @Override
  public Caller authenticate(Credentials credentials) {
    String value = value(credentials);
    Optional<BearerVerifier> verifier = verifier(value);
    if (verifier.isEmpty()) {
      throw refused(credentials, value);
    }
    stamp.requireFresh();
    String key = key(value);
    Caller caller =
        remembered(key)
            .or(() -> read(verifier.get(), value, key))
            .orElseThrow(() -> refused(credentials, value));
    if (!speaksFor(credentials, caller)) {
      throw refused(credentials, value);
    }
    return caller;
  }

  @Override
  public Optional<Caller> cached(Credentials credentials) {
    String value = value(credentials);
    if (verifier(value).isEmpty() || !stamp.isFresh()) {
      return Optional.empty();
    }
    return remembered(key(value)).filter(caller -> speaksFor(credentials, caller));
  }

  @Override
  public void admit(Caller caller, String path) {
    if (!TokenScopes.reach(caller.scopes(), path)) {
      throw IdentityErrors.outOfScope(path, caller.scopes());
    }
  }

  private Optional<BearerVerifier> verifier(String value) {
    for (BearerVerifier verifier : verifiers) {
      if (verifier.plausible(value)) {
        return Optional.of(verifier);
      }
    }
    return Optional.empty();
  }

  private static String key(String value) {
    return HexFormat.of().formatHex(TokenValue.hash(value));
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

  private Optional<Caller> read(BearerVerifier verifier, String value, String key) {
    long seen = stamp.current();
    Instant now = clock.instant();
    Optional<BearerVerifier.Proof> proof = verifier.verify(value);
    if (proof.isEmpty()) {
      return Optional.empty();
    }
    Caller caller = caller(proof.get());
    Instant kept = now.plus(KEPT);
    Instant until = proof.get().until().filter(at -> at.isBefore(kept)).orElse(kept);
    if (known.size() >= MOST_ENTRIES) {
      known.clear();
    }
    known.put(key, new Known(seen, until, caller));
    return Optional.of(caller);
  }

  private Caller caller(BearerVerifier.Proof proof) {
    Principal principal = proof.principal();
    Set<String> groups = new TreeSet<>(principals.groupNames(principal.id()));
    groups.add(BuiltInGroups.EVERYBODY);
    return new Caller(
        principal.id(),
        principal.name(),
        principal.kind() == Principal.Kind.USER ? Caller.Kind.USER : Caller.Kind.SERVICE_PRINCIPAL,
        groups,
        Optional.of(proof.tokenId()),
        proof.scopes(),
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

  static String shortened(String user) {
    return user.length() > 60 ? user.substring(0, 60) + "…" : user;
  }

  private record Known(long stamp, Instant until, Caller caller) {}
}
