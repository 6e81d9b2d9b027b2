package io.boathouse.featurestore;

import io.boathouse.featurestore.online.OnlineStoreConfig;
import java.time.Duration;

/**
 * Settings of the feature store.
 *
 * @param onlineMaxBytes memory that the embedded online store may take
 * @param deadline how long computing a feature table or a training set may take
 * @param online where the latest features are kept
 */
public record FeatureStoreConfig(long onlineMaxBytes, Duration deadline, OnlineStoreConfig online) {
  public static final FeatureStoreConfig DEFAULTS =
      new FeatureStoreConfig(256L << 20, Duration.ofHours(1), OnlineStoreConfig.DEFAULTS);

  public FeatureStoreConfig {
    if (onlineMaxBytes < 1 || !deadline.isPositive()) {
      throw new IllegalArgumentException(
          "onlineMaxBytes, deadline: " + onlineMaxBytes + ", " + deadline + " (expected: > 0)");
    }
  }
}
