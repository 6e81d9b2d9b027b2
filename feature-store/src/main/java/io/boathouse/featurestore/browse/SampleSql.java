package io.boathouse.featurestore.browse;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.browse.BrowseService.Sample;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.duckdb.DuckSession;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the first rows that a session's first view has. */
final class SampleSql {
  private SampleSql() {}

  static Sample read(DuckSession session, int limit) {
    String view = identifier(GovernedReads.view(0));
    List<String> columns = session.query("DESCRIBE SELECT * FROM " + view, row -> row.getString(1));
    List<List<@Nullable Object>> rows =
        session.query(
            "SELECT * FROM %s LIMIT %d".formatted(view, limit),
            row -> {
              List<@Nullable Object> cells = new ArrayList<>(columns.size());
              for (int i = 1; i <= columns.size(); i++) {
                cells.add(shown(row.getObject(i), row.getString(i)));
              }
              return cells;
            });
    return new Sample(columns, rows);
  }

  private static @Nullable Object shown(@Nullable Object value, @Nullable String text) {
    return switch (value) {
      case null -> null;
      case Boolean flag -> flag;
      case Double number -> Double.isFinite(number) ? number : number.toString();
      case BigDecimal number -> number.toPlainString();
      case Number number -> number;
      case OffsetDateTime time -> time.toInstant().toString();
      default -> text;
    };
  }
}
