package io.boathouse.catalog.lineage;

import io.boathouse.platform.secret.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings under {@code openlineage:}.
 *
 * @param namespace of our tables in events, in and out
 * @param url where events about our tables are sent; without it none are
 * @param apiKey sent as a bearer token
 * @param queue how many events wait for sending; more are dropped and counted
 * @param attempts how often an event is tried before it is dropped and counted
 * @param timeout of one attempt
 */
public record OpenLineageConfig(
    String namespace,
    Optional<String> url,
    Optional<Secret> apiKey,
    int queue,
    int attempts,
    Duration timeout) {
  public static final OpenLineageConfig DEFAULTS =
      new OpenLineageConfig(
          "boathouse", Optional.empty(), Optional.empty(), 10_000, 5, Duration.ofSeconds(5));

  public OpenLineageConfig {
    if (namespace.isBlank()) {
      throw new IllegalArgumentException("namespace: empty (expected: a name)");
    }
    if (queue < 1 || queue > 1_000_000) {
      throw new IllegalArgumentException("queue: " + queue + " (expected: 1 to 1000000)");
    }
    if (attempts < 1 || attempts > 100) {
      throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 to 100)");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: more than none)");
    }
    url.ifPresent(OpenLineageConfig::address);
  }

  /** Where events go, if anywhere. */
  Optional<URI> target() {
    return url.map(OpenLineageConfig::address);
  }

  private static URI address(String url) {
    try {
      URI address = new URI(url);
      if (address.isAbsolute()
          && address.getScheme().matches("https?")
          && address.getHost() != null) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("url: " + url + " (expected: an http address)", e);
    }
    throw new IllegalArgumentException("url: " + url + " (expected: an http address)");
  }
}
