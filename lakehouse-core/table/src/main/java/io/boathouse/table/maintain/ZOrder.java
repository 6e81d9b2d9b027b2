package io.boathouse.table.maintain;

import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Orders rows along the Z curve through several columns, so that rows that are near in all of them
 * are near in the order: the bits of each column's rank, taken in turns (G. M. Morton, 1966). Ranks
 * instead of values make every type count the same, however its values are spread.
 */
final class ZOrder {
  /** As many as fit into a 64-bit number together. */
  static final int MOST_COLUMNS = 4;

  private static final int BITS = 15;

  private ZOrder() {}

  /**
   * The rows of a query with their place on the curve.
   *
   * @param place the name of the column that tells it
   */
  static String select(String source, List<String> columns, String place) {
    StringJoiner ranks = new StringJoiner(", ");
    for (int i = 0; i < columns.size(); i++) {
      ranks.add(
          "CAST(floor(percent_rank() OVER (ORDER BY %s NULLS FIRST) * %d) AS BIGINT) AS %s"
              .formatted(SqlText.identifier(columns.get(i)), (1 << BITS) - 1, rank(i)));
    }
    List<String> own = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      own.add(rank(i));
    }
    return "SELECT * EXCLUDE (%s), %s AS %s FROM (SELECT *, %s FROM %s)"
        .formatted(
            String.join(", ", own),
            interleaved(columns.size()),
            SqlText.identifier(place),
            ranks,
            SqlText.identifier(source));
  }

  private static String interleaved(int columns) {
    StringJoiner bits = new StringJoiner(" | ");
    for (int bit = 0; bit < BITS; bit++) {
      for (int column = 0; column < columns; column++) {
        bits.add(
            "(((%s >> %d) & 1) << %d)"
                .formatted(rank(column), bit, bit * columns + columns - 1 - column));
      }
    }
    return "(" + bits + ")";
  }

  private static String rank(int column) {
    return SqlText.identifier("_boathouse_rank" + column);
  }
}
