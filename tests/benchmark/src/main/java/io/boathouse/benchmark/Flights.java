package io.boathouse.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The quickstart's data and requests: flights, their feature tables and the features of one. */
final class Flights {
  static final String SPEC = "main.default.late_flight";
  static final String TRANSFORM =
      """
      SELECT s.source_line - 1 AS flight_id, s.origin, s.destination, s.distance, s.delay,
        timezone(z.time_zone, s.date) AS departure,
        timezone(z.time_zone, s.date) + to_seconds(3300 + 8 * s.distance) AS landing,
        CAST(extract(hour FROM s.date) AS INTEGER) AS local_hour,
        CAST(extract(hour FROM s.date) * 60 + extract(minute FROM s.date) AS INTEGER)
          AS minute_of_day,
        CAST(extract(isodow FROM s.date) AS INTEGER) AS day_of_week,
        s.date AS local_date,
        row_number() OVER (
          PARTITION BY s.date, s.delay, s.distance, s.origin, s.destination
          ORDER BY s.source_line) AS copy
      FROM source s LEFT JOIN %s z ON z.iata = s.origin
      """;
  static final String OUTSIDE =
      "local_date < TIMESTAMP '2001-01-01' OR local_date >= TIMESTAMP '2001-07-01'";

  private static final List<Map<String, String>> REJECTS =
      List.of(
          Map.of("reason", "unknown airport", "condition", "departure IS NULL"),
          Map.of("reason", "outside period", "condition", OUTSIDE),
          Map.of("reason", "delay out of range", "condition", "abs(delay) > 720"),
          Map.of("reason", "duplicate", "condition", "copy > 1"));

  private final Rest rest;
  private final Path flights;
  private final Path zones;

  /**
   * @param flights Parquet with date, delay, distance, origin and destination
   * @param zones CSV with iata and time_zone
   */
  Flights(Rest rest, Path flights, Path zones) {
    this.rest = rest;
    this.flights = flights;
    this.zones = zones;
  }

  void loadZones() {
    JsonNode unused =
        rest.post(
            "/api/2.0/boathouse/ingest/load",
            Map.of(
                "table", "main.default.airport_time_zones",
                "source", Map.of("upload_id", rest.upload(zones), "name", "zones.csv"),
                "format", "CSV"));
  }

  /** Loads the flights into a new table. @return how many rows it got */
  long load(String table) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("table", table);
    body.put("source", Map.of("upload_id", rest.upload(flights), "name", "flights.parquet"));
    body.put("format", "PARQUET");
    body.put("transform", TRANSFORM.formatted("main.default.airport_time_zones"));
    body.put("rejects", REJECTS);
    body.put("drop", List.of("local_date", "copy"));
    return rest.post("/api/2.0/boathouse/ingest/load", body).get("written").asLong();
  }

  /** Where the data files of a table are. */
  Path folder(String table) {
    String location =
        rest.get("/api/2.1/unity-catalog/tables/" + table).get("storage_location").asText();
    return Path.of(location.replaceFirst("^file:(//)?(?=/)", ""));
  }

  void createFeatures(String source) {
    feature("departures", source, List.of("origin"));
    feature("arrivals", source, List.of("destination"));
    feature("routes", source, List.of("origin", "destination"));
    JsonNode unused =
        rest.post(
            "/api/2.0/boathouse/feature-specs",
            Map.of(
                "name", SPEC,
                "request_columns",
                    List.of(
                        Map.of("name", "local_hour", "type", "integer"),
                        Map.of("name", "minute_of_day", "type", "integer"),
                        Map.of("name", "day_of_week", "type", "integer"),
                        Map.of("name", "distance", "type", "bigint")),
                "lookups",
                    List.of(
                        lookup("departures", "origin_departures_", "origin"),
                        lookup("arrivals", "origin_arrivals_", "origin"),
                        lookup("departures", "destination_departures_", "destination"),
                        lookup("routes", "route_", "origin", "destination"))));
  }

  private void feature(String name, String source, List<String> keys) {
    String select =
        "SELECT %s, landing, delay, delay > 15 AS late FROM %s"
            .formatted(String.join(", ", keys), source);
    JsonNode unused =
        rest.post(
            "/api/2.0/boathouse/feature-tables",
            Map.of(
                "name",
                "main.default." + name,
                "definition",
                Map.of(
                    "select",
                    select,
                    "keys",
                    keys,
                    "time_column",
                    "landing",
                    "windows",
                    List.of("3h", "24h", "7d"),
                    "aggregates",
                    List.of(
                        aggregate("late_share", "avg", "late"),
                        aggregate("mean_delay", "avg", "delay"),
                        Map.of("name", "flights", "function", "count")))));
  }

  private static Map<String, String> aggregate(String name, String function, String column) {
    return Map.of("name", name, "function", function, "column", column);
  }

  private static Map<String, Object> lookup(String table, String prefix, String... keys) {
    return Map.of("table", "main.default." + table, "lookup_keys", List.of(keys), "prefix", prefix);
  }

  /** Puts the newest row of every key into the online store. */
  void publish() {
    for (String table : List.of("departures", "arrivals", "routes")) {
      JsonNode unused =
          rest.post("/api/2.0/boathouse/feature-tables/main.default." + table + "/publish", "{}");
    }
  }

  /** The columns of the model in the order of the spec. */
  static List<String> inputs() {
    List<String> names =
        new ArrayList<>(List.of("local_hour", "minute_of_day", "day_of_week", "distance"));
    for (String prefix :
        List.of("origin_departures_", "origin_arrivals_", "destination_departures_", "route_")) {
      names.addAll(features(prefix));
    }
    return names;
  }

  /** The features of one lookup. */
  static List<String> features(String prefix) {
    List<String> names = new ArrayList<>();
    for (String window : List.of("3h", "24h", "7d")) {
      for (String name : List.of("late_share", "mean_delay", "flights")) {
        names.add(prefix + name + "_" + window);
      }
    }
    return names;
  }

  /** The flights that a training set asks about: some from before June, and June. */
  static String labels(String source, int before) {
    return """
    SELECT flight_id, departure, delay > 15 AS late, origin, destination, local_hour,
      minute_of_day, day_of_week, distance
    FROM %1$s
    WHERE departure >= TIMESTAMPTZ '2001-06-01 00:00:00+00' OR flight_id IN (
      SELECT flight_id FROM (
        SELECT flight_id, md5_number_lower(CAST(flight_id AS VARCHAR)) AS draw FROM %1$s
        WHERE departure < TIMESTAMPTZ '2001-06-01 00:00:00+00'
        ORDER BY draw, flight_id LIMIT %2$d))
    """
        .formatted(source, before);
  }
}
