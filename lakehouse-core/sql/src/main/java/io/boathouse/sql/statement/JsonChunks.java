package io.boathouse.sql.statement;

import com.fasterxml.jackson.core.JsonGenerator;
import io.boathouse.platform.json.Json;
import io.boathouse.sql.engine.ResultColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chunks that are JSON arrays of rows, in which every value is a text or null. */
final class JsonChunks implements ChunkWriter {
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
  private final ByteArrayOutputStream row = new ByteArrayOutputStream();

  @Override
  public void columns(List<ResultColumn> columns) {
    // rows do not name their columns
  }

  @Override
  public int prepare(List<@Nullable Object> values) {
    row.reset();
    try (JsonGenerator json = Json.mapper().createGenerator(row)) {
      json.writeStartArray();
      for (Object value : values) {
        json.writeString(ValueText.of(value));
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return row.size();
  }

  @Override
  public void add() {
    chunk.write(chunk.size() == 0 ? '[' : ',');
    chunk.writeBytes(row.toByteArray());
  }

  @Override
  public int size() {
    return chunk.size();
  }

  @Override
  public byte[] take() {
    if (chunk.size() == 0) {
      chunk.write('[');
    }
    chunk.write(']');
    byte[] bytes = chunk.toByteArray();
    chunk.reset();
    return bytes;
  }

  @Override
  public void close() {
    chunk.reset();
  }
}
