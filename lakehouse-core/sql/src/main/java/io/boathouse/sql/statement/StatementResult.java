package io.boathouse.sql.statement;

import io.boathouse.sql.engine.ResultColumn;
import java.util.List;

/**
 * A finished result.
 *
 * @param truncated whether there were more rows than asked for
 * @param chunks its pieces; at least one, which may be empty
 */
public record StatementResult(
    List<ResultColumn> columns, long rows, long bytes, boolean truncated, List<Chunk> chunks) {
  public StatementResult {
    columns = List.copyOf(columns);
    chunks = List.copyOf(chunks);
  }

  /**
   * A piece of a result.
   *
   * @param bytes the length of its JSON text
   */
  public record Chunk(int index, long rowOffset, long rows, long offset, int bytes) {}
}
