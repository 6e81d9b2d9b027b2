package io.boathouse.featurestore.join;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@link TrainingMatrix} file in batches of rows, with memory for one batch only. The file
 * appears under its name when {@link #finish()} returns, complete, or never. Not thread-safe.
 */
public final class TrainingMatrixWriter implements AutoCloseable {
  private static final double MAX_EXACT_LONG = 1L << 53;
  private static final int BUFFERED_ROWS = 4096;

  private final Path file;
  private final Path partial;
  private final FileChannel channel;
  private final MatrixHeader header;
  private final long dataOffset;
  private final double[][] buffered;
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int bufferedRows;
  private long written;
  private boolean finished;

  private TrainingMatrixWriter(Path file, MatrixHeader header) throws IOException {
    this.file = file;
    this.header = header;
    this.partial = file.resolveSibling(file.getFileName() + ".partial");
    this.buffered = new double[header.columns().size()][BUFFERED_ROWS];
    this.channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    ByteBuffer start = header.encode();
    this.dataOffset = start.remaining();
    writeFully(start, 0);
  }

  /**
   * Starts a file of exactly {@code rows} rows.
   *
   * @param attributes free words kept in the header, such as the version of the feature spec
   */
  public static TrainingMatrixWriter create(
      Path file, List<MatrixColumn> columns, long rows, Map<String, String> attributes) {
    var header = new MatrixHeader(rows, columns, attributes);
    try {
      return new TrainingMatrixWriter(file, header);
    } catch (IOException e) {
      throw MatrixErrors.io(file, "created", e);
    }
  }

  /**
   * Adds rows.
   *
   * @param batch one array per column, in the order of the columns, of at least {@code rows} values
   */
  public void append(double[][] batch, int rows) {
    flushBuffered();
    write(batch, rows);
  }

  /**
   * Adds one row.
   *
   * @param values one per column, in the order of the columns
   */
  public void appendRow(double[] values) {
    requireWidth(values.length);
    for (int c = 0; c < values.length; c++) {
      buffered[c][bufferedRows] = values[c];
    }
    bufferedRows++;
    if (bufferedRows == BUFFERED_ROWS) {
      flushBuffered();
    }
  }

  /** Makes the file complete and durable, and gives it its name. */
  public void finish() {
    flushBuffered();
    if (finished) {
      throw MatrixErrors.alreadyFinished(file);
    }
    if (written != header.rows()) {
      throw MatrixErrors.rowCount(file, header.rows(), written);
    }
    try {
      channel.force(true);
      channel.close();
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    } catch (IOException e) {
      throw MatrixErrors.io(file, "finished", e);
    }
  }

  /** Releases the file; without {@link #finish()} nothing stays behind. */
  @Override
  public void close() {
    try {
      channel.close();
      if (!finished) {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw MatrixErrors.io(file, "closed", e);
    }
  }

  private void flushBuffered() {
    int rows = bufferedRows;
    bufferedRows = 0;
    if (rows > 0) {
      write(buffered, rows);
    }
  }

  private void write(double[][] batch, int rows) {
    if (finished) {
      throw MatrixErrors.alreadyFinished(file);
    }
    requireWidth(batch.length);
    if (written + rows > header.rows()) {
      throw MatrixErrors.rowCount(file, header.rows(), written + rows);
    }
    for (int c = 0; c < batch.length; c++) {
      check(header.columns().get(c), batch[c], rows);
    }
    int size = Math.multiplyExact(rows, Double.BYTES);
    if (bytes.capacity() < size) {
      bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
    try {
      for (int c = 0; c < batch.length; c++) {
        bytes.clear().limit(size);
        bytes.asDoubleBuffer().put(batch[c], 0, rows);
        writeFully(bytes, dataOffset + c * header.columnBytes() + written * Double.BYTES);
      }
    } catch (IOException e) {
      throw MatrixErrors.io(file, "written", e);
    }
    written += rows;
  }

  private void requireWidth(int width) {
    if (width != header.columns().size()) {
      throw MatrixErrors.invalid(
          "columns", Integer.toString(width), "expected: " + header.columns().size());
    }
  }

  private static void check(MatrixColumn column, double[] values, int rows) {
    for (int i = 0; i < rows; i++) {
      double value = values[i];
      if (Double.isNaN(value)) {
        continue;
      }
      boolean sound =
          switch (column.type()) {
            case DOUBLE, FLOAT -> true;
            case LONG, TIMESTAMP -> Math.rint(value) == value && Math.abs(value) <= MAX_EXACT_LONG;
            case BOOLEAN -> value == 0 || value == 1;
          };
      if (!sound) {
        throw MatrixErrors.invalid(
            "columns." + column.name(),
            Double.toString(value),
            "is not a %s that a float64 holds exactly".formatted(column.type()));
      }
    }
  }

  private void writeFully(ByteBuffer from, long position) throws IOException {
    long at = position;
    while (from.hasRemaining()) {
      at += channel.write(from, at);
    }
  }
}
