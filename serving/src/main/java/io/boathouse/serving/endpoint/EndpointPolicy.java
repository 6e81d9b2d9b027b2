package io.boathouse.serving.endpoint;

import io.boathouse.serving.batch.BatchLimits;
import java.util.Optional;

/**
 * What an endpoint does beyond answering.
 *
 * @param canary how it takes over from the configuration before it; at once if empty
 * @param shadow what is asked beside
 * @param batching how requests are joined; not at all if empty
 * @param followAliases whether it is rolled out anew when an alias moves
 */
public record EndpointPolicy(
    Optional<CanaryPolicy> canary,
    Optional<ShadowPolicy> shadow,
    Optional<BatchLimits> batching,
    boolean followAliases) {
  public static final EndpointPolicy NONE =
      new EndpointPolicy(Optional.empty(), Optional.empty(), Optional.empty(), false);
}
