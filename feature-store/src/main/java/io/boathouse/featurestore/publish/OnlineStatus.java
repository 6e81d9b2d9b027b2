package io.boathouse.featurestore.publish;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.online.OnlineStore.OnlineStatistics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What of a feature table is online.
 *
 * @param publication empty if it was never published; rows may have been pushed all the same
 * @param lag how far behind the table it is; empty if not published, or the caller may not read it
 */
public record OnlineStatus(
    FullName table,
    OnlineStatistics statistics,
    Optional<Publication> publication,
    Optional<Lag> lag) {

  /**
   * @param newestVersion of the table
   * @param behind since when it was last seen to be up to date; zero if it is now
   */
  public record Lag(long newestVersion, Duration behind) {}

  /** Keys with values; 0 if nothing is online. */
  public long rows() {
    return statistics.rows();
  }

  public long bytes() {
    return statistics.bytes();
  }

  public Optional<Instant> newestEvent() {
    return statistics.rows() == 0
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(statistics.newestEventMicros(), ChronoUnit.MICROS));
  }

  /** The version of the table up to which all changes are online. */
  public Optional<Long> version() {
    return publication.map(Publication::version);
  }
}
