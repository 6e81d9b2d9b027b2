package io.boathouse.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What do tables cost beside DuckDB's own Parquet, in time and in memory: filling one, reading all
 * of it, changing one row in a hundred, and committing one row at a time? Ours goes through SQL
 * over HTTP.
 */
final class TableBenchmark {
  static final String QUESTION = "tables";
  private static final String TABLE = "main.default.wide_";

  /** A table of a tenth of the rows: what needs more memory for more rows shows here. */
  private static final String TENTH = "main.default.tenth";

  private static final String PEAK = "peak resident memory of the server";
  private static final String PEAK_OF_TENTH = "the same with a tenth of the rows";
  private static final double GIBIBYTE = 1024;

  /** Commits whose median stands for those around them. */
  private static final int WINDOW = 100;

  /** The first commits also make classes and plans. */
  private static final int FIRST = 10;

  @SuppressWarnings("InlineFormatString") // apart, it can be read
  private static final String COLUMNS =
      """
      range AS id, range %% 1000 AS k, range * 0.5::DOUBLE AS d, 'name ' || (range %% 5000) AS name,
      DATE '2001-01-01' + (range %% 365)::INTEGER AS day, range %% 2 = 0 AS even,
      hash(range) AS h, (range %% 100000)::INTEGER AS i, sqrt(range) AS root,
      CASE WHEN range %% 10 = 0 THEN NULL ELSE (range %% 77)::DOUBLE END AS sparse
      FROM range(%d)
      """;

  private static final String SUMS =
      "SELECT count(*), sum(id), sum(k), sum(d), count(DISTINCT name), max(day),"
          + " sum(even::INTEGER), max(h), sum(i), sum(root), sum(sparse) FROM ";

  private final ServerUnderTest server;
  private final Rest rest;
  private final BareDuckDb duckDb;
  private final Scale scale;

  TableBenchmark(ServerUnderTest server, BareDuckDb duckDb, Scale scale) {
    this.server = server;
    this.rest = server.rest();
    this.duckDb = duckDb;
    this.scale = scale;
  }

  /** The ten columns of so many rows, as SQL. */
  static String columns(long rows) {
    return COLUMNS.formatted(rows);
  }

  List<Figure> run() throws Exception {
    List<Figure> figures = new ArrayList<>();
    long tenth = scale.tableRows() / 10;
    double filledTenth =
        peak(() -> rest.statement("CREATE TABLE " + TENTH + " AS SELECT " + columns(tenth)));
    double readTenth = peak(() -> rest.row(SUMS + TENTH));
    figures.addAll(fill());
    figures.add(Figure.atMost(QUESTION + ": fill", PEAK, server.peakMegabytes(), GIBIBYTE, "MB"));
    figures.add(Figure.plain(QUESTION + ": fill", PEAK_OF_TENTH, filledTenth, "MB"));
    server.forgetPeak();
    figures.addAll(scan());
    figures.add(Figure.atMost(QUESTION + ": scan", PEAK, server.peakMegabytes(), GIBIBYTE, "MB"));
    figures.add(Figure.plain(QUESTION + ": scan", PEAK_OF_TENTH, readTenth, "MB"));
    server.forgetPeak();
    figures.addAll(merge());
    figures.add(Figure.atMost(QUESTION + ": merge", PEAK, server.peakMegabytes(), GIBIBYTE, "MB"));
    figures.addAll(commits());
    return figures;
  }

  /** The most memory that the server held meanwhile, in MB. */
  private double peak(Runnable work) {
    server.forgetPeak();
    work.run();
    double peak = server.peakMegabytes();
    server.forgetPeak();
    return peak;
  }

  private List<Figure> fill() throws Exception {
    String rows = "SELECT " + columns(scale.tableRows());
    Path written = duckDb.folder().resolve("wide.parquet");
    Rounds rounds =
        Rounds.measure(
            scale.rounds(),
            round ->
                server.cost(() -> rest.statement("CREATE TABLE " + TABLE + round + " AS " + rows)),
            round ->
                duckDb.run(
                    "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
                        .formatted(rows, written)));
    check(rest.row("SELECT count(*) FROM " + TABLE + "0").path(0).asLong());
    check(duckDb.number("SELECT count(*) FROM '" + written + "'"));
    return rounds.figures(QUESTION + ": fill", "DuckDB writing the same Parquet", 0.8);
  }

  private List<Figure> scan() throws Exception {
    JsonNode table = rest.get("/api/2.1/unity-catalog/tables/" + TABLE + "0");
    Path folder = Path.of(URI.create(table.path("storage_location").asText()));
    String files = "read_parquet('" + folder + "/*.parquet')";
    Rounds rounds =
        Rounds.measure(
            scale.rounds(),
            round -> server.cost(() -> check(rest.row(SUMS + TABLE + "0").path(0).asLong())),
            round -> duckDb.run(SUMS + files));
    check(duckDb.number("SELECT count(*) FROM " + files));
    return rounds.figures(QUESTION + ": scan", "DuckDB reading the same files", 0.9);
  }

  /** Every hundredth row of a fresh table gets another value, in one statement. */
  private List<Figure> merge() throws Exception {
    long changed = scale.tableRows() / 100;
    List<Rounds.Cost> costs = new ArrayList<>();
    for (int round = 0; round < scale.rounds(); round++) {
      String statement =
          """
          MERGE INTO %s%d AS t USING (SELECT range * 100 AS id, -1.0::DOUBLE AS d FROM range(%d)) AS s
          ON t.id = s.id WHEN MATCHED THEN UPDATE SET d = s.d
          """
              .formatted(TABLE, round, changed);
      costs.add(server.cost(() -> rest.statement(statement)));
      long found =
          rest.row("SELECT count(*) FROM " + TABLE + round + " WHERE d = -1").path(0).asLong();
      if (found != changed) {
        throw new IllegalStateException("rows merged: " + found + " (expected: " + changed + ")");
      }
    }
    return List.of(
        Figure.plain(
            QUESTION + ": merge",
            "one row in a hundred, CPU",
            Rounds.median(costs.stream().map(Rounds.Cost::cpu).toList()),
            "s"),
        Figure.plain(
            QUESTION + ": merge",
            "one row in a hundred, wall",
            Rounds.median(costs.stream().map(Rounds.Cost::wall).toList()),
            "s"));
  }

  /** One row a statement; whether the last commits cost what the first did. */
  private List<Figure> commits() {
    rest.statement("CREATE TABLE main.default.small (n BIGINT, name STRING)");
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < scale.commits(); i++) {
      String statement = "INSERT INTO main.default.small VALUES (%d, 'one of many')".formatted(i);
      seconds.add(server.cost(() -> rest.statement(statement)).wall());
    }
    long rows = rest.row("SELECT count(*) FROM main.default.small").path(0).asLong();
    if (rows != scale.commits()) {
      throw new IllegalStateException("rows: " + rows + " (expected: " + scale.commits() + ")");
    }
    int window = Math.min(WINDOW, scale.commits() / 2);
    int from = Math.min(FIRST, scale.commits() - window);
    double first = Rounds.median(seconds.subList(from, from + window));
    double last = Rounds.median(seconds.subList(seconds.size() - window, seconds.size()));
    double all = seconds.stream().mapToDouble(Double::doubleValue).sum();
    String question = QUESTION + ": " + scale.commits() + " commits";
    return List.of(
        Figure.plain(question, "one row each, a second", seconds.size() / all, "/s"),
        Figure.plain(question, "median of " + window + " from commit " + from, first * 1000, "ms"),
        Figure.plain(question, "median of the last " + window, last * 1000, "ms"),
        Figure.atMost(question, "last over first", last / first, 1.2, "x"));
  }

  private void check(long rows) {
    if (rows != scale.tableRows()) {
      throw new IllegalStateException("rows: " + rows + " (expected: " + scale.tableRows() + ")");
    }
  }
}
