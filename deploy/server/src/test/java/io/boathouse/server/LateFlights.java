package io.boathouse.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Made-up flights whose delay can be learnt, and the requests that make a training set of them. */
final class LateFlights {
  static final String FEATURE_TABLE =
      """
      {"name":"main.default.departures","definition":{
        "select":"SELECT origin, landing, delay > 15 AS late FROM main.default.flights",
        "keys":["origin"],"time_column":"landing","windows":["3h"],
        "aggregates":[{"name":"late_share","function":"avg","column":"late"}]}}
      """;

  static final String SPEC =
      """
      {"name":"main.default.delays","timestamp_key":"departure",
       "request_columns":[{"name":"distance","type":"bigint"}],
       "lookups":[{"table":"main.default.departures","lookup_keys":["origin"]}]}
      """;

  static final String TRAINING_SET =
      """
      {"spec":"main.default.delays","spec_version":1,"timestamp_column":"departure",
       "label_column":"late","order_by":["flight_id"],
       "labels":"SELECT flight_id, origin, departure, delay > 15 AS late, distance, day, part FROM main.default.flights"}
      """;

  private LateFlights() {}

  /** As CSV; the same with every call. */
  static String csv(int rows) {
    Random random = new Random(11);
    List<String> lines = new ArrayList<>();
    lines.add("flight_id,origin,departure,landing,delay,distance,day,part");
    Instant begin = Instant.parse("2001-01-01T00:00:00Z");
    for (int i = 0; i < rows; i++) {
      Instant departure = begin.plusSeconds(i * 600L);
      int distance = 100 + random.nextInt(2_000);
      int delay = (int) (distance / 100.0 + 12 * Math.sin(i / 100.0) + 10 * random.nextGaussian());
      lines.add(
          String.join(
              ",",
              Integer.toString(i),
              List.of("SFO", "LAX", "ATL").get(random.nextInt(3)),
              departure.toString(),
              departure.plusSeconds(3_300 + 8L * distance).toString(),
              Integer.toString(delay),
              Integer.toString(distance),
              Integer.toString(i / 144),
              i < 2_000 ? "train" : i < 2_500 ? "may" : "june"));
    }
    return String.join("\n", lines) + "\n";
  }
}
