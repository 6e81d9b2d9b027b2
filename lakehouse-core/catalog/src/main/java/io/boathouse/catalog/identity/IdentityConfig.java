package io.boathouse.catalog.identity;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Settings under {@code auth:}.
 *
 * @param accessTokenLifetime of the tokens that service principals get for their secrets
 * @param issuers whose tokens are accepted, each under a name of your choice
 */
public record IdentityConfig(Duration accessTokenLifetime, Map<String, IssuerConfig> issuers) {
  /** No issuer but the server itself. */
  public static final IdentityConfig DEFAULTS = new IdentityConfig(Duration.ofHours(1), Map.of());

  public IdentityConfig {
    issuers = Map.copyOf(issuers);
    if (accessTokenLifetime.compareTo(Duration.ofMinutes(1)) < 0
        || accessTokenLifetime.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "access_token_lifetime: " + accessTokenLifetime + " (expected: 1m to 24h)");
    }
    Set<String> known = new HashSet<>();
    issuers.forEach(
        (name, issuer) -> {
          issuer.check("issuers." + name);
          if (!known.add(issuer.issuer())) {
            throw new IllegalArgumentException(
                "issuers.%s.issuer: %s (expected: each issuer once)"
                    .formatted(name, issuer.issuer()));
          }
        });
  }
}
