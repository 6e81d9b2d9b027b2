package io.boathouse.benchmark;

import java.nio.file.Path;
import java.util.List;

/**
 * What does loading a file into a governed table cost beside DuckDB writing the same rows? Ours is
 * everything from the upload to the committed table; the baseline is one statement that reads,
 * judges and writes the same rows and columns.
 */
final class LoadBenchmark {
  static final String QUESTION = "load";

  private LoadBenchmark() {}

  /**
   * @param tables where the rounds' tables begin; the first stays for what comes after
   */
  static List<Figure> run(
      ServerUnderTest server, Flights flights, Sources sources, Scale scale, String tables)
      throws Exception {
    BareDuckDb duckDb = sources.duckDb();
    Path written = duckDb.folder().resolve("flights.parquet");
    String source =
        "CREATE TEMP VIEW source AS SELECT file_row_number + 1 AS source_line, * EXCLUDE"
            + " (file_row_number) FROM read_parquet('%s', file_row_number = true)"
                .formatted(sources.flights());
    String judged =
        "CREATE TEMP VIEW judged AS "
            + Flights.TRANSFORM.formatted("read_csv('" + sources.zones() + "')");
    String write =
        "COPY (SELECT * EXCLUDE (local_date, copy) FROM judged WHERE departure IS NOT NULL AND NOT (%s) AND abs(delay) <= 720 AND copy = 1) TO '%s' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
            .formatted(Flights.OUTSIDE, written);
    long[] rows = new long[1];
    Rounds rounds =
        Rounds.measure(
            scale.rounds(),
            round -> server.cost(() -> rows[0] = flights.load(tables + round)),
            round -> duckDb.run(source, judged, write));
    long expected = duckDb.number("SELECT count(*) FROM '" + written + "'");
    if (rows[0] != expected) {
      throw new IllegalStateException("rows: " + rows[0] + " (expected: " + expected + ")");
    }
    return rounds.figures(QUESTION, "DuckDB writing the same rows", 0.5);
  }

  /**
   * What is read.
   *
   * @param flights Parquet
   * @param zones CSV
   */
  record Sources(Path flights, Path zones, BareDuckDb duckDb) {}
}
