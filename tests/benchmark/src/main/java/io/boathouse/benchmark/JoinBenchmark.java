package io.boathouse.benchmark;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What does a point-in-time training set cost beside DuckDB's own as-of joins? Ours is the whole
 * call: governed reads, four joins, the file in the order that was asked for, its digest and its
 * record. The baseline joins the same files and writes the same columns in any order.
 */
final class JoinBenchmark {
  static final String QUESTION = "join";

  private JoinBenchmark() {}

  static List<Figure> run(
      ServerUnderTest server, Flights flights, BareDuckDb duckDb, Scale scale, String table)
      throws Exception {
    Rest rest = server.rest();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("spec", Flights.SPEC);
    body.put("spec_version", 1);
    body.put("labels", Flights.labels(table, scale.labels()));
    body.put("timestamp_column", "departure");
    body.put("label_column", "late");
    body.put("order_by", List.of("flight_id"));
    Path written = duckDb.folder().resolve("training.parquet");
    String bare = bare(flights, table, scale.labels(), written);
    long[] rows = new long[1];
    Rounds rounds =
        Rounds.measure(
            scale.rounds(),
            round ->
                server.cost(
                    () ->
                        rows[0] =
                            rest.post("/api/2.0/boathouse/training-sets", body)
                                .get("rows")
                                .asLong()),
            round -> duckDb.run(bare));
    long expected = duckDb.number("SELECT count(*) FROM '" + written + "'");
    if (rows[0] != expected) {
      throw new IllegalStateException("rows: " + rows[0] + " (expected: " + expected + ")");
    }
    return rounds.figures(QUESTION, "DuckDB as-of joins of the same files", 0.7);
  }

  private static String bare(Flights flights, String table, int labels, Path written) {
    return """
    COPY (SELECT l.*, %s FROM (%s) l
    ASOF LEFT JOIN %s o ON l.origin = o.origin AND l.departure >= o.landing
    ASOF LEFT JOIN %s a ON l.origin = a.destination AND l.departure >= a.landing
    ASOF LEFT JOIN %s d ON l.destination = d.origin AND l.departure >= d.landing
    ASOF LEFT JOIN %s r ON l.origin = r.origin AND l.destination = r.destination
      AND l.departure >= r.landing) TO '%s' (FORMAT parquet)
    """
        .formatted(
            List.of("o", "a", "d", "r").stream()
                .flatMap(
                    alias ->
                        Flights.features("").stream()
                            .map(name -> "%1$s.%2$s AS %1$s_%2$s".formatted(alias, name)))
                .collect(Collectors.joining(", ")),
            Flights.labels(files(flights, table), labels),
            files(flights, "main.default.departures"),
            files(flights, "main.default.arrivals"),
            files(flights, "main.default.departures"),
            files(flights, "main.default.routes"),
            written);
  }

  private static String files(Flights flights, String table) {
    return "read_parquet('" + flights.folder(table).resolve("*.parquet") + "')";
  }
}
