package io.boathouse.catalog.identity;

import io.boathouse.platform.secret.Secret;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings under {@code auth:}.
 *
 * @param sealingKey what seals the private keys in the metadata database; without it a key in the
 *     data directory does, so nodes that share a database need one in common
 * @param accessTokenLifetime of the tokens that service principals get for their secrets
 * @param issuers whose tokens are accepted, each under a name of your choice
 */
public record IdentityConfig(
    Optional<Secret> sealingKey, Duration accessTokenLifetime, Map<String, IssuerConfig> issuers) {
  /** No issuer but the server itself. */
  public static final IdentityConfig DEFAULTS =
      new IdentityConfig(Optional.empty(), Duration.ofHours(1), Map.of());

  public IdentityConfig {
    issuers = Map.copyOf(issuers);
    if (accessTokenLifetime.compareTo(Duration.ofMinutes(1)) < 0
        || accessTokenLifetime.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "access_token_lifetime: " + accessTokenLifetime + " (expected: 1m to 24h)");
    }
    if (sealingKey.filter(key -> key.reveal().length() < 32).isPresent()) {
      throw new IllegalArgumentException(
          "sealing_key: too short (expected: at least 32 characters made by chance)");
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
