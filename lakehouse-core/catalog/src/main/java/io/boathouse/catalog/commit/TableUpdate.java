package io.boathouse.catalog.commit;

import java.util.Optional;
import java.util.UUID;

/**
 * A request to change a Delta table, all of it or nothing.
 *
 * @param id that the table must have
 * @param etag that it must have, if anything is to be required of it
 * @param commit to be ratified
 * @param published up to which version the commits are said to be published
 * @param observed which version of a table that is not catalog-managed the description is of
 */
public record TableUpdate(
    UUID id,
    Optional<String> etag,
    Optional<StagedCommit> commit,
    Optional<Long> published,
    DescriptionChange change,
    Optional<String> comment,
    Optional<Observed> observed) {
  /** A version and its time in milliseconds since the epoch. */
  public record Observed(long version, long at) {}

  public TableUpdate {
    published.ifPresent(
        version -> {
          if (version < 0) {
            throw CommitErrors.invalid("latest-published-version", "" + version, "at least 0");
          }
        });
  }

  /** A commit, the news that others are published, or both. */
  public static TableUpdate commit(
      UUID id, Optional<StagedCommit> commit, Optional<Long> published, DescriptionChange change) {
    return new TableUpdate(
        id, Optional.empty(), commit, published, change, Optional.empty(), Optional.empty());
  }
}
