package io.boathouse.table.maintain;

import java.util.Optional;

/**
 * What OPTIMIZE did.
 *
 * @param version the one that it committed; empty if there was nothing to do
 */
public record Optimized(
    Optional<Long> version,
    long filesRemoved,
    long filesAdded,
    long bytesRemoved,
    long bytesAdded) {
  static final Optimized NOTHING = new Optimized(Optional.empty(), 0, 0, 0, 0);
}
