package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.delta.NotedStore;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Changes a table at random, tells each change that begins and each that was acknowledged, and
 * stands still at a named place, where it is killed.
 */
final class CrashChild {
  private static final int CHANGES = 12;

  /** Where a writer can be killed. */
  enum Place {
    /** The base version is chosen. */
    AFTER_BASE,
    BEFORE_DATA,
    AFTER_DATA,
    AFTER_DELETION_VECTORS,
    /** All files are written. */
    BEFORE_CHECK,
    /** The version's file is ready to be put. */
    BEFORE_PUT,
    BEFORE_VERSION,
    /** The version is there, nobody was told. */
    AFTER_VERSION,
    BEFORE_CHECKPOINT,
    AFTER_CHECKPOINT,
    BEFORE_LAST_CHECKPOINT,
    AFTER_LAST_CHECKPOINT,
    /** At no place of ours: after some milliseconds. */
    ANYWHERE,
    /** It ends by itself. */
    NOWHERE
  }

  private final Place armed;
  private int left;

  private CrashChild(Place armed, int times) {
    this.armed = armed;
    this.left = times;
  }

  /** Arguments: table, temporary folder, seed, place, how often it is passed. */
  public static void main(String[] args) {
    Path temporary = Path.of(args[1]);
    var child = new CrashChild(Place.valueOf(args[3]), Integer.parseInt(args[4]));
    LooseTable table =
        new LooseTable(child.new Store(new LocalFileStore(Path.of(args[0]))), temporary)
            .hooked(phase -> child.at(Place.valueOf(phase.name())));
    DuckDb duckDb = new DuckDb(new DuckDbConfig("512MB", 2, temporary));
    Random random = new Random(Long.parseLong(args[2]));
    for (int i = 0; i < CHANGES; i++) {
      RandomChange change = RandomChange.next(random);
      tell("begin " + change.kind() + " " + change.seed());
      var unused = change.apply(table, duckDb);
      tell("acknowledged");
    }
    tell("ended");
    if (child.armed != Place.NOWHERE) {
      child.left = 1;
      child.at(child.armed);
    }
  }

  private static void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private void at(Place place) {
    if (place == armed && --left == 0) {
      tell("at " + place);
      while (true) {
        LockSupport.park();
      }
    }
  }

  /** Finds the places by the names of the files. */
  private final class Store extends NotedStore {
    Store(FileStore store) {
      super(store);
    }

    @Override
    protected void before(String what, StoragePath path) {
      if (what.equals("put")) {
        switch (kind(path)) {
          case "data" -> at(Place.BEFORE_DATA);
          case "version" -> at(Place.BEFORE_VERSION);
          case "checkpoint" -> at(Place.BEFORE_CHECKPOINT);
          case "last" -> at(Place.BEFORE_LAST_CHECKPOINT);
          default -> {}
        }
      }
    }

    @Override
    protected void written(StoragePath path) {
      switch (kind(path)) {
        case "data" -> at(Place.AFTER_DATA);
        case "vectors" -> at(Place.AFTER_DELETION_VECTORS);
        case "version" -> at(Place.AFTER_VERSION);
        case "checkpoint" -> at(Place.AFTER_CHECKPOINT);
        case "last" -> at(Place.AFTER_LAST_CHECKPOINT);
        default -> {}
      }
    }

    private static String kind(StoragePath path) {
      String name = path.name();
      boolean log = path.toString().contains("_delta_log/");
      if (log) {
        return name.equals("_last_checkpoint")
            ? "last"
            : name.contains(".checkpoint")
                ? "checkpoint"
                : name.endsWith(".json") ? "version" : "other";
      }
      return name.endsWith(".bin") ? "vectors" : name.endsWith(".parquet") ? "data" : "other";
    }
  }
}
