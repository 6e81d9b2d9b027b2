package io.boathouse.featurestore.join;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A training set in a columnar file, memory-mapped for reading; the bytes are described at {@link
 * MatrixHeader}. Thread-safe until it is closed.
 */
public final class TrainingMatrix implements AutoCloseable {
  private static final ValueLayout.OfDouble FLOAT64 =
      ValueLayout.JAVA_DOUBLE.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int DIGEST_CHUNK = 1 << 20;

  private final Arena arena;
  private final MemorySegment whole;
  private final MatrixHeader header;
  private final long dataOffset;
  private final Map<String, Integer> positions = new HashMap<>();

  private TrainingMatrix(Arena arena, MemorySegment whole, MatrixHeader header, long dataOffset) {
    this.arena = arena;
    this.whole = whole;
    this.header = header;
    this.dataOffset = dataOffset;
    for (int i = 0; i < header.columns().size(); i++) {
      positions.put(header.columns().get(i).name(), i);
    }
  }

  /** Maps the file after checking that its header and its size agree to the byte. */
  @SuppressWarnings("MustBeClosedChecker") // The matrix owns the arena and closes it.
  public static TrainingMatrix open(Path file) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < MatrixHeader.PREFIX_BYTES) {
        throw MatrixErrors.malformed(file, "it ends after " + size + " bytes", null);
      }
      int headerBytes = MatrixHeader.headerBytes(file, read(channel, 0, MatrixHeader.PREFIX_BYTES));
      long dataOffset = MatrixHeader.dataOffset(headerBytes);
      if (dataOffset > size) {
        throw MatrixErrors.malformed(file, "it ends inside its header", null);
      }
      MatrixHeader header =
          MatrixHeader.decode(file, read(channel, MatrixHeader.PREFIX_BYTES, headerBytes).array());
      long expected = dataOffset + header.dataBytes();
      if (expected != size) {
        throw MatrixErrors.malformed(
            file, "it has %d bytes and its header says %d".formatted(size, expected), null);
      }
      MemorySegment whole = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return new TrainingMatrix(arena, whole, header, dataOffset);
    } catch (NoSuchFileException e) {
      arena.close();
      throw MatrixErrors.noSuchFile(file);
    } catch (IOException e) {
      arena.close();
      throw MatrixErrors.io(file, "read", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  public long rows() {
    return header.rows();
  }

  public List<MatrixColumn> columns() {
    return header.columns();
  }

  public Map<String, String> attributes() {
    return header.attributes();
  }

  /** The column of that name; a name that is not there is refused with the names that are. */
  public MatrixColumn column(String name) {
    return header.columns().get(position(name));
  }

  /** One value; NaN is null. */
  public double value(String column, long row) {
    return whole.get(FLOAT64, address(column, row, 1));
  }

  /** Copies {@code length} values of a column from row {@code fromRow} on. */
  public void read(String column, long fromRow, double[] into, int offset, int length) {
    MemorySegment.copy(whole, FLOAT64, address(column, fromRow, length), into, offset, length);
  }

  /** A whole column on the heap. */
  public double[] toArray(String column) {
    double[] values = new double[Math.toIntExact(header.rows())];
    read(column, 0, values, 0, values.length);
    return values;
  }

  /** The SHA-256 of the whole file, in lower-case hexadecimal. */
  public String sha256() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[DIGEST_CHUNK];
      for (long at = 0; at < whole.byteSize(); at += DIGEST_CHUNK) {
        int length = (int) Math.min(DIGEST_CHUNK, whole.byteSize() - at);
        MemorySegment.copy(whole, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
        digest.update(chunk, 0, length);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private long address(String column, long row, long length) {
    int position = position(column);
    if (row < 0 || length < 0 || row > header.rows() - length) {
      throw new IndexOutOfBoundsException(
          "rows: %d to %d (expected: within 0 to %d)".formatted(row, row + length, header.rows()));
    }
    return dataOffset + position * header.columnBytes() + row * Double.BYTES;
  }

  private int position(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw MatrixErrors.noSuchColumn(column, header.columns());
    }
    return position;
  }

  private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("unexpected end of file");
      }
    }
    return buffer.flip();
  }
}
