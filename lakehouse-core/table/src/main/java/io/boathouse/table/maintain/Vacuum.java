package io.boathouse.table.maintain;

import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.NamedFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Deletes files of a table's folder that no version needs any more: those that commits removed, and
 * those of writers that died before their commit. A file that came after the cutoff always stays,
 * since its writer may be about to commit it. The log's own files and hidden ones are not looked
 * at.
 */
final class Vacuum {
  private static final int PAGE = 1_000;
  private static final int SHOWN = 1_000;

  private final FileStore folder;
  private final NamedFiles named;
  private final Instant cutoff;
  private final boolean dryRun;
  private final List<StoragePath> shown = new ArrayList<>();
  private long count;
  private long bytes;

  /**
   * @param cutoff versions that were the newest then or later stay readable
   */
  Vacuum(DeltaLog log, Instant cutoff, boolean dryRun) {
    this.folder = log.folder();
    this.named = log.namedSince(cutoff);
    this.cutoff = cutoff;
    this.dryRun = dryRun;
  }

  Vacuumed run() {
    Optional<StoragePath> after = Optional.empty();
    List<FileInfo> page;
    do {
      page = folder.list(StoragePath.ROOT, after, PAGE);
      page.stream().filter(this::isUnneeded).forEach(this::take);
      after = page.isEmpty() ? after : Optional.of(page.getLast().path());
    } while (page.size() == PAGE);
    return new Vacuumed(shown, count, bytes, dryRun);
  }

  private boolean isUnneeded(FileInfo file) {
    return !isHidden(file.path())
        && file.modifiedAt().isBefore(cutoff)
        && !named.contains(file.path());
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
