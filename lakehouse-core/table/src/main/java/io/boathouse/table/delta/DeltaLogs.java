package io.boathouse.table.delta;

import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.storage.FileStore;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The logs of the managed tables, those used lately kept open. Thread-safe. */
public final class DeltaLogs {
  private static final int KEPT = 1000;

  /** About a kilobyte each. */
  private static final long FILES_HELD = 500_000;

  private final FileStore storage;
  private final InstantSource clock;
  private final Folders folders;
  private final long mostFiles;
  private final Upkeep upkeep;
  private final ReadLeases leases;
  private final Map<UUID, DeltaLog> logs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, DeltaLog> eldest) {
          return size() > KEPT;
        }
      };

  /** Tells how a table's folder is seen. */
  @FunctionalInterface
  private interface Folders {
    FileStore seen(UUID tableId, FileStore folder);
  }

  /**
   * @param storage where the data of managed tables is
   * @param commits decides which versions catalog-managed tables have
   */
  public DeltaLogs(FileStore storage, InstantSource clock, RatifiedCommits commits) {
    this(storage, clock, commits, Upkeep.AT_ONCE);
  }

  /**
   * @param upkeep is told of every commit
   */
  public DeltaLogs(FileStore storage, InstantSource clock, RatifiedCommits commits, Upkeep upkeep) {
    this(
        storage,
        clock,
        FILES_HELD,
        (id, folder) ->
            commits.window(id).isPresent() ? new RatifiedFolder(folder, id, commits) : folder,
        upkeep);
  }

  /**
   * Of tables that no catalog manages.
   *
   * @param mostFiles how many files of kept versions may be in memory
   */
  DeltaLogs(FileStore storage, InstantSource clock, long mostFiles) {
    this(storage, clock, mostFiles, (id, folder) -> folder, Upkeep.AT_ONCE);
  }

  private DeltaLogs(
      FileStore storage, InstantSource clock, long mostFiles, Folders folders, Upkeep upkeep) {
    this.upkeep = upkeep;
    this.leases = new ReadLeases(clock);
    this.folders = folders;
    this.storage = storage;
    this.clock = clock;
    this.mostFiles = mostFiles;
  }

  /** The log of a managed table, whether or not it has a version yet. */
  public synchronized DeltaLog of(UUID tableId) {
    DeltaLog log =
        logs.computeIfAbsent(
            tableId,
            id -> new DeltaLog(folders.seen(id, folder(id)), clock, CommitHook.NONE, upkeep));
    long held = logs.values().stream().mapToLong(DeltaLog::filesHeld).sum();
    for (DeltaLog eldest : logs.values()) {
      if (held <= mostFiles) {
        break;
      }
      if (eldest != log) {
        held -= eldest.filesHeld();
        eldest.forget();
      }
    }
    return log;
  }

  /** Whose log it is; empty if it is no longer kept open. */
  public synchronized Optional<UUID> tableOf(DeltaLog log) {
    return logs.entrySet().stream()
        .filter(entry -> entry.getValue() == log)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** What of the tables is being read. */
  public ReadLeases leases() {
    return leases;
  }

  /** Opens the table's log anew when it is asked for next: who decides its versions has changed. */
  public synchronized void forget(UUID tableId) {
    logs.remove(tableId);
  }

  private FileStore folder(UUID tableId) {
    return storage.scoped(RelationService.managedPath(tableId));
  }

  /** Deletes log and data of a table. */
  public void delete(UUID tableId) {
    synchronized (this) {
      logs.remove(tableId);
    }
    storage.deleteFolder(RelationService.managedPath(tableId));
  }
}
