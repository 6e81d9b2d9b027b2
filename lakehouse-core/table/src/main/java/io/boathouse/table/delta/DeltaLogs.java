package io.boathouse.table.delta;

import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The logs of tables, those used lately kept open. Thread-safe. */
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
  private final Places places;
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

  /** Tells where an external table is: the same folder until that changes. */
  @FunctionalInterface
  public interface Places {
    /**
     * @throws io.boathouse.platform.error.LakeException if it may not be opened
     */
    FileStore of(Relation table);
  }

  /**
   * Of managed tables only.
   *
   * @param storage where the data of managed tables is
   * @param commits decides which versions catalog-managed tables have
   */
  public DeltaLogs(FileStore storage, InstantSource clock, RatifiedCommits commits) {
    this(storage, clock, commits, DeltaLogs::nowhere, Upkeep.AT_ONCE);
  }

  /**
   * @param places opens the folders of external tables
   * @param upkeep is told of every commit
   */
  public DeltaLogs(
      FileStore storage,
      InstantSource clock,
      RatifiedCommits commits,
      Places places,
      Upkeep upkeep) {
    this(
        storage,
        clock,
        FILES_HELD,
        (id, folder) ->
            commits.window(id).isPresent() ? new RatifiedFolder(folder, id, commits) : folder,
        places,
        upkeep);
  }

  /**
   * Of tables that no catalog manages.
   *
   * @param mostFiles how many files of kept versions may be in memory
   */
  DeltaLogs(FileStore storage, InstantSource clock, long mostFiles) {
    this(storage, clock, mostFiles, (id, folder) -> folder, DeltaLogs::nowhere, Upkeep.AT_ONCE);
  }

  private DeltaLogs(
      FileStore storage,
      InstantSource clock,
      long mostFiles,
      Folders folders,
      Places places,
      Upkeep upkeep) {
    this.places = places;
    this.upkeep = upkeep;
    this.leases = new ReadLeases(clock);
    this.folders = folders;
    this.storage = storage;
    this.clock = clock;
    this.mostFiles = mostFiles;
  }

  private static FileStore nowhere(Relation table) {
    throw DeltaErrors.unsupported("an external table");
  }

  /**
   * The log of a table that is not a view.
   *
   * @throws io.boathouse.platform.error.LakeException if it is external and may not be opened, or
   *     is no Delta table
   */
  public DeltaLog of(Relation table) {
    UUID id = table.securable().id();
    return switch (table.kind()) {
      case MANAGED -> of(id);
      case EXTERNAL -> {
        if (!table.format().equalsIgnoreCase("DELTA")) {
          throw DeltaErrors.otherFormat(table.securable().name(), table.format());
        }
        yield external(id, places.of(table));
      }
      case VIEW -> throw new IllegalArgumentException("a view: " + table.securable().name());
    };
  }

  /** The log of an external table in its folder, whether or not it has a version yet. */
  @SuppressWarnings("ReferenceEquality") // another object is another location or credential
  public synchronized DeltaLog external(UUID tableId, FileStore folder) {
    DeltaLog known = logs.get(tableId);
    if (known != null && known.folder() != folder) {
      logs.remove(tableId);
    }
    return bounded(
        logs.computeIfAbsent(tableId, id -> new DeltaLog(folder, clock, CommitHook.NONE, upkeep)));
  }

  /** The log of a managed table, whether or not it has a version yet. */
  public synchronized DeltaLog of(UUID tableId) {
    return bounded(
        logs.computeIfAbsent(
            tableId,
            id -> new DeltaLog(folders.seen(id, folder(id)), clock, CommitHook.NONE, upkeep)));
  }

  private DeltaLog bounded(DeltaLog log) {
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

  /** Gives a managed table a file of another table, under the same path. */
  public void copy(Relation from, UUID to, StoragePath path) {
    FileInfo unused =
        from.kind() == Relation.Kind.MANAGED
            ? storage.copy(
                RelationService.managedPath(from.securable().id()).resolve(path),
                RelationService.managedPath(to).resolve(path))
            : folder(to).putFile(path, places.of(from).localCopy(path));
  }

  /** Deletes log and data of a table. */
  public void delete(UUID tableId) {
    synchronized (this) {
      logs.remove(tableId);
    }
    storage.deleteFolder(RelationService.managedPath(tableId));
  }
}
