package io.boathouse.catalog.identity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of one issuer, from its own address only: no redirect is followed, size and time
 * are bounded. They are asked for anew every ten minutes, or when a token names one that is not
 * known, but no more than once in half a minute; when the issuer does not answer, the old ones hold
 * for a day.
 */
final class IssuerKeys {
  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration STALE = Duration.ofDays(1);
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final int MOST_TRIED = 10;

  private final IssuerConfig config;
  private final InstantSource clock;
  private volatile Fetched fetched = new Fetched(Instant.MIN, List.of());

  @GuardedBy("this")
  private Instant triedAt = Instant.MIN;

  IssuerKeys(IssuerConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  private record Fetched(Instant at, List<JWK> keys) {}

  /** The keys that the signature may be of. A key's id is only ever compared. */
  List<JWK> candidates(JWSHeader header) {
    List<JWK> found = among(fetched.keys(), header);
    boolean fresh = fetched.at().isAfter(clock.instant().minus(FRESH));
    if (found.isEmpty() || !fresh) {
      refresh();
      found = among(fetched.keys(), header);
    }
    return fetched.at().isAfter(clock.instant().minus(STALE)) ? found : List.of();
  }

  private static List<JWK> among(List<JWK> keys, JWSHeader header) {
    return keys.stream()
        .filter(key -> header.getKeyID() == null || header.getKeyID().equals(key.getKeyID()))
        .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
        .filter(
            key -> key.getAlgorithm() == null || key.getAlgorithm().equals(header.getAlgorithm()))
        .limit(MOST_TRIED)
        .toList();
  }

  /** One asks at a time, and the others wait for what it learns. */
  private synchronized void refresh() {
    Instant now = clock.instant();
    if (triedAt.isAfter(now.minus(PAUSE))) {
      return;
    }
    triedAt = now;
    try {
      IssuerHttp http = new IssuerHttp(config.issuer());
      URI address =
          config.jwksUri().isPresent()
              ? URI.create(config.jwksUri().get())
              : http.discovered("jwks_uri");
      JWKSet set = JWKSet.parse(http.get(address).toString());
      fetched = new Fetched(now, List.copyOf(set.getKeys()));
    } catch (IOException | ParseException | RuntimeException e) {
      log.warn("The keys of {} cannot be had: {}", config.issuer(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
