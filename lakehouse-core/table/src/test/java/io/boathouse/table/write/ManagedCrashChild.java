package io.boathouse.table.write;

import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.TableModule;
import io.boathouse.table.delta.NotedStore;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that appends to a catalog-managed table, a row a version, tells each row that begins and
 * each that was acknowledged, and stands still at a named place, where it is killed.
 */
final class ManagedCrashChild {
  static final FullName TABLE = FullName.of("main", "default", "crashing");
  static final TableSchema SCHEMA = TableSchema.of(Column.of("id", new DataType.LongType()));
  private static final int ROWS = 6;

  /** Where a server can be killed. */
  enum Place {
    /** The commit is staged, and nobody has ratified it. */
    STAGED,
    /** The commit is ratified, and lies nowhere but where it was staged. */
    RATIFIED,
    /** The commit is published, and the catalog was not told. */
    PUBLISHED,
    /** At no place of ours: after some milliseconds. */
    ANYWHERE
  }

  private static final int DIGITS = 20;

  private final Place armed;
  private volatile String own = "";
  private int left;

  private ManagedCrashChild(Place armed, int times) {
    this.armed = armed;
    this.left = times;
  }

  /** Arguments: database address, user, password, storage, temporary folder, place, times, row. */
  public static void main(String[] args) {
    var config =
        new DatabaseConfig(Optional.of(args[0]), Optional.of(args[1]), Optional.of(args[2]), 4);
    var child = new ManagedCrashChild(Place.valueOf(args[5]), Integer.parseInt(args[6]));
    FileStore storage = child.new Store(new LocalFileStore(Path.of(args[3])));
    DuckDb duckDb = new DuckDb(new DuckDbConfig("256MB", 1, Path.of(args[4])));
    try (var metadata = MetadataDatabase.open(Path.of("unused"), config)) {
      var catalog = new CatalogModule(metadata.database(), storage, InstantSource.system());
      try (TableModule module = tables(catalog, storage, duckDb)) {
        Caller caller = catalog.systemCallers().system("test");
        long first = Long.parseLong(args[7]);
        for (long row = first; row < first + ROWS; row++) {
          tell("begin " + row);
          var rows = new Rows.Values(SCHEMA, List.of(List.of(row)));
          var unused = module.tables().append(caller, TABLE, rows, WriteOptions.of("INSERT"));
          tell("acknowledged " + row);
        }
        tell("ended");
      }
    }
  }

  private static TableModule tables(CatalogModule catalog, FileStore storage, DuckDb duckDb) {
    return new TableModule(
        new TableModule.Governance(
            catalog.namespaces(),
            catalog.relations(),
            catalog.policies(),
            catalog.commits(),
            catalog.locations().folders(),
            catalog.access(),
            catalog.authorizer(),
            catalog.auditLog(),
            catalog.deletions()),
        storage,
        duckDb,
        InstantSource.system());
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
    private final FileStore store;

    Store(FileStore store) {
      super(store);
      this.store = store;
    }

    @Override
    public FileStore scoped(StoragePath folder) {
      return new Store(store.scoped(folder));
    }

    @Override
    protected void before(String what, StoragePath path) {
      if (what.equals("put") && isPublished(path)) {
        at(Place.RATIFIED);
      }
    }

    @Override
    protected void written(StoragePath path) {
      if (path.value().contains("_staged_commits/")) {
        own = path.name().substring(0, DIGITS);
        at(Place.STAGED);
      } else if (isPublished(path)) {
        at(Place.PUBLISHED);
      }
    }

    /** Versions that a killed one left unpublished are published before the first one of ours. */
    private boolean isPublished(StoragePath path) {
      return path.value().equals("_delta_log/" + own + ".json");
    }
  }
}
