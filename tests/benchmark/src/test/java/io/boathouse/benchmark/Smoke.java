package io.boathouse.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Runs benchmarks once on little data. */
final class Smoke {
  private Smoke() {}

  static List<Figure> run(Path folder, String... names) throws Exception {
    Path flights = flights(folder.resolve("flights-3m.parquet"));
    Path zones = Path.of(System.getProperty("boathouse.root"), "deploy/quickstart");
    return new Benchmarks(
            Optional.empty(),
            flights,
            zones.resolve("airport-time-zones.csv"),
            folder.resolve("work"),
            Scale.SMOKE)
        .run(Set.of(names));
  }

  /** Flights between six airports, one every few minutes from January to June. */
  private static Path flights(Path file) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              """
              COPY (
                SELECT TIMESTAMP '2001-01-01' + to_minutes(i * 60) AS date,
                  CAST(i * 7919 %% 90 - 20 AS SMALLINT) AS delay,
                  CAST(300 + i * 13 %% 900 AS SMALLINT) AS distance,
                  (['ATL', 'ORD', 'SAN', 'PHX', 'JFK', 'SEA'])[1 + i %% 6] AS origin,
                  (['ATL', 'ORD', 'SAN', 'PHX', 'JFK', 'SEA'])[1 + (i + 1 + i // 6 %% 5) %% 6]
                    AS destination
                FROM range(4300) r(i)) TO '%s' (FORMAT parquet)
              """
                  .formatted(file));
      return file;
    }
  }
}
