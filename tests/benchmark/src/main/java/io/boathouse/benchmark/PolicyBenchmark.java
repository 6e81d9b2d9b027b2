package io.boathouse.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What does a policy cost in SQL? A table with a row filter and a mask, five leakproof queries and
 * one that is not, beside DuckDB running the same predicates and the same mask by hand on the same
 * files.
 */
final class PolicyBenchmark {
  static final String QUESTION = "policy tax";
  private static final String TABLE = "main.default.under_policy";

  private final ServerUnderTest server;
  private final Rest rest;
  private final BareDuckDb duckDb;
  private final Scale scale;

  PolicyBenchmark(ServerUnderTest server, BareDuckDb duckDb, Scale scale) {
    this.server = server;
    this.rest = server.rest();
    this.duckDb = duckDb;
    this.scale = scale;
  }

  /** Queries of a table that is called {@code t}; each answers with one number first. */
  private static Map<String, String> shapes() {
    Map<String, String> shapes = new LinkedHashMap<>();
    shapes.put("count of a range", "SELECT count(*) FROM t WHERE i BETWEEN 2000 AND 60000");
    shapes.put("sums of all", "SELECT count(*), sum(id), sum(i), max(day) FROM t");
    shapes.put("groups", "SELECT count(*) AS n, even FROM t WHERE i < 50000 GROUP BY even");
    shapes.put("some values", "SELECT count(*), min(name) FROM t WHERE i IN (7, 77, 777, 7777)");
    shapes.put("the first", "SELECT id, name FROM t WHERE even = true ORDER BY id DESC LIMIT 10");
    shapes.put("with a barrier", "SELECT count(*) FROM t WHERE i + 1 BETWEEN 2000 AND 60000");
    return shapes;
  }

  List<Figure> run() throws Exception {
    for (String sql :
        List.of(
            "CREATE TABLE " + TABLE + " AS SELECT " + TableBenchmark.columns(scale.tableRows()),
            "CREATE FUNCTION main.default.shown(k BIGINT) RETURNS BOOLEAN RETURN k < 900",
            "CREATE FUNCTION main.default.veiled(name STRING) RETURNS STRING RETURN"
                + " CASE WHEN name IS NULL THEN NULL ELSE 'hidden' END",
            "ALTER TABLE " + TABLE + " SET ROW FILTER main.default.shown ON (k)",
            "ALTER TABLE " + TABLE + " ALTER COLUMN name SET MASK main.default.veiled")) {
      JsonNode unused = rest.statement(sql);
    }
    JsonNode table = rest.get("/api/2.1/unity-catalog/tables/" + TABLE);
    Path folder = Path.of(URI.create(table.path("storage_location").asText()));
    String byHand =
        """
        (SELECT * REPLACE (CASE WHEN name IS NULL THEN NULL ELSE 'hidden' END AS name)
         FROM read_parquet('%s/*.parquet') WHERE k < 900) AS t
        """
            .formatted(folder)
            .strip();
    List<Figure> figures = new ArrayList<>();
    for (Map.Entry<String, String> shape : shapes().entrySet()) {
      figures.addAll(measure(shape.getKey(), shape.getValue(), byHand));
    }
    return figures;
  }

  private List<Figure> measure(String name, String query, String byHand) throws Exception {
    String ours = query.replace("FROM t", "FROM " + TABLE + " AS t");
    String theirs = query.replace("FROM t", "FROM " + byHand);
    long found = rest.row(ours).path(0).asLong();
    long expected = duckDb.number(theirs);
    if (found != expected) {
      throw new IllegalStateException(name + ": " + found + " (expected: " + expected + ")");
    }
    Rounds rounds =
        Rounds.measure(
            2 * scale.rounds(),
            round -> server.cost(() -> rest.row(ours)),
            round -> duckDb.run(theirs));
    double cpu = rounds.ourCpu() / Math.max(1e-3, rounds.baselineCpu());
    double wall = rounds.ourWall() / Math.max(1e-3, rounds.baselineWall());
    boolean barrier = name.equals("with a barrier");
    return List.of(
        barrier
            ? Figure.plain(QUESTION, name + ", CPU over DuckDB by hand", cpu, "x")
            : Figure.atMost(QUESTION, name + ", CPU over DuckDB by hand", cpu, 1.1, "x"),
        Figure.plain(QUESTION, name + ", on the clock", wall, "x"),
        Figure.plain(QUESTION, name + ", ours on the clock", rounds.ourWall() * 1e3, "ms"));
  }
}
