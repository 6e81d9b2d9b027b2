package io.boathouse.featurestore.online;

import io.boathouse.featurestore.online.DynamoDbTable.Facts;
import io.boathouse.featurestore.online.DynamoDbTable.Stored;
import io.boathouse.platform.error.LakeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The online store in one DynamoDB table, shared by all servers that name it. A feature table is an
 * item of facts and the items of its generations. Whole tables change over by changing the
 * generation that the facts name; within one, a write of a key holds only against an older row.
 * Reads are consistent: what a write has acknowledged, every server finds.
 *
 * <p>Keys of one call are written side by side, each by itself: a call that fails may have written
 * some, and may be repeated.
 */
public final class DynamoDbOnlineStore implements OnlineStore {
  static final String NAME = "DynamoDB";
  private static final int WAITING = 1_024;
  private static final int LOOKUP_ATTEMPTS = 4;
  private static final int WRITE_ATTEMPTS = 8;
  private static final int BATCH = 2_000;

  private final DynamoDbTable store;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("online-", 0).factory());
  private final Semaphore places = new Semaphore(WAITING);

  /** Where rows were found last; looked at again with every lookup. */
  private final Map<UUID, Long> generations = new ConcurrentHashMap<>();

  private DynamoDbOnlineStore(DynamoDbTable store) {
    this.store = store;
  }

  /** Connects, and makes the table if it is not there. */
  static DynamoDbOnlineStore open(OnlineStoreConfig config) {
    DynamoDbTable table = DynamoDbTable.open(config);
    try {
      table.create();
      return new DynamoDbOnlineStore(table);
    } catch (SdkException e) {
      table.close();
      throw OnlineErrors.unavailable(NAME, e);
    }
  }

  @Override
  public Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features) {
    List<byte[]> bytes = new ArrayList<>(keys.size());
    try {
      for (List<Object> key : keys) {
        bytes.add(key(table, key));
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
            answer.complete(found(table, bytes, features));
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

  /**
   * Rows of one generation. Facts come with the first rows; they are asked for again where a row is
   * missing or there were several requests, for the rows of a generation may go after it was left.
   */
  private FeatureBlock found(OnlineTable table, List<byte[]> keys, int[] features) {
    for (int attempt = 0; attempt < LOOKUP_ATTEMPTS; attempt++) {
      Long known = generations.get(table.id());
      long generation = known == null ? current(table) : known;
      DynamoDbTable.Found found = store.read(table.id(), generation, keys, part -> together(part));
      if (found.generation() == generation
          && (found.isWhole() || store.facts(table.id()).isAt(generation))) {
        generations.put(table.id(), generation);
        return block(table, keys, features, found.records());
      }
      generations.remove(table.id());
    }
    throw OnlineErrors.unavailable(
        NAME, new IllegalStateException("the table changed over during every attempt"));
  }

  private static FeatureBlock block(
      OnlineTable table, List<byte[]> keys, int[] features, Map<ByteBuffer, byte[]> records) {
    FeatureBlock block = new FeatureBlock(keys.size(), table.types(features));
    for (int row = 0; row < keys.size(); row++) {
      byte[] record = records.get(ByteBuffer.wrap(keys.get(row)));
      if (record != null) {
        RecordCodec.read(MemorySegment.ofArray(record), 0, features, block, row);
      }
    }
    return block;
  }

  private long current(OnlineTable table) {
    return store.facts(table.id()).generation().orElseThrow(() -> OnlineErrors.notPublished(table));
  }

  @Override
  public long write(OnlineTable table, List<OnlineRow> rows) {
    return change(table, rows.stream().map(row -> Change.of(stored(table, row))).toList());
  }

  @Override
  public void amend(OnlineTable table, List<OnlineChange> changes) {
    long unusedKept =
        change(
            table,
            changes.stream()
                .map(
                    change ->
                        new Change(
                            key(table, change.key()),
                            change.eventMicros(),
                            change.knownMicros(),
                            change.row().map(row -> stored(table, row))))
                .toList());
  }

  /**
   * What becomes of one key: what is not newer than the times goes, and the row comes, if it is not
   * older than what stays.
   */
  private record Change(byte[] key, long event, long known, Optional<Stored> row) {
    static Change of(Stored row) {
      return new Change(row.key(), row.event(), row.known(), Optional.of(row));
    }

    /** Of an item: its times are these or older. */
    Stored last() {
      Stored upTo = new Stored(key, event, known, new byte[0]);
      return row.filter(other -> other.isNewerThan(upTo)).orElse(upTo);
    }
  }

  /** Into the generation that is current before and after. @return rows that were kept */
  private long change(OnlineTable table, List<Change> changes) {
    return guarded(
        () -> {
          long generation = store.begin(table.id());
          for (int attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
            long kept = change(table.id(), generation, changes);
            Facts now = store.facts(table.id());
            if (now.generation().isEmpty() || now.isAt(generation)) {
              generations.put(table.id(), generation);
              return kept;
            }
            generation = now.generation().get();
          }
          throw OnlineErrors.unavailable(
              NAME, new IllegalStateException("the table changed over during every attempt"));
        });
  }

  private long change(UUID table, long generation, List<Change> changes) {
    return together(
            inOrder(changes).stream()
                .<Callable<Long>>map(
                    ofKey ->
                        () -> {
                          long kept = 0;
                          for (Change change : ofKey) {
                            kept += apply(table, generation, change) ? 1 : 0;
                          }
                          return kept;
                        })
                .toList())
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private boolean apply(UUID table, long generation, Change change) {
    if (change.row().isPresent()) {
      return store.put(table, generation, change.row().get(), change.last());
    }
    boolean unused = store.remove(table, generation, change.last());
    return false;
  }

  /** Changes of one key stay in their order; those of different keys need none. */
  private static Collection<List<Change>> inOrder(List<Change> changes) {
    Map<ByteBuffer, List<Change>> byKey = LinkedHashMap.newLinkedHashMap(changes.size());
    for (Change change : changes) {
      byKey.computeIfAbsent(ByteBuffer.wrap(change.key()), key -> new ArrayList<>(1)).add(change);
    }
    return byKey.values();
  }

  @Override
  public long replace(OnlineTable table, Iterator<OnlineRow> rows) {
    return guarded(
        () -> {
          long generation = store.next(table.id());
          List<Change> batch = new ArrayList<>();
          while (rows.hasNext()) {
            batch.add(Change.of(stored(table, rows.next())));
            if (batch.size() == BATCH || !rows.hasNext()) {
              long unusedKept = change(table.id(), generation, batch);
              batch.clear();
            }
          }
          if (!store.change(table.id(), generation)) {
            clear(table.id(), generation); // a later one counts
            return statistics(table).rows();
          }
          generations.put(table.id(), generation);
          clear(table.id());
          return count(table.id(), generation).rows();
        });
  }

  /** Removes what is left of generations before the current one, also of writers that died. */
  private void clear(UUID table) {
    Facts facts = store.facts(table);
    long last = facts.generation().orElse(facts.newest() + 1);
    for (long old = facts.cleared() + 1; old < last; old++) {
      clear(table, old);
      if (facts.generation().isPresent()) {
        store.cleared(table, old);
      }
    }
  }

  private void clear(UUID table, long generation) {
    for (int shard = 0; shard < DynamoDbTable.SHARDS; shard++) {
      for (List<Stored> page : store.rows(table, generation, shard, false)) {
        var unused =
            together(
                page.stream()
                    .<Callable<Boolean>>map(row -> () -> store.delete(table, generation, row.key()))
                    .toList());
      }
    }
  }

  @Override
  public long expire(OnlineTable table, long oldestEventMicros) {
    return guarded(
        () -> {
          Optional<Long> generation = store.facts(table.id()).generation();
          return generation.isEmpty()
              ? 0L
              : expire(table.id(), generation.get(), oldestEventMicros);
        });
  }

  private long expire(UUID table, long generation, long oldest) {
    long expired = 0;
    for (int shard = 0; shard < DynamoDbTable.SHARDS; shard++) {
      for (List<Stored> page : store.rows(table, generation, shard, false)) {
        expired +=
            together(
                    page.stream()
                        .filter(row -> row.event() < oldest)
                        .<Callable<Boolean>>map(row -> () -> store.remove(table, generation, row))
                        .toList())
                .stream()
                .filter(removed -> removed)
                .count();
      }
    }
    return expired;
  }

  @Override
  public boolean warm(OnlineTable table) {
    return guarded(() -> store.facts(table.id()).generation().isPresent());
  }

  @Override
  public Set<UUID> tables() {
    return guarded(store::tables);
  }

  @Override
  public void drop(UUID table) {
    boolean unused =
        guarded(
            () -> {
              generations.remove(table);
              if (store.leave(table)) {
                clear(table);
              }
              return true;
            });
  }

  @Override
  public OnlineStatistics statistics(OnlineTable table) {
    return guarded(
        () ->
            store
                .facts(table.id())
                .generation()
                .map(generation -> count(table.id(), generation))
                .orElse(new OnlineStatistics(0, 0, Long.MIN_VALUE)));
  }

  /** Reads all of it, as DynamoDB keeps no exact count. */
  private OnlineStatistics count(UUID table, long generation) {
    List<Callable<OnlineStatistics>> shards = new ArrayList<>();
    for (int i = 0; i < DynamoDbTable.SHARDS; i++) {
      int shard = i;
      shards.add(
          () -> {
            long rows = 0;
            long bytes = 0;
            long newest = Long.MIN_VALUE;
            for (List<Stored> page : store.rows(table, generation, shard, true)) {
              rows += page.size();
              for (Stored row : page) {
                bytes += row.key().length + row.record().length;
                newest = Math.max(newest, row.event());
              }
            }
            return new OnlineStatistics(rows, bytes, newest);
          });
    }
    return together(shards).stream()
        .reduce(
            new OnlineStatistics(0, 0, Long.MIN_VALUE),
            (a, b) ->
                new OnlineStatistics(
                    a.rows() + b.rows(),
                    a.bytes() + b.bytes(),
                    Math.max(a.newestEventMicros(), b.newestEventMicros())));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    store.close();
  }

  /**
   * Does all side by side, as many at once as there are connections; the first failure is thrown.
   */
  private <T> List<T> together(List<Callable<T>> work) {
    if (work.size() == 1) {
      return List.of(called(work.getFirst()));
    }
    List<java.util.concurrent.Future<T>> running = new ArrayList<>(work.size());
    for (Callable<T> one : work) {
      running.add(threads.submit(() -> store.inTurn(one)));
    }
    List<T> done = new ArrayList<>(work.size());
    try {
      for (var one : running) {
        done.add(one.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OnlineErrors.unavailable(NAME, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : OnlineErrors.unavailable(NAME, e);
    } finally {
      running.forEach(
          one -> {
            boolean unused = one.cancel(true);
          });
    }
    return done;
  }

  private <T> T called(Callable<T> work) {
    try {
      return store.inTurn(work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw OnlineErrors.unavailable(NAME, e);
    }
  }

  private static <T> T guarded(Callable<T> work) {
    try {
      return work.call();
    } catch (LakeException e) {
      throw e;
    } catch (Exception e) {
      throw OnlineErrors.unavailable(NAME, e);
    }
  }

  private static byte[] key(OnlineTable table, List<?> key) {
    byte[] bytes = RecordCodec.key(table, key);
    if (bytes.length > DynamoDbTable.LONGEST_KEY) {
      throw OnlineErrors.tooLarge(NAME, "key", bytes.length, DynamoDbTable.LONGEST_KEY);
    }
    return bytes;
  }

  private static Stored stored(OnlineTable table, OnlineRow row) {
    byte[] record = RecordCodec.encode(table, row);
    if (record.length > DynamoDbTable.LARGEST_RECORD) {
      throw OnlineErrors.tooLarge(NAME, "row", record.length, DynamoDbTable.LARGEST_RECORD);
    }
    return new Stored(key(table, row.key()), row.eventMicros(), row.knownMicros(), record);
  }
}
