package io.boathouse.sql.statement;

import io.boathouse.sql.engine.ResultColumn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Chunks that are Arrow IPC streams (Arrow columnar format 1.5, section "IPC Streaming Format"),
 * each with its schema and at most one record batch. What is held in memory is one chunk.
 */
final class ArrowChunks implements ChunkWriter {
  private static final long MOST_MEMORY = 512L << 20;

  private final BufferAllocator memory = new RootAllocator(MOST_MEMORY);
  private List<ResultColumn> columns = List.of();
  private VectorSchemaRoot batch = VectorSchemaRoot.create(new Schema(List.of()), memory);
  private List<@Nullable Object> prepared = List.of();
  private int preparedBytes;
  private int rows;
  private int bytes;
  private boolean open = true;

  @Override
  public void columns(List<ResultColumn> all) {
    columns = List.copyOf(all);
    batch.close();
    batch =
        VectorSchemaRoot.create(
            new Schema(
                columns.stream()
                    .map(column -> ArrowValues.field(column.name(), column.type()))
                    .toList()),
            memory);
  }

  @Override
  public int prepare(List<@Nullable Object> row) {
    prepared = new ArrayList<>(row);
    preparedBytes = 0;
    for (Object value : row) {
      preparedBytes += ArrowValues.size(value);
    }
    return preparedBytes;
  }

  @Override
  public void add() {
    for (int i = 0; i < columns.size(); i++) {
      FieldVector vector = batch.getVector(i);
      ArrowValues.set(vector, rows, columns.get(i).type(), prepared.get(i));
    }
    rows++;
    bytes += preparedBytes;
  }

  @Override
  public int size() {
    return bytes;
  }

  @Override
  public byte[] take() {
    var out = new ByteArrayOutputStream();
    batch.setRowCount(rows);
    try (var writer = new ArrowStreamWriter(batch, null, Channels.newChannel(out))) {
      writer.start();
      if (rows > 0) {
        writer.writeBatch();
      }
      writer.end();
    } catch (IOException e) {
      throw StatementErrors.spoolFailed(e);
    }
    batch.clear();
    rows = 0;
    bytes = 0;
    return out.toByteArray();
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      batch.close();
      memory.close();
    }
  }
}
