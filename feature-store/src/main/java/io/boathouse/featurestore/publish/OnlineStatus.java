package io.boathouse.featurestore.publish;

import io.boathouse.catalog.securable.FullName;
import java.time.Instant;
import java.util.Optional;

/**
 * What of a feature table is online.
 *
 * @param rows keys with values; 0 if nothing is published
 * @param version of the table, when it was last published; rows may have been pushed since
 * @param knownBefore only rows known before this were published
 */
public record OnlineStatus(
    FullName table,
    long rows,
    long bytes,
    Optional<Instant> newestEvent,
    Optional<Long> version,
    Optional<Instant> knownBefore,
    Optional<Instant> publishedAt) {}
