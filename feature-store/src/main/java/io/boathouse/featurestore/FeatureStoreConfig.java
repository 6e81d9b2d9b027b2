package io.boathouse.featurestore;

import io.boathouse.featurestore.online.OnlineStoreConfig;
import java.time.Duration;

/**
 * Settings of the feature store.
 *
 * @param onlineMaxBytes memory that the embedded online store may take
 * @param deadline how long computing a feature table or a training set may take
 * @param online where the latest features are kept
 * @param publishInterval how often tables that are kept fresh are looked at
 * @param feastSchema where feature views with a bare name lie for Feast's clients
 */
public record FeatureStoreConfig(
    long onlineMaxBytes,
    Duration deadline,
    OnlineStoreConfig online,
    Duration publishInterval,
    String feastSchema) {
  public static final FeatureStoreConfig DEFAULTS =
      new FeatureStoreConfig(
          256L << 20,
          Duration.ofHours(1),
          OnlineStoreConfig.DEFAULTS,
          Duration.ofSeconds(1),
          "main.default");

  public FeatureStoreConfig {
    if (onlineMaxBytes < 1 || !deadline.isPositive() || !publishInterval.isPositive()) {
      throw new IllegalArgumentException(
          "onlineMaxBytes, deadline, publishInterval: %d, %s, %s (expected: > 0)"
              .formatted(onlineMaxBytes, deadline, publishInterval));
    }
  }
}
