package io.boathouse.featurestore.online;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The durable source of one table: an append-only file of records, each {@code int32 length, int32
 * crc32c, bytes}, after an 8-byte magic. A batch is on disk when {@link #append} returns. A torn
 * tail, as a crash leaves it, is cut off at opening; it was never acknowledged. Compaction writes
 * the next generation beside the present one and renames it into place.
 */
final class OnlineLog implements AutoCloseable {
  private static final long MAGIC = 0x314c4e4f_48544f42L;
  private static final int FRAME = 8;
  private static final int MAX_RECORD = 1 << 24;
  private static final int WRITE_CHUNK = 1 << 20;
  private static final String SUFFIX = ".log";

  private final Path file;
  private final long generation;
  private final FileChannel channel;
  private long end;

  private OnlineLog(Path folder, long generation, FileChannel channel, long end) {
    this.file = file(folder, generation);
    this.generation = generation;
    this.channel = channel;
    this.end = end;
  }

  /** The newest complete generation in the folder, if there is one. */
  static Optional<OnlineLog> open(Path folder, Consumer<byte[]> records) {
    try {
      Optional<Long> newest = generations(folder).max(Comparator.naturalOrder());
      if (newest.isEmpty()) {
        return Optional.empty();
      }
      OnlineLog log = openGeneration(folder, newest.get());
      log.recover(records);
      return Optional.of(log);
    } catch (IOException e) {
      throw OnlineErrors.io(folder, "opened", e);
    }
  }

  /** A log that holds exactly these records, in the place of the generation before it. */
  static OnlineLog create(Path folder, long generation, Iterator<byte[]> records) {
    Path temporary = folder.resolve(generation + ".tmp");
    try {
      Path made = Files.createDirectories(folder);
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer buffer = buffer(WRITE_CHUNK).putLong(MAGIC);
        while (records.hasNext()) {
          buffer = frame(channel, buffer, records.next());
        }
        drain(channel, buffer);
        channel.force(true);
      }
      Path moved = Files.move(temporary, file(folder, generation), StandardCopyOption.ATOMIC_MOVE);
      sync(made);
      deleteOthers(folder, moved);
      return openGeneration(folder, generation);
    } catch (IOException e) {
      throw OnlineErrors.io(temporary, "written", e);
    }
  }

  long generation() {
    return generation;
  }

  /** Bytes on disk. */
  long bytes() {
    return end;
  }

  /** Adds records; all of them are on disk when this returns, or it throws and none is. */
  void append(List<byte[]> records) {
    try {
      long at = end;
      int size = records.stream().mapToInt(record -> record.length + FRAME).sum();
      ByteBuffer buffer = buffer(size);
      for (byte[] record : records) {
        buffer.putInt(record.length).putInt(checksum(record)).put(record);
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        at += channel.write(buffer, at);
      }
      channel.force(false);
      end = at;
    } catch (IOException e) {
      cutTo(end);
      throw OnlineErrors.io(file, "written", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw OnlineErrors.io(file, "closed", e);
    }
  }

  /** Deletes every generation of the folder. */
  static void delete(Path folder) {
    try {
      if (Files.isDirectory(folder)) {
        deleteOthers(folder, folder);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw OnlineErrors.io(folder, "deleted", e);
    }
  }

  private void recover(Consumer<byte[]> records) throws IOException {
    long size = channel.size();
    ByteBuffer magic = read(0, 8);
    if (size < 8 || magic.getLong() != MAGIC) {
      throw OnlineErrors.corrupt(file, 0);
    }
    long at = 8;
    while (at < size) {
      Optional<byte[]> record = record(at, size);
      if (record.isEmpty()) {
        if (validRecordAfter(at + 1, size)) {
          throw OnlineErrors.corrupt(file, at);
        }
        break;
      }
      records.accept(record.get());
      at += FRAME + record.get().length;
    }
    end = at;
    if (at < size) {
      cutTo(at);
    }
  }

  /** The record whose frame begins here; empty if it is torn or its checksum is wrong. */
  private Optional<byte[]> record(long at, long size) throws IOException {
    if (at + FRAME > size) {
      return Optional.empty();
    }
    ByteBuffer frame = read(at, FRAME);
    int length = frame.getInt();
    int checksum = frame.getInt();
    if (length < RecordCodec.HEADER || length > MAX_RECORD || at + FRAME + length > size) {
      return Optional.empty();
    }
    byte[] record = read(at + FRAME, length).array();
    return checksum(record) == checksum ? Optional.of(record) : Optional.empty();
  }

  /** Whether whole records follow: then the gap is damage, not a torn tail. */
  private boolean validRecordAfter(long from, long size) throws IOException {
    long last = Math.min(size, from + WRITE_CHUNK);
    for (long at = from; at < last; at++) {
      if (record(at, size).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private ByteBuffer read(long at, int length) throws IOException {
    ByteBuffer buffer = buffer(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        break;
      }
    }
    return buffer.flip();
  }

  private void cutTo(long length) {
    try {
      FileChannel cut = channel.truncate(length);
      cut.force(true);
    } catch (IOException e) {
      throw OnlineErrors.io(file, "cut to its last whole record", e);
    }
  }

  private static ByteBuffer frame(FileChannel channel, ByteBuffer buffer, byte[] record)
      throws IOException {
    ByteBuffer target = buffer;
    if (target.remaining() < record.length + FRAME) {
      drain(channel, target);
      if (target.capacity() < record.length + FRAME) {
        target = buffer(record.length + FRAME);
      }
    }
    return target.putInt(record.length).putInt(checksum(record)).put(record);
  }

  private static void drain(FileChannel channel, ByteBuffer buffer) throws IOException {
    ByteBuffer full = buffer.flip();
    while (full.hasRemaining()) {
      int unused = channel.write(full);
    }
    buffer.clear();
  }

  private static OnlineLog openGeneration(Path folder, long generation) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file(folder, generation), StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new OnlineLog(folder, generation, channel, channel.size());
  }

  private static Stream<Long> generations(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("\\d{1,18}\\.log"))
          .map(name -> Long.valueOf(name.substring(0, name.length() - SUFFIX.length())))
          .toList()
          .stream();
    }
  }

  private static void deleteOthers(Path folder, Path kept) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path other : files.filter(path -> !path.equals(kept)).toList()) {
        Files.delete(other);
      }
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static Path file(Path folder, long generation) {
    return folder.resolve(generation + SUFFIX);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record);
    return (int) crc.getValue();
  }
}
