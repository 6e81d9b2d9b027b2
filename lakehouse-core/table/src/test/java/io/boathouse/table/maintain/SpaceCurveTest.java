package io.boathouse.table.maintain;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckDbConfig;
import io.boathouse.platform.duckdb.DuckSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every point of a space is on the curve once, and Hilbert's goes from each to a neighbour. */
class SpaceCurveTest {
  @TempDir Path temp;

  private List<List<Long>> points(SpaceCurve curve, int columns, int bits) {
    StringJoiner from = new StringJoiner(", ");
    StringJoiner ranks = new StringJoiner(", ");
    StringJoiner shown = new StringJoiner(", ");
    for (int i = 0; i < columns; i++) {
      from.add("range(%d) AS r%d(c%d)".formatted(1 << bits, i, i));
      ranks.add("c%d, c%d AS %s".formatted(i, i, SpaceCurve.rank(i)));
      shown.add("c" + i);
    }
    String ranked = "SELECT %s FROM %s".formatted(ranks, from);
    try (DuckSession session =
        new DuckDb(new DuckDbConfig("256MB", 1, temp)).open(DuckAccess.scratchOnly())) {
      return session.query(
          "SELECT place, %s FROM (%s) ORDER BY place"
              .formatted(shown, curve.placed(ranked, columns, bits, "place")),
          row -> {
            List<Long> values = new ArrayList<>();
            for (int i = 0; i <= columns; i++) {
              values.add(row.getLong(i + 1));
            }
            return values;
          });
    }
  }

  @ParameterizedTest
  @CsvSource({"2,1", "2,4", "3,1", "3,3", "4,2"})
  void hilbertsCurveNeverJumps(int columns, int bits) {
    List<List<Long>> points = points(SpaceCurve.HILBERT, columns, bits);

    assertThat(points).hasSize(1 << (columns * bits));
    for (int i = 0; i < points.size(); i++) {
      assertThat(points.get(i).getFirst()).isEqualTo(i);
      long way = 0;
      for (int column = 1; i > 0 && column <= columns; column++) {
        way += Math.abs(points.get(i).get(column) - points.get(i - 1).get(column));
      }
      assertThat(way).as("%s after %s", points.get(i), i).isEqualTo(i == 0 ? 0 : 1);
    }
  }

  @Test
  void theZCurveTakesTheBitsInTurns() {
    assertThat(points(SpaceCurve.Z, 2, 2).stream().map(point -> point.get(1) * 10 + point.get(2)))
        .startsWith(0L, 1L, 10L, 11L, 2L, 3L, 12L, 13L)
        .hasSize(16);
  }
}
