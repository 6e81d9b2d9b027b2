package io.boathouse.featurestore.online;

import io.vertx.core.Future;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The online store of a single server: an off-heap index answers, an append-only log below the data
 * directory is its durable source. A write is in the log, on disk, before a reader can see it. One
 * writer at a time per table; readers take no lock. A log that is mostly replaced rows is
 * rewritten.
 */
public final class EmbeddedOnlineStore implements OnlineStore {
  private static final long MIN_COMPACTION_BYTES = 16L << 20;
  private static final Pattern TABLE = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private final Path folder;
  private final long maxBytes;
  private final Map<UUID, Published> tables = new ConcurrentHashMap<>();

  /**
   * Opens a store; tables are read back when they are first asked for.
   *
   * @param folder where the logs are kept, one folder per table
   * @param maxBytes memory that all indexes together may take
   */
  public EmbeddedOnlineStore(Path folder, long maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
  }

  /** Reads the table back from its log. */
  @Override
  public boolean warm(OnlineTable table) {
    return published(table.id()).isPresent();
  }

  @Override
  public boolean answersAtOnce() {
    return true;
  }

  @Override
  public Future<FeatureBlock> lookup(OnlineTable table, List<List<Object>> keys, int[] features) {
    Published published = tables.get(table.id());
    if (published == null) {
      return Future.failedFuture(OnlineErrors.notPublished(table));
    }
    try {
      FeatureBlock block = new FeatureBlock(keys.size(), table.types(features));
      OnlineIndex index = published.index;
      for (int row = 0; row < keys.size(); row++) {
        index.lookup(RecordCodec.key(table, keys.get(row)), features, block, row);
      }
      return Future.succeededFuture(block);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  @Override
  public long write(OnlineTable table, List<OnlineRow> rows) {
    List<byte[]> records = new ArrayList<>(rows.size());
    for (OnlineRow row : rows) {
      records.add(RecordCodec.encode(table, row));
    }
    Published published =
        published(table.id()).orElseGet(() -> publish(table, List.<byte[]>of().iterator()));
    published.lock.lock();
    try {
      if (published.closed) {
        return write(table, rows);
      }
      checkRoom(records.stream().mapToLong(record -> record.length).sum());
      published.log.append(records);
      long kept = 0;
      OnlineIndex index = published.index;
      for (byte[] record : records) {
        OnlineIndex.Put put = index.put(key(record), record);
        index = put.index();
        kept += put.kept() ? 1 : 0;
      }
      published.index = index;
      compactIfLong(table, published);
      return kept;
    } finally {
      published.lock.unlock();
    }
  }

  @Override
  public void amend(OnlineTable table, List<OnlineChange> changes) {
    List<byte[]> records = new ArrayList<>(2 * changes.size());
    for (OnlineChange change : changes) {
      records.add(RecordCodec.removal(table, change));
      change.row().ifPresent(row -> records.add(RecordCodec.encode(table, row)));
    }
    Published published =
        published(table.id()).orElseGet(() -> publish(table, List.<byte[]>of().iterator()));
    published.lock.lock();
    try {
      if (published.closed) {
        amend(table, changes);
        return;
      }
      checkRoom(records.stream().mapToLong(record -> record.length).sum());
      published.log.append(records);
      OnlineIndex index = published.index;
      int at = 0;
      for (OnlineChange change : changes) {
        byte[] removal = records.get(at++);
        index =
            change.row().isPresent()
                ? index.replace(key(removal), removal, records.get(at++))
                : index.put(key(removal), removal).index();
      }
      published.index = index;
      compactIfLong(table, published);
    } finally {
      published.lock.unlock();
    }
  }

  @Override
  public long expire(OnlineTable table, long oldestEventMicros) {
    Optional<Published> found = published(table.id());
    if (found.isEmpty()) {
      return 0;
    }
    Published published = found.get();
    published.lock.lock();
    try {
      List<byte[]> removals = removals(published.index, oldestEventMicros);
      if (published.closed || removals.isEmpty()) {
        return 0;
      }
      published.log.append(removals);
      OnlineIndex index = published.index;
      for (byte[] removal : removals) {
        index = index.put(key(removal), removal).index();
      }
      published.index = index;
      compactIfLong(table, published);
      return removals.size();
    } finally {
      published.lock.unlock();
    }
  }

  private static List<byte[]> removals(OnlineIndex index, long oldestEventMicros) {
    List<byte[]> removals = new ArrayList<>();
    index.forEach(
        record -> {
          MemorySegment memory = MemorySegment.ofArray(record);
          long event = RecordCodec.eventMicros(memory, 0);
          if (event < oldestEventMicros) {
            removals.add(
                RecordCodec.removal(key(record), event, RecordCodec.knownMicros(memory, 0)));
          }
        });
    return removals;
  }

  @Override
  public long replace(OnlineTable table, Iterator<OnlineRow> rows) {
    Iterator<byte[]> records =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public byte[] next() {
            return RecordCodec.encode(table, rows.next());
          }
        };
    return publish(table, records).index.rows();
  }

  /** Those on disk too that nobody has asked for yet. */
  @Override
  public Set<UUID> tables() {
    Set<UUID> ids = new HashSet<>(tables.keySet());
    if (Files.isDirectory(folder)) {
      try (Stream<Path> folders = Files.list(folder)) {
        folders
            .map(path -> path.getFileName().toString())
            .filter(name -> TABLE.matcher(name).matches())
            .map(UUID::fromString)
            .forEach(ids::add);
      } catch (IOException e) {
        throw OnlineErrors.io(folder, "read", e);
      }
    }
    return ids;
  }

  @Override
  public void drop(UUID table) {
    Optional<Published> published = published(table);
    if (published.isPresent()) {
      retire(published.get());
      tables.remove(table, published.get());
    }
    OnlineLog.delete(folder(table));
  }

  @Override
  public OnlineStatistics statistics(OnlineTable table) {
    return published(table.id())
        .map(
            published ->
                new OnlineStatistics(
                    published.index.rows(),
                    Math.max(published.index.bytes(), published.log.bytes()),
                    published.index.newestEvent()))
        .orElse(new OnlineStatistics(0, 0, Long.MIN_VALUE));
  }

  @Override
  public void close() {
    tables.values().forEach(EmbeddedOnlineStore::retire);
    tables.clear();
  }

  private Optional<Published> published(UUID table) {
    return Optional.ofNullable(tables.computeIfAbsent(table, id -> recover(id).orElse(null)));
  }

  private Optional<Published> recover(UUID table) {
    OnlineIndex[] index = {OnlineIndex.empty()};
    return OnlineLog.open(
            folder(table), record -> index[0] = index[0].put(key(record), record).index())
        .map(log -> new Published(log, index[0]));
  }

  /** Builds index and log of a new generation beside the present one, then changes over. */
  private Published publish(OnlineTable table, Iterator<byte[]> records) {
    OnlineIndex index = OnlineIndex.empty();
    while (records.hasNext()) {
      byte[] record = records.next();
      index = index.put(key(record), record).index();
      if ((index.rows() & 0xfff) == 0) {
        checkRoom(index.bytes());
      }
    }
    Optional<Published> before = published(table.id());
    before.ifPresent(old -> old.lock.lock());
    try {
      long generation = before.map(old -> old.log.generation() + 1).orElse(1L);
      OnlineLog log = OnlineLog.create(folder(table.id()), generation, records(index).iterator());
      Published now = new Published(log, index);
      tables.put(table.id(), now);
      before.ifPresent(EmbeddedOnlineStore::retire);
      return now;
    } finally {
      before.ifPresent(old -> old.lock.unlock());
    }
  }

  private void compactIfLong(OnlineTable table, Published published) {
    if (published.log.bytes() <= Math.max(MIN_COMPACTION_BYTES, 3 * published.index.bytes())) {
      return;
    }
    OnlineLog before = published.log;
    published.log =
        OnlineLog.create(
            folder(table.id()), before.generation() + 1, records(published.index).iterator());
    before.close();
  }

  private static List<byte[]> records(OnlineIndex index) {
    List<byte[]> records = new ArrayList<>();
    index.forEach(records::add);
    return records;
  }

  private static void retire(Published published) {
    published.lock.lock();
    try {
      published.closed = true;
      published.log.close();
    } finally {
      published.lock.unlock();
    }
  }

  private void checkRoom(long more) {
    long taken = tables.values().stream().mapToLong(table -> table.index.bytes()).sum();
    if (taken + more > maxBytes) {
      throw OnlineErrors.full(maxBytes);
    }
  }

  private static byte[] key(byte[] record) {
    return RecordCodec.keyOf(MemorySegment.ofArray(record), 0);
  }

  private Path folder(UUID table) {
    return folder.resolve(table.toString());
  }

  /** A table that is here. The index is replaced as it grows; readers see one or the other. */
  private static final class Published {
    final ReentrantLock lock = new ReentrantLock();
    volatile OnlineLog log;
    volatile OnlineIndex index;
    boolean closed;

    Published(OnlineLog log, OnlineIndex index) {
      this.log = log;
      this.index = index;
    }
  }
}
