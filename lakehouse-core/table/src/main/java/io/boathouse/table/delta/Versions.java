package io.boathouse.table.delta;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.delta.kernel.SnapshotBuilder;
import io.delta.kernel.exceptions.KernelException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one table. The latest is kept; a look at whether the next one exists tells if it
 * still is the latest, and then only that one is read. Readers of the kept version never wait;
 * those who find a newer one read it once for all. Thread-safe.
 */
final class Versions {
  /** More versions than these at once are read by Kernel, which can begin at a checkpoint. */
  private static final int STEPS = 50;

  /** After so many versions, one by one, Kernel reads again and finds the newest checkpoint. */
  private static final int STEPS_BETWEEN_READS = 200;

  /** How long it is believed without a look that the log was not cleaned behind our back. */
  private static final Duration BELIEVED = Duration.ofMinutes(1);

  private final FileStore folder;
  private final InstantSource clock;
  private final KernelSnapshots kernels;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable DeltaSnapshot latest;
  private volatile Instant believedSince;

  Versions(FileStore folder, InstantSource clock, KernelSnapshots kernels) {
    this.folder = folder;
    this.clock = clock;
    this.kernels = kernels;
    this.believedSince = clock.instant();
  }

  /** The newest version. @throws LakeException NOT_FOUND if there is no table in the folder */
  DeltaSnapshot latest() {
    DeltaSnapshot known = latest;
    if (known != null && following(known).isEmpty() && isBelieved(known)) {
      return known;
    }
    reading.lock();
    try {
      DeltaSnapshot newest = newest(latest);
      latest = newest;
      return newest;
    } finally {
      reading.unlock();
    }
  }

  /** Lets go of the version that is kept; the next reader reads it again. */
  void forget() {
    latest = null;
  }

  /** How many files the kept version holds in memory. */
  int filesHeld() {
    DeltaSnapshot known = latest;
    return known == null ? 0 : known.filesHeld();
  }

  private Optional<FileInfo> following(DeltaSnapshot snapshot) {
    return folder.find(DeltaLog.versionFile(snapshot.version() + 1));
  }

  /**
   * A cleaned log lacks old versions, and would look as if it had ended: that a version's own file
   * still is there tells that it was not cleaned that far.
   */
  private boolean isBelieved(DeltaSnapshot snapshot) {
    Instant now = clock.instant();
    if (Duration.between(believedSince, now).abs().compareTo(BELIEVED) < 0) {
      return true;
    }
    boolean there = folder.find(DeltaLog.versionFile(snapshot.version())).isPresent();
    believedSince = there ? now : believedSince;
    return there;
  }

  private DeltaSnapshot newest(@Nullable DeltaSnapshot known) {
    DeltaSnapshot newest = known;
    boolean complete = false;
    for (int step = 0; newest != null && !complete && step < STEPS; step++) {
      Optional<FileInfo> file = following(newest);
      complete = file.isEmpty();
      newest = complete ? newest : next(newest, file.orElseThrow()).orElse(null);
    }
    DeltaSnapshot sure = newest != null && complete && isBelieved(newest) ? newest : null;
    if (sure != null && sure.stepsSinceRead() <= STEPS_BETWEEN_READS) {
      return sure;
    }
    DeltaSnapshot read = DeltaLog.translating(() -> load(builder -> builder));
    believedSince = clock.instant();
    return sure != null && read.version() == sure.version() ? sure.renewedBy(read) : read;
  }

  private Optional<DeltaSnapshot> next(DeltaSnapshot before, FileInfo file) {
    try (InputStream content = folder.open(file.path())) {
      Optional<CommitActions> commit = CommitActions.read(content);
      return commit.flatMap(actions -> DeltaLog.translating(() -> before.next(file, actions)));
    } catch (IOException e) {
      throw DeltaErrors.internal("A file of the table's log could not be read", e);
    }
  }

  /** A version by number. @throws LakeException NOT_FOUND if there is none, or not any more */
  DeltaSnapshot at(long version) {
    DeltaSnapshot newest;
    try {
      newest = latest();
    } catch (LakeException e) {
      return beforeDamage(version, e);
    }
    if (version == newest.version()) {
      return newest;
    }
    if (version < 0 || version > newest.version()) {
      throw DeltaErrors.noVersion(version, newest.version());
    }
    try {
      return DeltaLog.translating(() -> load(builder -> builder.atVersion(version)));
    } catch (LakeException e) {
      boolean gone =
          e.code() != ErrorCode.UNSUPPORTED && folder.find(DeltaLog.versionFile(version)).isEmpty();
      throw gone ? DeltaErrors.noVersion(version, newest.version()) : e;
    }
  }

  /** A version that is whole, though a later one cannot be read. */
  private DeltaSnapshot beforeDamage(long version, LakeException damage) {
    if (version < 0 || folder.find(DeltaLog.versionFile(version)).isEmpty()) {
      throw damage;
    }
    return DeltaLog.translating(() -> load(builder -> builder.atVersion(version)));
  }

  /** The version that was the latest at an instant. @throws LakeException NOT_FOUND before all */
  DeltaSnapshot at(Instant instant) {
    DeltaSnapshot newest = latest();
    if (!instant.isBefore(newest.at())) {
      return newest;
    }
    try {
      return load(
          builder -> {
            SnapshotBuilder then = builder.atTimestamp(millis(instant), newest.kernel());
            return kernels.isCatalogManaged() ? then.withMaxCatalogVersion(newest.version()) : then;
          });
    } catch (KernelException e) {
      throw DeltaErrors.noVersionAt(instant.toString(), e);
    }
  }

  /** No version is as old as times are that do not fit. */
  private static long millis(Instant instant) {
    return instant.isBefore(Instant.EPOCH) ? 0 : instant.toEpochMilli();
  }

  private DeltaSnapshot load(UnaryOperator<SnapshotBuilder> which) {
    return new DeltaSnapshot(kernels, kernels.load(which));
  }
}
