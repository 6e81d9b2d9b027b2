package io.boathouse.table.write;

import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.read.At;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes a table of another one's files. A clone stands on its own: its files are in its folder, so
 * that no VACUUM, change or drop of the source reaches it. On a disk they share their content with
 * the source's; a bucket copies them without a byte passing the server.
 */
final class Cloning {
  private static final int AT_ONCE = 8;

  private final DeltaLogs logs;
  private final Relation source;
  private final DeltaSnapshot snapshot;

  /** Keeps the version's files from being vacuumed while they are copied. */
  Cloning(DeltaLogs logs, Relation source, At at) {
    this.logs = logs;
    this.source = source;
    DeltaLog log = logs.of(source);
    this.snapshot =
        switch (at) {
          case At.Latest latest -> log.latest();
          case At.Version version -> log.at(version.number());
          case At.Timestamp timestamp -> log.at(timestamp.instant());
        };
    logs.leases().hold(source.securable().id(), snapshot.version());
  }

  /** What is cloned, under another name. */
  NewTable table(FullName name) {
    return new NewTable(
        name,
        snapshot.schema(),
        snapshot.partitionColumns(),
        Map.of(),
        source.securable().comment());
  }

  Commit commit(UUID id, DeltaLog log, boolean shallow) {
    copy(id);
    return log.cloneOf(
        snapshot,
        new CommitNote(
            "CLONE",
            Map.of(
                "source", source.securable().name().toString(),
                "sourceVersion", Long.toString(snapshot.version()),
                "isShallow", Boolean.toString(shallow)),
            Optional.empty()));
  }

  private void copy(UUID id) {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (StoragePath path : snapshot.paths()) {
        running.add(threads.submit(() -> logs.copy(source, id, path)));
      }
      try {
        for (Future<?> one : running) {
          one.get();
        }
      } catch (ExecutionException | InterruptedException e) {
        running.forEach(
            one -> {
              boolean unused = one.cancel(false);
            });
        throw e.getCause() instanceof LakeException known ? known : TableErrors.cloneFailed(e);
      }
    }
  }
}
