package io.boathouse.sql.statement;

import io.boathouse.sql.engine.ResultColumn;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of comma-separated values as RFC 4180 has them: the names of the columns stand before the
 * first row of the first chunk, NULL is an unquoted {@code null}, and a text of these letters is
 * quoted.
 */
final class CsvChunks implements ChunkWriter {
  private static final String NULL = "null";
  private static final String END = "\r\n";

  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
  private byte[] row = {};

  @Override
  public void columns(List<ResultColumn> columns) {
    String names =
        columns.stream().map(column -> cell(column.name())).collect(Collectors.joining(","));
    if (!columns.isEmpty()) {
      chunk.writeBytes((names + END).getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public int prepare(List<@Nullable Object> values) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      String text = ValueText.of(values.get(i));
      line.append(i == 0 ? "" : ",").append(text == null ? NULL : cell(text));
    }
    row = line.append(END).toString().getBytes(StandardCharsets.UTF_8);
    return row.length;
  }

  private static String cell(String text) {
    boolean plain =
        !text.equals(NULL)
            && !text.isEmpty()
            && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void add() {
    chunk.writeBytes(row);
  }

  @Override
  public int size() {
    return chunk.size();
  }

  @Override
  public byte[] take() {
    byte[] bytes = chunk.toByteArray();
    chunk.reset();
    return bytes;
  }

  @Override
  public void close() {
    chunk.reset();
  }
}
