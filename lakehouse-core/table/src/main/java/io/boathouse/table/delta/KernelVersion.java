package io.boathouse.table.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.FileStatus;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * One version as Kernel sees it. When a checkpoint that it begins at turns out to be damaged, it is
 * put together again of an older one and the versions since, or of all versions. Thread-safe.
 */
final class KernelVersion {
  private final KernelSnapshots kernels;
  private volatile SnapshotImpl snapshot;

  KernelVersion(KernelSnapshots kernels, SnapshotImpl snapshot) {
    this.kernels = kernels;
    this.snapshot = snapshot;
  }

  /** For what needs no look at the log. */
  SnapshotImpl get() {
    return snapshot;
  }

  /**
   * Does work that reads the log, again from the start if a checkpoint is damaged.
   *
   * @throws DamagedFile if the log cannot do without the damaged file
   */
  <T> T read(Function<SnapshotImpl, T> work) {
    Set<String> passedBy = new HashSet<>();
    while (true) {
      SnapshotImpl now = snapshot;
      try {
        return work.apply(now);
      } catch (RuntimeException e) {
        boolean more =
            DamagedFile.in(e)
                .filter(DamagedFile::repeatsVersions)
                .map(damage -> passedBy.addAll(names(damage, now)))
                .orElse(false);
        if (!more) {
          throw e;
        }
        snapshot = without(passedBy, now, e);
      }
    }
  }

  private SnapshotImpl without(Set<String> passedBy, SnapshotImpl now, RuntimeException damage) {
    try {
      return kernels.load(builder -> builder.atVersion(now.getVersion()), passedBy);
    } catch (RuntimeException e) {
      damage.addSuppressed(e);
      throw damage;
    }
  }

  private static Collection<String> names(DamagedFile damage, SnapshotImpl now) {
    Set<String> names = new HashSet<>(Set.of(damage.name()));
    if (damage.isCheckpoint()) {
      List<FileStatus> parts = now.getLogSegment().getCheckpoints();
      parts.forEach(
          part -> names.add(part.getPath().substring(part.getPath().lastIndexOf('/') + 1)));
    }
    return names;
  }
}
