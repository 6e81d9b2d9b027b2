package io.boathouse.featurestore.online;

import io.boathouse.featurestore.online.OnlineRowRepository.Stored;
import io.boathouse.platform.db.DatabaseConfig;
import io.boathouse.platform.db.MetadataDatabase;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.secret.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The online store in a PostgreSQL database of its own, shared by all servers that name it. Lookups
 * of a batch are one statement on a virtual thread; a change is one transaction.
 */
public final class PostgresOnlineStore implements OnlineStore {
  static final String NAME = "PostgreSQL";
  private static final int WAITING = 1_024;

  private final MetadataDatabase database;
  private final OnlineRowRepository repository;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("online-", 0).factory());
  private final Semaphore places = new Semaphore(WAITING);

  private PostgresOnlineStore(MetadataDatabase database) {
    this.database = database;
    this.repository = new OnlineRowRepository(database.database());
  }

  /** Connects, and makes the tables if they are not there. */
  static PostgresOnlineStore open(OnlineStoreConfig config, Path folder) {
    MetadataDatabase database =
        MetadataDatabase.open(
            folder,
            new DatabaseConfig(
                config.url(),
                config.user(),
                config.password().map(Secret::reveal),
                config.connections()));
    database.migrate("online");
    return new PostgresOnlineStore(database);
  }

  @Override
  public Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features) {
    List<byte[]> bytes = new ArrayList<>(keys.size());
    try {
      for (List<Object> key : keys) {
        bytes.add(RecordCodec.key(table, key));
      }
    } catch (LakeException e) {
      return Future.failedFuture(e);
    }
    if (!places.tryAcquire()) {
      return Future.failedFuture(OnlineErrors.busy(NAME, WAITING));
    }
    Promise<FeatureBlock> answer = Promise.promise();
    threads.execute(
        () -> {
          try {
            FeatureBlock block = new FeatureBlock(keys.size(), table.types(features));
            if (repository.lookup(table.id(), bytes, features, block)) {
              answer.complete(block);
            } else {
              answer.fail(OnlineErrors.notPublished(table));
            }
          } catch (LakeException e) {
            answer.fail(e);
          } catch (RuntimeException e) {
            answer.fail(OnlineErrors.unavailable(NAME, e));
          } finally {
            places.release();
          }
        });
    return answer.future();
  }

  @Override
  public long write(OnlineTable table, List<OnlineRow> rows) {
    return repository.change(
        table.id(), List.of(), rows.stream().map(row -> stored(table, row)).toList());
  }

  @Override
  public void amend(OnlineTable table, List<OnlineChange> changes) {
    List<Stored> removals = new ArrayList<>();
    List<Stored> rows = new ArrayList<>();
    for (OnlineChange change : changes) {
      removals.add(
          new Stored(
              RecordCodec.key(table, change.key()),
              change.eventMicros(),
              change.knownMicros(),
              new byte[0]));
      change.row().ifPresent(row -> rows.add(stored(table, row)));
    }
    long unusedKept = repository.change(table.id(), removals, rows);
  }

  @Override
  public long expire(OnlineTable table, long oldestEventMicros) {
    return repository.expire(table.id(), oldestEventMicros);
  }

  @Override
  public long replace(OnlineTable table, Iterator<OnlineRow> rows) {
    return repository.replace(
        table.id(),
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public Stored next() {
            return stored(table, rows.next());
          }
        });
  }

  @Override
  public boolean warm(OnlineTable table) {
    return tables().contains(table.id());
  }

  @Override
  public Set<UUID> tables() {
    return Set.copyOf(repository.tables());
  }

  @Override
  public void drop(UUID table) {
    repository.drop(table);
  }

  @Override
  public OnlineStatistics statistics(OnlineTable table) {
    return repository.statistics(table.id());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    database.close();
  }

  private static Stored stored(OnlineTable table, OnlineRow row) {
    return new Stored(
        RecordCodec.key(table, row.key()),
        row.eventMicros(),
        row.knownMicros(),
        RecordCodec.encode(table, row));
  }
}
