package io.boathouse.table.read;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.delta.ChangeLog;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.VersionChanges;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.Widening;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens the change feed of a range of versions. It was enabled in all of them, or there is none;
 * whoever reads it sees the columns of the last version.
 */
final class ChangeRange {
  /** Each costs a kilobyte in memory and some text in the query. */
  private static final int MOST_FILES = 100_000;

  private final DeltaLog log;
  private final ChangeLog versions;
  private final long from;
  private final DeltaSnapshot end;

  /**
   * @param from the first version, or the first one at an instant or after it
   * @param to the last version, or the one that was the newest at an instant
   */
  ChangeRange(DeltaLog log, At from, At to) {
    this.log = log;
    this.versions = new ChangeLog(log);
    DeltaSnapshot newest = log.latest();
    this.from = first(from, newest);
    if (this.from > newest.version()) {
      throw TableReadErrors.startAfterLatest(this.from, newest.version());
    }
    this.end =
        switch (to) {
          case At.Latest latest -> newest;
          case At.Version version -> end(version.number(), newest);
          case At.Timestamp time -> log.at(time.instant());
        };
    if (this.end.version() < this.from) {
      throw TableReadErrors.emptyRange(this.from, this.end.version());
    }
  }

  private long first(At at, DeltaSnapshot newest) {
    return switch (at) {
      case At.Latest latest -> newest.version();
      case At.Version version -> version.number();
      case At.Timestamp time ->
          versions
              .firstSince(time.instant())
              .orElseThrow(() -> TableReadErrors.startAfterLatest(time.instant(), newest.at()));
    };
  }

  private DeltaSnapshot end(long version, DeltaSnapshot newest) {
    if (version < from) {
      throw TableReadErrors.emptyRange(from, version);
    }
    return version >= newest.version() ? newest : log.at(version);
  }

  ChangeFeed open(UUID tableId, FullName name) {
    require(start());
    List<FeedView.Source> sources = new ArrayList<>();
    for (long version = from; version <= end.version(); version++) {
      VersionChanges changes = versions.of(version, end);
      if (changes.altered() && version != from) {
        require(log.at(version));
      }
      changes
          .rows()
          .forEach(rows -> sources.add(new FeedView.Source(rows, changes.version(), changes.at())));
      if (sources.size() > MOST_FILES) {
        throw TableReadErrors.rangeTooLarge(from, end.version(), MOST_FILES);
      }
    }
    return new ChangeFeed(tableId, name, from, end, log.folder(), sources);
  }

  private DeltaSnapshot start() {
    try {
      return log.at(from);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? versions.gone(from) : e;
    }
  }

  private void require(DeltaSnapshot snapshot) {
    if (!snapshot.hasChangeFeed()) {
      throw TableReadErrors.noChangeData(from, end.version(), snapshot.version());
    }
    unreadable(snapshot, end)
        .ifPresent(
            column -> {
              throw TableReadErrors.otherSchema(from, end.version(), snapshot.version(), column);
            });
  }

  /** A column of the one version that the other does not have, or not so that it can hold it. */
  static Optional<String> unreadable(DeltaSnapshot older, DeltaSnapshot newer) {
    if (!older.partitionColumns().equals(newer.partitionColumns())) {
      return Optional.of(String.join(", ", older.partitionColumns()));
    }
    return older.schema().columns().stream()
        .filter(column -> !isIn(newer, column, older.physicalName(column.name())))
        .map(Column::name)
        .findFirst();
  }

  private static boolean isIn(DeltaSnapshot newer, Column column, String physicalName) {
    return newer
        .schema()
        .column(column.name())
        .map(
            found ->
                newer.physicalName(found.name()).equals(physicalName)
                    && Widening.allows(column.type(), found.type()))
        .orElse(false);
  }
}
