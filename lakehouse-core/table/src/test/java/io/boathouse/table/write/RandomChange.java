package io.boathouse.table.write;

import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.maintain.Compactions;
import io.boathouse.table.write.RowOracle.Row;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A change of a table with id, v and p: what it does to the table, and what it means. */
record RandomChange(Kind kind, long seed) {
  private static final int INSERTED = 20;
  private static final int REDOS = 3;

  enum Kind {
    INSERT,
    DELETE,
    UPDATE,
    MERGE,
    OPTIMIZE
  }

  static RandomChange next(Random random) {
    int draw = random.nextInt(10);
    Kind kind =
        draw < 4
            ? Kind.INSERT
            : draw < 5
                ? Kind.DELETE
                : draw < 7 ? Kind.UPDATE : draw < 9 ? Kind.MERGE : Kind.OPTIMIZE;
    return new RandomChange(kind, random.nextLong());
  }

  /** Does it; a compaction tells of no commit, since it changes no row. */
  Optional<Commit> apply(LooseTable table, DuckDb duckDb) {
    RowOracle oracle = new RowOracle(new Random(seed));
    return switch (kind) {
      case INSERT -> Optional.of(table.append(oracle.insert(INSERTED)));
      case DELETE -> Optional.of(table.delete(oracle.delete()));
      case UPDATE -> {
        String[] update = oracle.update();
        yield Optional.of(table.update(update[0], update[1]));
      }
      case MERGE -> Optional.of(table.change(oracle.merge(), WriteOptions.of("MERGE"), REDOS));
      case OPTIMIZE -> {
        boolean unused = Compactions.compact(table, duckDb);
        yield Optional.empty();
      }
    };
  }

  /** The rows after it; those that it does not meet are the same objects. */
  List<Row> applied(List<Row> before) {
    RowOracle oracle = new RowOracle(new Random(seed), before);
    Object unused =
        switch (kind) {
          case INSERT -> oracle.insert(INSERTED);
          case DELETE -> oracle.delete();
          case UPDATE -> oracle.update();
          case MERGE -> oracle.merge();
          case OPTIMIZE -> List.of();
        };
    return oracle.rows();
  }

  static List<String> texts(List<Row> rows) {
    return rows.stream().map(Row::text).toList();
  }
}
