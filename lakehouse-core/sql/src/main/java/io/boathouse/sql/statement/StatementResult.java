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
    ResultForm form,
    List<ResultColumn> columns,
    long rows,
    long bytes,
    boolean truncated,
    List<Chunk> chunks) {
  private static final long MOST_IN_REPLY = 2L << 20;

  public StatementResult {
    columns = List.copyOf(columns);
    chunks = List.copyOf(chunks);
  }

  /** Whether its rows are in the reply, instead of behind links. */
  boolean isInReply() {
    return switch (form.disposition()) {
      case INLINE -> true;
      case EXTERNAL_LINKS -> false;
      case INLINE_OR_EXTERNAL_LINKS -> chunks.size() == 1 && bytes <= MOST_IN_REPLY;
    };
  }

  /**
   * A piece of a result.
   *
   * @param bytes its length
   */
  public record Chunk(int index, long rowOffset, long rows, long offset, int bytes) {}
}
