package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Feature tables, and the training set joined as of each departure. */
final class FeaturePart {
  private static final String TABLES = "/api/2.0/boathouse/feature-tables";
  static final String TRAINING_SETS = "/api/2.0/boathouse/training-sets";

  /** Rows, and the sum of the counts over 24 hours, by table. */
  private static final Map<Flights.Table, List<Long>> HONEST =
      Map.of(
          Flights.Table.DEPARTURES, List.of(2_960_681L, 984_886_806L),
          Flights.Table.ARRIVALS, List.of(2_957_294L, 979_439_171L),
          Flights.Table.ROUTES, List.of(2_991_920L, 31_620_916L));

  private static final Map<Flights.Table, List<Long>> NAIVE =
      Map.of(
          Flights.Table.DEPARTURES, List.of(2_450_620L, 733_249_227L),
          Flights.Table.ARRIVALS, List.of(2_524_184L, 767_109_986L),
          Flights.Table.ROUTES, List.of(2_991_920L, 31_620_916L));

  private final Stage stage;
  private final boolean naive;

  /**
   * @param naive takes delays as known at departure, which is the leak
   */
  FeaturePart(Stage stage, boolean naive) {
    this.stage = stage;
    this.naive = naive;
  }

  /** Computes the three tables, or finds them. @return their names */
  List<String> tables() throws IOException, InterruptedException {
    for (Flights.Table table : Flights.Table.values()) {
      String name = table.fullName(naive);
      if (!naive) {
        stage.narrator().progress("computing " + name);
      }
      if (!LoadPart.exists(stage, TABLES + "/" + name)) {
        var unused = stage.server().post(TABLES, table.definition(naive));
      }
      SqlClient.Rows found = stage.sql().run("SELECT count(*), sum(flights_24h) FROM " + name);
      List<Long> expected = (naive ? NAIVE : HONEST).getOrDefault(table, List.of());
      stage
          .checks()
          .equal(
              "rows and flights of " + name,
              expected,
              List.of(found.number(0, 0), found.number(0, 1)));
      if (!naive) {
        stage
            .narrator()
            .say(
                "%-24s %,10d rows by %s, 9 features over 3 hours, 24 hours and 7 days"
                    .formatted(name, found.number(0, 0), String.join(" and ", table.keys())));
      }
    }
    return Arrays.stream(Flights.Table.values()).map(table -> table.fullName(naive)).toList();
  }

  /** Makes the spec and the training set; the reply of the server. */
  JsonNode trainingSet() throws IOException, InterruptedException {
    JsonNode spec =
        stage.server().post("/api/2.0/boathouse/feature-specs", Flights.specBody(naive));
    JsonNode set =
        stage
            .server()
            .post(
                TRAINING_SETS,
                Map.of(
                    "spec", Flights.spec(naive),
                    "spec_version", spec.path("version").asInt(),
                    "labels", Flights.labels(stage.all()),
                    "timestamp_column", "departure",
                    "label_column", "late",
                    "order_by", List.of("flight_id")));
    if (!naive) {
      stage
          .narrator()
          .say(
              "%,d flights with %d features each, sha256 %s"
                  .formatted(
                      set.path("rows").asLong(),
                      set.path("features").size(),
                      set.path("sha256").asText()));
    }
    if (!stage.all()) {
      stage.checks().equal("rows of the training set", 802_458L, set.path("rows").asLong());
      if (!naive) {
        long[] missing = {106, 94, 71, 522};
        int lookup = 0;
        for (JsonNode count : set.path("not_found")) {
          stage
              .checks()
              .equal("labels without a row, lookup " + lookup, missing[lookup], count.asLong());
          lookup++;
        }
        stage.checks().equal("lookups", missing.length, lookup);
      }
    }
    return set;
  }
}
