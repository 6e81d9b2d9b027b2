package io.boathouse.table.read;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.compute.FeedView;
import io.boathouse.table.delta.ChangeLog;
import io.boathouse.table.delta.ChangedFile;
import io.boathouse.table.delta.DataFile;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.delta.VersionChanges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of one batch of a stream: first those of the version that the stream began with,
 * by path, then those of each later version in the order of its commit. What only moved rows is
 * passed over. All rows of a batch have the same columns, so that it ends before new ones.
 */
final class StreamPlan {
  /** A batch looks no further, whether or not it found something. */
  private static final int VERSIONS = 1_000;

  private final DeltaLog log;
  private final ChangeLog versions;
  private final DeltaSnapshot newest;
  private final StreamOptions options;
  private final StreamOffset from;
  private final Optional<StreamOffset> end;
  private final List<StreamBatch.Part> parts = new ArrayList<>();
  private StreamOffset at;
  private DeltaSnapshot columns;
  private long bytes;
  private boolean complete;

  /**
   * @param end where the batch ends exactly; if there is none, the limits of the options hold
   */
  StreamPlan(DeltaLog log, StreamOffset from, Optional<StreamOffset> end, StreamOptions options) {
    this.log = log;
    this.versions = new ChangeLog(log);
    this.newest = log.latest();
    this.options = options;
    this.from = from;
    this.at = from;
    this.end = end;
    this.columns = from.version() > newest.version() ? newest : version(from.version());
    if (from.version() > newest.version() + 1) {
      throw versions.gone(from.version());
    }
  }

  StreamBatch find() {
    if (at.initialSnapshot()) {
      take(initial());
      complete |= !parts.isEmpty(); // the state at the beginning is not mixed with what came later
    }
    long last = Math.min(newest.version(), from.version() + VERSIONS);
    while (!complete && at.version() <= last) {
      complete = reachesEnd();
      if (!complete) {
        takeVersion();
      }
    }
    return new StreamBatch(from, at, columns, log.folder(), isFeed(), parts);
  }

  private boolean reachesEnd() {
    return end.map(at::equals).orElse(false);
  }

  private boolean isFeed() {
    return options.changes() == StreamOptions.Changes.FEED;
  }

  private List<FeedView.Source> initial() {
    return columns.files().stream()
        .sorted(Comparator.comparing(DataFile::path))
        .map(
            file ->
                new FeedView.Source(
                    new ChangedFile(ChangedFile.Kind.INSERT, file, Optional.empty()),
                    columns.version(),
                    columns.at()))
        .toList();
  }

  private void takeVersion() {
    VersionChanges changes = versions.of(at.version(), columns);
    if (changes.altered() && at.version() > at.schemaVersion()) {
      DeltaSnapshot before = version(at.version() - 1);
      DeltaSnapshot after = version(at.version());
      if (!after.schema().equals(before.schema()) && !parts.isEmpty()) {
        complete = true;
        return;
      }
      requireReadable(before, after);
      columns = after;
      at = at.withItsSchema();
    }
    if (isFeed() && !columns.hasChangeFeed()) {
      throw TableReadErrors.noChangeData(at.version(), newest.version(), at.version());
    }
    take(
        rows(changes).stream()
            .map(rows -> new FeedView.Source(rows, changes.version(), changes.at()))
            .toList());
  }

  private void requireReadable(DeltaSnapshot before, DeltaSnapshot after) {
    boolean accepted = options.acceptedSchema().orElse(-1) >= after.version();
    Optional<String> lost = ChangeRange.unreadable(before, after);
    if (lost.isPresent() && !accepted) {
      throw TableReadErrors.streamOfOtherColumns(after.version(), lost.get());
    }
  }

  private List<ChangedFile> rows(VersionChanges changes) {
    boolean takesAway = !changes.removed().isEmpty();
    return switch (options.changes()) {
      case FEED -> changes.rows();
      case SKIP -> takesAway ? List.of() : added(changes);
      case REFUSE -> {
        if (takesAway) {
          throw TableReadErrors.streamOfChanges(changes.version(), changes.operation());
        }
        yield added(changes);
      }
    };
  }

  private static List<ChangedFile> added(VersionChanges changes) {
    return changes.added().stream()
        .map(file -> new ChangedFile(ChangedFile.Kind.INSERT, file, Optional.empty()))
        .toList();
  }

  private void take(List<FeedView.Source> files) {
    for (int i = at.index(); i < files.size(); i++) {
      StreamOffset here = at.atFile(i);
      boolean full =
          !parts.isEmpty() && (parts.size() >= options.maxFiles() || bytes >= options.maxBytes());
      if (end.map(here::equals).orElse(full)) {
        at = here;
        complete = true;
        return;
      }
      parts.add(new StreamBatch.Part(here, files.get(i)));
      bytes += files.get(i).rows().file().size();
    }
    at = at.nextVersion();
  }

  private DeltaSnapshot version(long version) {
    try {
      return log.at(version);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? versions.gone(version) : e;
    }
  }
}
