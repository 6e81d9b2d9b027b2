package io.boathouse.sql.statement;

import io.boathouse.sql.engine.ResultColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows into one chunk after the other, in one format. Used by one thread. */
interface ChunkWriter extends AutoCloseable {
  /** Called once, before any row. */
  void columns(List<ResultColumn> columns);

  /**
   * Writes a row down without adding it.
   *
   * @return how many bytes it takes; for binary formats about
   */
  int prepare(List<@Nullable Object> row);

  /** Adds the row that was prepared last. */
  void add();

  /** How many bytes the chunk has by now; for binary formats about. */
  int size();

  /** The chunk, complete by itself. The next row starts another one. */
  byte[] take();

  @Override
  void close();

  /** The media type of the chunks of a format. */
  static String mediaType(ResultForm.Format format) {
    return switch (format) {
      case JSON_ARRAY -> "application/json";
      case ARROW_STREAM -> "application/vnd.apache.arrow.stream";
      case CSV -> "text/csv; charset=utf-8";
    };
  }

  /** A writer of the format. */
  static ChunkWriter of(ResultForm.Format format) {
    return switch (format) {
      case JSON_ARRAY -> new JsonChunks();
      case ARROW_STREAM -> new ArrowChunks();
      case CSV -> new CsvChunks();
    };
  }
}
