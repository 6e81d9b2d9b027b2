package io.boathouse.featurestore.online;

import io.boathouse.platform.secret.Secret;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Settings under {@code feature_store.online:}.
 *
 * @param store where the latest features are kept
 * @param url of Redis, {@code redis://host:6379/0} or {@code rediss://…}; of PostgreSQL, {@code
 *     jdbc:postgresql://host/database}; of DynamoDB, only for another endpoint than the region's
 * @param user to log in as, the access key's id for DynamoDB
 * @param password that user's password or secret key
 * @param region of DynamoDB
 * @param deadline how long a lookup waits for the store; what has not come by then is LATE
 * @param connections the most connections held at one time
 */
public record OnlineStoreConfig(
    Kind store,
    Optional<String> url,
    Optional<String> user,
    Optional<Secret> password,
    String region,
    Duration deadline,
    int connections) {
  public static final OnlineStoreConfig DEFAULTS =
      new OnlineStoreConfig(
          Kind.EMBEDDED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          "us-east-1",
          Duration.ofMillis(250),
          8);

  /** The stores there are. */
  public enum Kind {
    EMBEDDED,
    REDIS,
    POSTGRES,
    DYNAMODB
  }

  public OnlineStoreConfig {
    if (url.isEmpty() && (store == Kind.REDIS || store == Kind.POSTGRES)) {
      throw new IllegalArgumentException(
          "url: empty (expected: where %s is)".formatted(store.name().toLowerCase(Locale.ROOT)));
    }
    if (!deadline.isPositive()) {
      throw new IllegalArgumentException("deadline: " + deadline + " (expected: > 0)");
    }
    if (connections < 2 || connections > 25) {
      throw new IllegalArgumentException("connections: " + connections + " (expected: 2 to 25)");
    }
  }

  /** A URL may carry a password, so it is not printed. */
  @Override
  public String toString() {
    return "OnlineStoreConfig[store=%s, url=%s, user=%s, password=***, region=%s, deadline=%s, connections=%d]"
        .formatted(
            store, url.isPresent() ? "***" : "", user.orElse(""), region, deadline, connections);
  }
}
