package io.boathouse.training.launch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exported matrices on disk, so that several jobs over the same rows export them once. What was
 * unused longest goes first when the files take more than their share; a file in use stays, so the
 * share may be exceeded while it is. Thread-safe; whoever asks for a file that is being written
 * waits for it.
 */
final class MatrixCache {
  private static final Logger log = LoggerFactory.getLogger(MatrixCache.class);
  private static final String SUFFIX = ".bhm";

  private final Path folder;
  private final long maxBytes;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  /** From what was unused longest to what was used last. */
  @GuardedBy("lock")
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** Takes over what an earlier server left in the folder. */
  MatrixCache(Path folder, long maxBytes, InstantSource clock) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.clock = clock;
    try {
      Files.createDirectories(folder);
      takeOver();
    } catch (IOException e) {
      throw LaunchErrors.io("Reading the cache of matrices", e);
    }
  }

  /** Writes a matrix whole into a file. */
  interface Export {
    void to(Path file);
  }

  /** A file that stays until this is closed. */
  final class Held implements AutoCloseable {
    private final Entry entry;

    private Held(Entry entry) {
      this.entry = entry;
    }

    Path file() {
      return entry.file;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        entry.users--;
        shrink();
      } finally {
        lock.unlock();
      }
    }
  }

  /** The file of a key, exported if it is not there; the caller closes what it gets. */
  Held get(String key, Export export) throws InterruptedException {
    while (true) {
      Entry entry;
      boolean mine = false;
      lock.lock();
      try {
        Entry known = entries.get(key);
        mine = known == null;
        entry = known == null ? new Entry(folder.resolve(key + SUFFIX)) : known;
        if (mine) {
          entries.put(key, entry);
        }
        entry.users++;
      } finally {
        lock.unlock();
      }
      if (mine) {
        make(key, entry, export);
        return new Held(entry);
      }
      boolean ready = false;
      Held held = new Held(entry);
      try {
        ready = made(entry);
      } finally {
        if (!ready) {
          held.close();
        }
      }
      if (ready) {
        used(entry);
        return held;
      }
    }
  }

  private void make(String key, Entry entry, Export export) {
    try {
      export.to(entry.file);
      long bytes = Files.size(entry.file);
      lock.lock();
      try {
        entry.bytes = bytes;
        entry.made.complete(true);
        shrink();
      } finally {
        lock.unlock();
      }
    } catch (IOException e) {
      forget(key, entry);
      throw LaunchErrors.io("Writing a matrix", e);
    } catch (RuntimeException e) {
      forget(key, entry);
      throw e;
    }
  }

  private void forget(String key, Entry entry) {
    lock.lock();
    try {
      entries.remove(key, entry);
    } finally {
      lock.unlock();
    }
    entry.made.complete(false);
  }

  /** Waits for whoever makes it; false if that failed. */
  private static boolean made(Entry entry) throws InterruptedException {
    try {
      return entry.made.get();
    } catch (ExecutionException e) {
      throw new CompletionException(e);
    }
  }

  private void used(Entry entry) {
    try {
      Files.setLastModifiedTime(entry.file, FileTime.from(clock.instant()));
    } catch (IOException e) {
      log.debug("The time of {} could not be set", entry.file, e);
    }
  }

  @GuardedBy("lock")
  private void shrink() {
    long bytes = entries.values().stream().mapToLong(entry -> entry.bytes).sum();
    var oldest = entries.entrySet().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      Map.Entry<String, Entry> next = oldest.next();
      Entry entry = next.getValue();
      if (entry.users > 0 || !entry.made.isDone()) {
        continue;
      }
      try {
        Files.deleteIfExists(entry.file);
        bytes -= entry.bytes;
        oldest.remove();
      } catch (IOException e) {
        log.warn("The matrix {} could not be deleted", entry.file, e);
      }
    }
  }

  private void takeOver() throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted(Comparator.comparing(MatrixCache::modified)).toList();
    }
    lock.lock();
    try {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(SUFFIX)) {
          Files.deleteIfExists(file); // begun by a server that crashed
          continue;
        }
        Entry entry = new Entry(file);
        entry.bytes = Files.size(file);
        entry.made.complete(true);
        entries.put(name.substring(0, name.length() - SUFFIX.length()), entry);
      }
      shrink();
    } finally {
      lock.unlock();
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  /** One file; bytes and users are guarded by the cache's lock. */
  private static final class Entry {
    final Path file;
    final CompletableFuture<Boolean> made = new CompletableFuture<>();
    long bytes;
    int users;

    Entry(Path file) {
      this.file = file;
    }
  }
}
