package io.boathouse.featurestore.publish;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What of a feature table was put online, and on whose behalf.
 *
 * @param id the table's
 * @param version of the table up to which all changes are online
 * @param owner whose rights later changes are read with; empty for one from before this was kept
 * @param counts of the changes since it was published
 * @param problem why the last attempt to follow failed
 */
record Publication(
    UUID id,
    long version,
    PublishTerms terms,
    Optional<UUID> owner,
    Times times,
    Counts counts,
    Optional<String> problem) {

  /**
   * @param published when the whole was put online
   * @param synced when it was last seen to be up to date
   */
  record Times(Instant published, Instant synced) {}

  /** Rows since it was published. */
  record Counts(long written, long removed) {
    Counts plus(Counts more) {
      return new Counts(written + more.written, removed + more.removed);
    }
  }

  Publication synced(long now, Instant at, Counts more) {
    return new Publication(
        id,
        now,
        terms,
        owner,
        new Times(times.published(), at),
        counts.plus(more),
        Optional.empty());
  }
}
