package io.boathouse.catalog.identity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
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
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int LARGEST = 256 << 10;
  private static final int MOST_TRIED = 10;
  private static final String DISCOVERY = "/.well-known/openid-configuration";

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
    try (HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(DEADLINE)
            .build()) {
      JWKSet set = JWKSet.parse(get(client, address(client)));
      fetched = new Fetched(now, List.copyOf(set.getKeys()));
    } catch (IOException | ParseException | RuntimeException e) {
      log.warn("The keys of {} cannot be had: {}", config.issuer(), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private URI address(HttpClient client) throws IOException, InterruptedException {
    if (config.jwksUri().isPresent()) {
      return URI.create(config.jwksUri().get());
    }
    URI issuer = URI.create(config.issuer());
    String base = config.issuer().replaceFirst("/$", "");
    var document = Json.parse(get(client, URI.create(base + DISCOVERY)));
    URI keys = URI.create(document.path("jwks_uri").asText());
    if (!document.path("issuer").asText().equals(config.issuer())) {
      throw new IOException("its discovery document speaks of another issuer");
    }
    boolean sameOrigin =
        Objects.equals(keys.getScheme(), issuer.getScheme())
            && Objects.equals(keys.getHost(), issuer.getHost())
            && keys.getPort() == issuer.getPort();
    if (!sameOrigin) {
      throw new IOException(
          "its discovery document names keys elsewhere; set jwks_uri if they are right");
    }
    return keys;
  }

  private static String get(HttpClient client, URI address)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Accept", "application/json")
            .timeout(DEADLINE)
            .build();
    HttpResponse<InputStream> reply =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = reply.body()) {
      byte[] bytes = body.readNBytes(LARGEST + 1);
      if (reply.statusCode() != 200 || bytes.length > LARGEST) {
        throw new IOException("status " + reply.statusCode() + ", or too large an answer");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
