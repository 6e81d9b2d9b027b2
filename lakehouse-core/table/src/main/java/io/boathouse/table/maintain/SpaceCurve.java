package io.boathouse.table.maintain;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Orders rows along a curve through several columns, so that rows that are near in the order are
 * near in all of them: the Z curve, the bits of each column's rank taken in turns (G. M. Morton,
 * 1966), or Hilbert's, which never jumps, by the transform of J. Skilling (Programming the Hilbert
 * curve, 2004). Ranks instead of values make every type count the same, however its values are
 * spread.
 */
enum SpaceCurve {
  Z,
  HILBERT;

  /** As many as fit into a 64-bit number together. */
  static final int MOST_COLUMNS = 4;

  private static final int BITS = 15;

  /**
   * The rows of a query with their place on the curve.
   *
   * @param source the name of a view
   * @param place the name of the column that tells it
   */
  String select(String source, List<String> columns, String place) {
    StringJoiner ranks = new StringJoiner(", ");
    for (int i = 0; i < columns.size(); i++) {
      ranks.add(
          "CAST(floor(percent_rank() OVER (ORDER BY %s NULLS FIRST) * %d) AS BIGINT) AS %s"
              .formatted(SqlText.identifier(columns.get(i)), (1 << BITS) - 1, rank(i)));
    }
    return placed(
        "SELECT *, %s FROM %s".formatted(ranks, SqlText.identifier(source)),
        columns.size(),
        BITS,
        place);
  }

  /**
   * @param ranked a query that gives the ranks under their names
   */
  String placed(String ranked, int columns, int bits, String place) {
    String turned = this == HILBERT && columns > 1 ? transposed(ranked, columns, bits) : ranked;
    List<String> own = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      own.add(rank(i));
    }
    return "SELECT * EXCLUDE (%s), %s AS %s FROM (%s)"
        .formatted(
            String.join(", ", own), interleaved(columns, bits), SqlText.identifier(place), turned);
  }

  private static String interleaved(int columns, int bits) {
    StringJoiner parts = new StringJoiner(" | ");
    for (int bit = 0; bit < bits; bit++) {
      for (int column = 0; column < columns; column++) {
        parts.add(
            "(((%s >> %d) & 1) << %d)"
                .formatted(rank(column), bit, bit * columns + columns - 1 - column));
      }
    }
    return "(" + parts + ")";
  }

  /** Turns and mirrors each part of the space as the curve runs through it, from large to small. */
  private static String transposed(String ranked, int columns, int bits) {
    String query = ranked;
    for (int level = bits - 1; level > 0; level--) {
      for (int column = 0; column < columns; column++) {
        query = turned(query, column, 1 << level);
      }
    }
    for (int column = 1; column < columns; column++) {
      query = replacing(query, "xor(%s, %s) AS %s", rank(column), rank(column - 1), rank(column));
    }
    String mirror = "0";
    for (int level = bits - 1; level > 0; level--) {
      mirror =
          "xor(%s, CASE WHEN (%s & %d) <> 0 THEN %d ELSE 0 END)"
              .formatted(mirror, rank(columns - 1), 1 << level, (1 << level) - 1);
    }
    String tail = SqlText.identifier("_boathouse_mirror");
    StringJoiner mirrored = new StringJoiner(", ");
    for (int column = 0; column < columns; column++) {
      mirrored.add("xor(%s, %s) AS %s".formatted(rank(column), tail, rank(column)));
    }
    return "SELECT * EXCLUDE (%s) REPLACE (%s) FROM (SELECT *, %s AS %s FROM (%s))"
        .formatted(tail, mirrored, mirror, tail, query);
  }

  private static String turned(String query, int column, int bit) {
    String first = rank(0);
    String other = rank(column);
    int below = bit - 1;
    if (column == 0) {
      return replacing(
          query,
          "CASE WHEN (%s & %d) <> 0 THEN xor(%s, %d) ELSE %s END AS %s",
          first,
          bit,
          first,
          below,
          first,
          first);
    }
    String exchange = "(xor(%s, %s) & %d)".formatted(first, other, below);
    return replacing(
        query,
        "CASE WHEN (%s & %d) <> 0 THEN xor(%s, %d) ELSE xor(%s, %s) END AS %s, CASE WHEN (%s & %d)"
            + " <> 0 THEN %s ELSE xor(%s, %s) END AS %s",
        other,
        bit,
        first,
        below,
        first,
        exchange,
        first,
        other,
        bit,
        other,
        other,
        exchange,
        other);
  }

  @FormatMethod
  private static String replacing(String query, @FormatString String template, Object... parts) {
    return "SELECT * REPLACE (" + template.formatted(parts) + ") FROM (" + query + ")";
  }

  static String rank(int column) {
    return SqlText.identifier("_boathouse_rank" + column);
  }
}
