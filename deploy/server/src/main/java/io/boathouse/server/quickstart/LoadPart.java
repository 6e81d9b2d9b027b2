package io.boathouse.server.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.server.client.RestException;
import io.boathouse.server.client.SqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows in: three files become governed Delta tables; what does not belong is kept and counted. */
final class LoadPart {
  private static final String INGEST = "/api/2.0/boathouse/ingest/";

  private final Stage stage;

  LoadPart(Stage stage) {
    this.stage = stage;
  }

  /** The load of the flights as the server tells it. */
  JsonNode run() throws IOException, InterruptedException {
    var unused = stage.sql().run("CREATE SCHEMA IF NOT EXISTS " + Flights.SCHEMA);
    Map<String, String> digests = digests();
    load(digests, "airport-time-zones.csv", Flights.TIME_ZONES, Map.of());
    load(digests, "airports.csv", Flights.AIRPORTS, Map.of());
    List<Map<String, String>> rejects = new ArrayList<>();
    Flights.rejects()
        .forEach(
            (reason, condition) -> rejects.add(Map.of("reason", reason, "condition", condition)));
    JsonNode flights =
        load(
            digests,
            "flights-3m.parquet",
            Flights.FLIGHTS,
            Map.of(
                "transform",
                Flights.TRANSFORM,
                "rejects",
                rejects,
                "distinct_on",
                Flights.DISTINCT_ON,
                "drop",
                List.of("local_date")));
    count(flights);
    return flights;
  }

  private void count(JsonNode load) throws IOException, InterruptedException {
    Checks checks = stage.checks();
    checks.equal("rows read", 3_000_000L, load.path("read").asLong());
    checks.equal("rows written", 2_999_621L, load.path("written").asLong());
    checks.equal("duplicates", 191L, load.path("duplicates").asLong());
    JsonNode rejected = load.path("rejected");
    checks.equal("rejected, outside period", 6L, rejected.path("outside period").asLong());
    checks.equal(
        "rejected, delay out of range", 182L, rejected.path("delay out of range").asLong());
    stage
        .narrator()
        .say(
            "%,d rows read: %,d kept, %,d copies dropped, rejected: %d of 1 July, %d late by more than 12 hours"
                .formatted(
                    load.path("read").asLong(),
                    load.path("written").asLong(),
                    load.path("duplicates").asLong(),
                    rejected.path("outside period").asLong(),
                    rejected.path("delay out of range").asLong()));
    SqlClient.Rows found = stage.sql().run(Flights.STATISTICS);
    checks.equal("flights", 2_999_621L, found.number(0, 0));
    checks.equal("late flights", 598_852L, found.number(0, 1));
    checks.equal("sum of delays", 19_819_113L, found.number(0, 2));
    checks.equal("sum of distances", 2_194_493_085L, found.number(0, 3));
    checks.equal("sum of keys", 4_499_418_139_778L, found.number(0, 4));
    stage
        .narrator()
        .say(
            "%,d flights from %d airports to %d, %.1f %% more than 15 minutes late"
                .formatted(
                    found.number(0, 0),
                    found.number(0, 7),
                    found.number(0, 8),
                    100.0 * found.number(0, 1) / found.number(0, 0)));
  }

  private JsonNode load(
      Map<String, String> digests, String name, String table, Map<String, Object> more)
      throws IOException, InterruptedException {
    stage.narrator().progress("loading " + name);
    String upload =
        stage
            .server()
            .upload("POST", INGEST + "uploads", stage.files().resolve(name))
            .path("upload_id")
            .asText();
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("table", table);
    body.put("source", Map.of("upload_id", upload, "name", name));
    JsonNode load = stage.server().post(INGEST + "load", body);
    stage
        .checks()
        .equal(
            "digest of " + name,
            digests.getOrDefault(name, "not in SHA256SUMS"),
            load.path("digest").asText());
    return load;
  }

  /** The digests that the data's page promises. */
  private Map<String, String> digests() throws IOException {
    Map<String, String> digests = new LinkedHashMap<>();
    Path sums = stage.files().resolve("SHA256SUMS");
    for (String line : Files.readAllLines(sums)) {
      int gap = line.indexOf(' ');
      if (gap > 0) {
        digests.put(line.substring(gap).strip(), line.substring(0, gap));
      }
    }
    return digests;
  }

  /** Whether something is there already, from a story told before. */
  static boolean exists(Stage stage, String path) throws IOException, InterruptedException {
    try {
      return stage.server().get(path).isObject();
    } catch (RestException e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    }
  }
}
