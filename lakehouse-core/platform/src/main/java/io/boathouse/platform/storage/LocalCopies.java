package io.boathouse.platform.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of remote files on local disk, bounded in bytes; those longest unused go first, but none
 * that was asked for within the last ten minutes, so that a query that just got its files keeps
 * them. A copy that an earlier process left is used only if its content still has the digest that
 * its name tells.
 */
final class LocalCopies {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);
  private static final Duration KEPT_AT_LEAST = Duration.ofMinutes(10);

  /** Writes the remote content. */
  @FunctionalInterface
  interface Download {
    InputStream open() throws IOException;
  }

  private record Copy(Path file, long size, Instant usedAt) {}

  private final Path folder;
  private final long maxBytes;
  private final InstantSource clock;
  private final LinkedHashMap<String, Copy> copies = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, ReentrantLock> loading = new HashMap<>();

  LocalCopies(Path folder, long maxBytes, InstantSource clock) throws IOException {
    this.folder = Files.createDirectories(folder).toRealPath();
    this.maxBytes = maxBytes;
    this.clock = clock;
    adoptOrDelete();
  }

  /**
   * The copy of a version of a file, fetched if there is none.
   *
   * @param version names file and content: another content must have another version
   * @param size what the copy must have, in bytes
   */
  Path get(String version, long size, Download download) throws IOException {
    String key = hex(digest().digest(version.getBytes(StandardCharsets.UTF_8)));
    ReentrantLock lock;
    synchronized (this) {
      lock = loading.computeIfAbsent(key, absent -> new ReentrantLock());
    }
    lock.lock();
    try {
      Path ready = use(key);
      return ready != null ? ready : fetch(key, size, download);
    } finally {
      lock.unlock();
      synchronized (this) {
        if (!lock.hasQueuedThreads()) {
          loading.remove(key);
        }
      }
    }
  }

  private synchronized @Nullable Path use(String key) {
    Copy copy = copies.get(key);
    if (copy == null || !Files.isRegularFile(copy.file())) {
      return null;
    }
    copies.put(key, new Copy(copy.file(), copy.size(), clock.instant()));
    return copy.file();
  }

  private Path fetch(String key, long size, Download download) throws IOException {
    Path part = Files.createTempFile(folder, "part-", ".tmp");
    try {
      MessageDigest digest = digest();
      try (InputStream in = download.open();
          var out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
        long copied = in.transferTo(out);
        if (copied != size) {
          throw new IOException("Got " + copied + " bytes (expected: " + size + ")");
        }
      }
      Path file = folder.resolve(key + "-" + hex(digest.digest()));
      Path unused = Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      add(key, new Copy(file, size, clock.instant()));
      return file;
    } finally {
      boolean unused = Files.deleteIfExists(part);
    }
  }

  private synchronized void add(String key, Copy copy) {
    copies.put(key, copy);
    long bytes = copies.values().stream().mapToLong(Copy::size).sum();
    Instant keptSince = clock.instant().minus(KEPT_AT_LEAST);
    Iterator<Copy> oldestFirst = copies.values().iterator();
    while (bytes > maxBytes && oldestFirst.hasNext()) {
      Copy old = oldestFirst.next();
      if (old.usedAt().isBefore(keptSince)) {
        bytes -= old.size();
        oldestFirst.remove();
        delete(old.file());
      }
    }
  }

  private void adoptOrDelete() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(Files::isRegularFile).sorted().forEach(found::add);
    }
    for (Path file : found) {
      String[] name = file.getFileName().toString().split("-", -1);
      if (name.length == 2 && name[1].equals(hex(digestOf(file)))) {
        copies.put(name[0], new Copy(file, Files.size(file), Instant.EPOCH));
      } else {
        delete(file);
      }
    }
  }

  private static byte[] digestOf(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return digest.digest();
  }

  private static void delete(Path file) {
    try {
      boolean unused = Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("The local copy {} could not be deleted", file, e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
