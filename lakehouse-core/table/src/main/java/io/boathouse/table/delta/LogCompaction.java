package io.boathouse.table.delta;

import io.boathouse.platform.storage.StoragePath;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.compaction.LogCompactionWriter;
import io.delta.kernel.internal.fs.Path;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;

/**
 * Puts the files of some versions into one besides, {@code x.y.compacted.json}, which readers take
 * instead of them: useful where checkpoints are far apart. The table's {@value #PROPERTY} says of
 * how many versions; without it there are none.
 */
final class LogCompaction {
  static final String PROPERTY = "boathouse.logCompactionInterval";
  private static final int LEAST = 2;
  private static final int MOST = 1_000;

  private LogCompaction() {}

  /**
   * Writes the newest one that is complete and not there.
   *
   * @return whether there was anything to do
   */
  static boolean runIfDue(DeltaLog log, Instant now) {
    DeltaSnapshot newest = log.latest();
    int interval = interval(newest.properties().getOrDefault(PROPERTY, ""));
    long end = interval < LEAST ? -1 : (newest.version() + 1) / interval * interval - 1;
    long start = end - interval + 1;
    boolean covered = start <= newest.checkpointVersion() && newest.checkpointVersion() > 0;
    if (end < 0 || covered || log.folder().find(compacted(start, end)).isPresent()) {
      return false;
    }
    Metadata metadata = newest.kernel().getMetadata();
    long kept = now.toEpochMilli() - TableConfig.TOMBSTONE_RETENTION.fromMetadata(metadata);
    Path folder = new Path(StoreFileIo.ROOT);
    try {
      new LogCompactionWriter(folder, new Path(folder, "_delta_log"), start, end, kept)
          .writeLogCompactionFile(log.engine());
    } catch (IOException e) {
      throw DeltaErrors.internal("Versions of the log could not be put together", e);
    } catch (RuntimeException e) {
      throw DeltaErrors.of(e);
    }
    return true;
  }

  private static StoragePath compacted(long start, long end) {
    return StoragePath.of(
        String.format(Locale.ROOT, "_delta_log/%020d.%020d.compacted.json", start, end));
  }

  private static int interval(String text) {
    return text.matches("\\d{1,4}") ? Math.min(Integer.parseInt(text), MOST) : 0;
  }
}
