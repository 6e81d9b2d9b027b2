package io.boathouse.sql.statement;

import com.fasterxml.jackson.core.JsonGenerator;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.ResultColumn;
import io.boathouse.sql.engine.RowSink;
import io.boathouse.sql.statement.StatementResult.Chunk;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rows of one result as JSON text, in chunks, in a file. Written by one thread, then read
 * by many.
 */
final class ResultSpool implements RowSink, AutoCloseable {
  /** What one inline result may hold, as the protocol says. */
  static final long MAX_INLINE_BYTES = 25L << 20;

  private static final int CHUNK_BYTES = 2 << 20;

  private final Path file;
  private final Limits limits;
  private final List<ResultColumn> columns = new ArrayList<>();
  private final List<Chunk> chunks = new ArrayList<>();
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
  private final OutputStream out;
  private long rows;
  private long chunkStart;
  private long bytes;
  private boolean truncated;

  /**
   * @param rows at most this many are kept @param bytes more are not kept
   */
  record Limits(long rows, long bytes) {}

  ResultSpool(Path file, Limits limits) {
    this.file = file;
    this.limits = limits;
    try {
      this.out = new BufferedOutputStream(Files.newOutputStream(file));
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
  }

  @Override
  public void columns(List<ResultColumn> all) {
    columns.addAll(all);
  }

  @Override
  public boolean row(List<@Nullable Object> values) {
    if (rows >= limits.rows()) {
      truncated = true;
      return false;
    }
    byte[] row = json(values);
    long total = bytes + chunk.size() + row.length;
    if (total > limits.bytes()) {
      truncated = true;
      return false;
    }
    if (total > MAX_INLINE_BYTES) {
      throw StatementErrors.resultTooLarge(MAX_INLINE_BYTES);
    }
    chunk.write(chunk.size() == 0 ? '[' : ',');
    chunk.writeBytes(row);
    rows++;
    if (chunk.size() >= CHUNK_BYTES) {
      flush();
    }
    return true;
  }

  private static byte[] json(List<@Nullable Object> values) {
    var text = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.mapper().createGenerator(text)) {
      json.writeStartArray();
      for (Object value : values) {
        json.writeString(ValueText.of(value));
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }

  private void flush() {
    if (chunk.size() == 0) {
      chunk.write('[');
    }
    chunk.write(']');
    try {
      out.write(chunk.toByteArray());
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
    chunks.add(new Chunk(chunks.size(), chunkStart, rows - chunkStart, bytes, chunk.size()));
    bytes += chunk.size();
    chunkStart = rows;
    chunk.reset();
  }

  /** Ends the writing. */
  StatementResult finish() {
    if (chunk.size() > 0 || chunks.isEmpty()) {
      flush();
    }
    try {
      out.close();
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
    return new StatementResult(columns, rows, bytes, truncated, chunks);
  }

  /** The JSON text of a chunk: an array of rows. */
  String read(Chunk wanted) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(wanted.offset());
      byte[] text = new byte[wanted.bytes()];
      in.readFully(text);
      return new String(text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
  }
}
