package io.boathouse.platform.auth;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An authenticator for tests: a token is the name of its principal followed by {@code -token}, as
 * in {@code ann-token}, and known without waiting from its second use on. Tokens that begin with
 * {@code bad} are refused.
 */
public final class FixedTokens implements Authenticator {
  private final Map<String, Caller> seen = new ConcurrentHashMap<>();

  /** The caller that the token {@code name-token} authenticates. */
  public static Caller caller(String name) {
    return new Caller(
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
        name,
        Caller.Kind.USER,
        Set.of(),
        Optional.of("token-of-" + name),
        "test",
        "local",
        "test");
  }

  @Override
  public Caller authenticate(Credentials credentials) {
    String token = token(credentials);
    if (!token.endsWith("-token") || token.startsWith("bad")) {
      throw new LakeException(
          ErrorCode.UNAUTHENTICATED,
          "UNAUTHENTICATED",
          "The token is unknown, expired or revoked.",
          Map.of());
    }
    Caller caller = caller(token.substring(0, token.length() - "-token".length()));
    seen.put(token, caller);
    return caller;
  }

  @Override
  public Optional<Caller> cached(Credentials credentials) {
    return Optional.ofNullable(seen.get(token(credentials)));
  }

  private static String token(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Bearer(String token) -> token;
      case Credentials.Basic(String user, String password) -> password;
    };
  }
}
