package io.boathouse.table.maintain;

import io.boathouse.catalog.commit.LogFolder;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.NamedFiles;
import io.boathouse.table.delta.ReadLeases.Hold;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Deletes files of a table's folder that no version needs any more: those that commits removed, and
 * those of writers that died before their commit. A file that came after the cutoff always stays,
 * since its writer may be about to commit it; so does one of the last hour that the log does not
 * know. What somebody has begun to read stays as well. The log's own files and hidden ones are not
 * looked at, but for commits that were staged and never ratified.
 */
final class Vacuum {
  private static final int PAGE = 1_000;
  private static final int SHOWN = 1_000;

  private static final Pattern STAGED_NAME = Pattern.compile("\\d{20}\\..+\\.json");

  /** So much longer than other files a staged commit may wait to be ratified. */
  private static final Duration STAGED = Duration.ofDays(1);

  private final DeltaLog log;
  private final Supplier<Map<Hold, Instant>> leases;
  private final Set<Hold> kept = new HashSet<>();
  private final Instant writersCutoff;
  private final Optional<NamedFiles> known;
  private final FileStore folder;
  private final NamedFiles named;
  private final Instant cutoff;
  private final boolean dryRun;
  private final List<StoragePath> shown = new ArrayList<>();
  private long count;
  private long bytes;

  /**
   * How long files stay.
   *
   * @param cutoff versions that were the newest then or later stay readable
   * @param writersCutoff files that came since may belong to a commit that is to come
   */
  record Ages(Instant cutoff, Instant writersCutoff) {}

  /**
   * @param leases tells what of the table is being read
   */
  Vacuum(DeltaLog log, Ages ages, Supplier<Map<Hold, Instant>> leases, boolean dryRun) {
    this.log = log;
    this.folder = log.folder();
    this.leases = leases;
    this.named = log.namedSince(ages.cutoff());
    this.cutoff = ages.cutoff();
    this.writersCutoff = ages.writersCutoff();
    this.known =
        writersCutoff.isBefore(cutoff)
            ? Optional.of(log.namedSince(Instant.EPOCH))
            : Optional.empty();
    this.dryRun = dryRun;
  }

  Vacuumed run() {
    Optional<StoragePath> after = Optional.empty();
    List<FileInfo> page;
    do {
      page = folder.list(StoragePath.ROOT, after, PAGE);
      keepWhatIsRead();
      page.stream().filter(this::isUnneeded).forEach(this::take);
      after = page.isEmpty() ? after : Optional.of(page.getLast().path());
    } while (page.size() == PAGE);
    sweepStaged();
    return new Vacuumed(shown, count, bytes, dryRun);
  }

  /**
   * Deletes commits that were staged long ago and never ratified. What is ratified is asked for
   * after the files were seen, so one that is ratified meanwhile is known.
   */
  private void sweepStaged() {
    Instant staleBefore = writersCutoff.minus(STAGED);
    Optional<StoragePath> after = Optional.empty();
    List<FileInfo> page;
    do {
      page = folder.list(LogFolder.staged(), after, PAGE);
      List<FileInfo> old =
          page.stream()
              .filter(file -> file.modifiedAt().isBefore(staleBefore))
              .filter(file -> STAGED_NAME.matcher(file.path().name()).matches())
              .toList();
      if (!old.isEmpty()) {
        log.stagedFiles()
            .ifPresent(
                used ->
                    old.stream().filter(file -> !used.contains(file.path())).forEach(this::take));
      }
      after = page.isEmpty() ? after : Optional.of(page.getLast().path());
    } while (page.size() == PAGE);
  }

  private boolean isUnneeded(FileInfo file) {
    return !isHidden(file.path())
        && file.modifiedAt().isBefore(cutoff)
        && (file.modifiedAt().isBefore(writersCutoff) || isKnown(file))
        && !named.contains(file.path());
  }

  private boolean isKnown(FileInfo file) {
    return known.map(files -> files.contains(file.path())).orElse(false);
  }

  /** Asked again for every page, as readers come while others are deleted. */
  private void keepWhatIsRead() {
    leases
        .get()
        .forEach(
            (hold, until) -> {
              if (kept.add(hold)) {
                keep(hold, until);
              }
            });
  }

  private void keep(Hold hold, Instant until) {
    try {
      log.addTo(named, hold);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND
          ? MaintainErrors.versionBeingRead(hold.version(), until)
          : e;
    }
  }

  /** Names with a dot or an underscore are others' business, but for partitions and changes. */
  private static boolean isHidden(StoragePath path) {
    for (String segment : path.value().split("/", -1)) {
      boolean marked = segment.startsWith("_") || segment.startsWith(".");
      if (marked && !segment.equals("_change_data") && segment.indexOf('=') < 0) {
        return true;
      }
    }
    return false;
  }

  private void take(FileInfo file) {
    count++;
    bytes += file.size();
    if (shown.size() < SHOWN) {
      shown.add(file.path());
    }
    if (!dryRun) {
      folder.delete(file.path());
    }
  }
}
