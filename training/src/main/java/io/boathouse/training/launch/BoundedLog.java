package io.boathouse.training.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a process writes to standard error: its beginning in a file of bounded size, and its
 * end in memory. It reads on when the file is full, so the process never waits.
 */
final class BoundedLog {
  private static final Logger log = LoggerFactory.getLogger(BoundedLog.class);
  private static final int MAX_BYTES = 1 << 20;
  private static final int TAIL_BYTES = 2_000;
  private static final int KEPT_FILES = 100;

  private final Path file;
  private volatile byte[] tail = {};

  BoundedLog(Path file) {
    this.file = file;
  }

  /** Reads to the end of the stream. */
  void keep(InputStream stream) {
    try (OutputStream out = open()) {
      byte[] chunk = new byte[8192];
      long written = 0;
      for (int length = stream.read(chunk); length >= 0; length = stream.read(chunk)) {
        int room = (int) Math.min(length, MAX_BYTES - written);
        if (room > 0) {
          out.write(chunk, 0, room);
          out.flush();
          written += room;
        }
        tail = tailOf(chunk, length);
      }
    } catch (IOException e) {
      log.debug("Standard error of a training process ended", e);
    }
  }

  /** The last that was written. */
  String tail() {
    return new String(tail, StandardCharsets.UTF_8).strip();
  }

  private byte[] tailOf(byte[] chunk, int length) {
    byte[] before = tail;
    byte[] joined = Arrays.copyOf(before, before.length + length);
    System.arraycopy(chunk, 0, joined, before.length, length);
    return joined.length <= TAIL_BYTES
        ? joined
        : Arrays.copyOfRange(joined, joined.length - TAIL_BYTES, joined.length);
  }

  private OutputStream open() throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder: " + file);
    }
    Files.createDirectories(folder);
    forgetOld(folder);
    return Files.newOutputStream(file);
  }

  private static void forgetOld(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted(Comparator.comparing(BoundedLog::modified).reversed()).toList();
    }
    for (Path old : files.stream().skip(KEPT_FILES).toList()) {
      Files.deleteIfExists(old);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
