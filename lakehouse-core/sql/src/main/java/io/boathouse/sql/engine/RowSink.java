package io.boathouse.sql.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a result in their order, on the thread that runs the query. */
public interface RowSink {
  /** Called once, before any row. */
  void columns(List<ResultColumn> columns);

  /**
   * One row. Values are Boolean, Byte, Short, Integer, Long, BigInteger, Float, Double, BigDecimal,
   * String, byte[], LocalDate, LocalDateTime, Instant, List or, for structs and maps, a Map in the
   * order of the fields; null is NULL.
   *
   * @return false to stop here
   */
  boolean row(List<@Nullable Object> values);
}
