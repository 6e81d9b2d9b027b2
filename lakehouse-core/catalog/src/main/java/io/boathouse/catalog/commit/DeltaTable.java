package io.boathouse.catalog.commit;

import java.util.UUID;

/**
 * What the catalog knows of a Delta table besides its names. Times are in milliseconds since the
 * epoch.
 *
 * @param catalogManaged whether the catalog decides which versions there are; if not, the versions
 *     and times here say nothing
 * @param latestAt the time inside the latest version
 * @param publishedVersion up to which versions lie in the log under their own names
 * @param describedVersion the version that last changed the description
 * @param revision counts every change that is kept here
 */
public record DeltaTable(
    UUID id,
    boolean catalogManaged,
    DeltaDescription description,
    long latestVersion,
    long latestAt,
    long publishedVersion,
    long describedVersion,
    long describedAt,
    long revision) {

  /** A table at its first version, which is published. */
  public static DeltaTable created(
      UUID id, boolean catalogManaged, DeltaDescription description, long at) {
    return new DeltaTable(id, catalogManaged, description, 0, at, 0, 0, at, 1);
  }

  /** The same one version further. */
  DeltaTable after(StagedCommit commit) {
    return new DeltaTable(
        id,
        catalogManaged,
        description,
        commit.version(),
        commit.at(),
        publishedVersion,
        describedVersion,
        describedAt,
        revision + 1);
  }

  /** The same with more of its versions published. */
  DeltaTable published(long version) {
    return new DeltaTable(
        id,
        catalogManaged,
        description,
        latestVersion,
        latestAt,
        version,
        describedVersion,
        describedAt,
        revision + 1);
  }

  /** The same, described otherwise since a version. */
  DeltaTable described(DeltaDescription changed, long version, long at) {
    return new DeltaTable(
        id,
        catalogManaged,
        changed,
        latestVersion,
        latestAt,
        publishedVersion,
        version,
        at,
        revision + 1);
  }
}
