package io.boathouse.sql.statement;

import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.statement.StatementResult.Chunk;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of one result in the format that was asked for, in chunks, in a file. Written by
 * one thread, then read by many.
 */
final class ResultSpool implements RowSink, AutoCloseable {
  /** What one inline result may hold, as the protocol says. */
  static final long MAX_INLINE_BYTES = 25L << 20;

  /** What one result behind links may hold. */
  static final long MAX_LINKED_BYTES = 2L << 30;

  private static final int INLINE_CHUNK_BYTES = 2 << 20;
  private static final int LINKED_CHUNK_BYTES = 8 << 20;

  private final Path file;
  private final ResultForm form;
  private final Limits limits;
  private final ChunkWriter writer;
  private final List<ResultColumn> columns = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private final OutputStream out;
  private long rows;
  private long chunkStart;
  private long bytes;
  private boolean truncated;

  /**
   * @param rows at most this many are kept @param bytes more are not kept
   */
  record Limits(long rows, long bytes) {}

  ResultSpool(Path file, ResultForm form, Limits limits) {
    this.file = file;
    this.form = form;
    this.limits = limits;
    this.writer = ChunkWriter.of(form.format());
    try {
      this.out = new BufferedOutputStream(Files.newOutputStream(file));
    } catch (IOException e) {
      writer.close();
      throw StatementErrors.spoolFailed(e);
    }
  }

  private boolean isInline() {
    return form.disposition() == ResultForm.Disposition.INLINE;
  }

  @Override
  public void columns(List<ResultColumn> all) {
    columns.addAll(all);
    writer.columns(columns);
  }

  @Override
  public boolean row(List<@Nullable Object> values) {
    if (rows >= limits.rows()) {
      truncated = true;
      return false;
    }
    long total = bytes + writer.size() + writer.prepare(values);
    if (total > limits.bytes()) {
      truncated = true;
      return false;
    }
    long most = isInline() ? MAX_INLINE_BYTES : MAX_LINKED_BYTES;
    if (total > most) {
      throw StatementErrors.resultTooLarge(most, isInline());
    }
    writer.add();
    rows++;
    if (writer.size() >= (isInline() ? INLINE_CHUNK_BYTES : LINKED_CHUNK_BYTES)) {
      flush();
    }
    return true;
  }

  private void flush() {
    byte[] chunk = writer.take();
    try {
      out.write(chunk);
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
    chunks.add(new Chunk(chunks.size(), chunkStart, rows - chunkStart, bytes, chunk.length));
    bytes += chunk.length;
    chunkStart = rows;
  }

  /** Ends the writing. */
  StatementResult finish() {
    if (rows > chunkStart || chunks.isEmpty()) {
      flush();
    }
    writer.close();
    try {
      out.close();
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
    return new StatementResult(form, columns, rows, bytes, truncated, chunks);
  }

  /** The bytes of a chunk. */
  byte[] read(Chunk wanted) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(wanted.offset());
      byte[] content = new byte[wanted.bytes()];
      in.readFully(content);
      return content;
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
  }

  /** Writes a chunk out without holding it in memory. */
  void copy(Chunk wanted, OutputStream to) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(wanted.offset());
      InputStream content = Channels.newInputStream(in.getChannel());
      byte[] piece = new byte[64 << 10];
      int left = wanted.bytes();
      while (left > 0) {
        int read = content.read(piece, 0, Math.min(piece.length, left));
        if (read < 0) {
          throw new IOException("result file ends early");
        }
        to.write(piece, 0, read);
        left -= read;
      }
    }
  }

  @Override
  public void close() {
    writer.close();
    try {
      out.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
  }
}
