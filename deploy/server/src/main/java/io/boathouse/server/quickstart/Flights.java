package io.boathouse.server.quickstart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The names and the SQL of the story. Times in the file are local; everything after it is UTC. */
final class Flights {
  static final String SCHEMA = "main.flights";
  static final String FLIGHTS = SCHEMA + ".flights";
  static final String AIRPORTS = SCHEMA + ".airports";
  static final String TIME_ZONES = SCHEMA + ".airport_time_zones";
  static final String MODEL = SCHEMA + ".late_landing";
  static final String ENDPOINT = "late-landing";
  static final String PREDICTIONS = SCHEMA + ".late_landing_payload";
  static final String EXPERIMENT = "/quickstart/late-landing";

  /** The day that is replayed, and the day after, in UTC. */
  static final String DAY = "2001-06-30T00:00:00Z";

  static final String NEXT_DAY = "2001-07-01T00:00:00Z";

  /** What is known of a flight that leaves, beside features. */
  static final List<String> CALENDAR =
      List.of("local_hour", "minute_of_day", "day_of_week", "distance");

  /**
   * From the file's rows to the table's: a generated key, UTC instead of local times, and when the
   * flight lands, which is 55 minutes and 8 seconds a mile after it left.
   */
  static final String TRANSFORM =
      """
      SELECT s.source_line - 1 AS flight_id, s.origin, s.destination, s.distance, s.delay,
        timezone(z.time_zone, s.date) AS departure,
        timezone(z.time_zone, s.date) + to_seconds(3300 + 8 * s.distance) AS landing,
        CAST(extract(hour FROM s.date) AS INTEGER) AS local_hour,
        CAST(extract(hour FROM s.date) * 60 + extract(minute FROM s.date) AS INTEGER)
          AS minute_of_day,
        CAST(extract(isodow FROM s.date) AS INTEGER) AS day_of_week,
        s.date AS local_date, s.source_line
      FROM source s LEFT JOIN main.flights.airport_time_zones z ON z.iata = s.origin
      """;

  /** Rows that are equal in these are copies, of which the first is kept. */
  static final List<String> DISTINCT_ON =
      List.of("local_date", "delay", "distance", "origin", "destination");

  /** Rules that keep rows out, by reason, in this order. */
  static Map<String, String> rejects() {
    Map<String, String> rejects = new LinkedHashMap<>();
    rejects.put(
        "missing value",
        "local_date IS NULL OR delay IS NULL OR distance IS NULL OR origin IS NULL"
            + " OR destination IS NULL");
    rejects.put("unknown airport", "departure IS NULL");
    rejects.put(
        "outside period",
        "local_date < TIMESTAMP '2001-01-01' OR local_date >= TIMESTAMP '2001-07-01'");
    rejects.put("delay out of range", "abs(delay) > 720");
    return rejects;
  }

  static final String STATISTICS =
      """
      SELECT count(*), sum(CAST(delay > 15 AS INTEGER)), sum(delay), sum(distance), sum(flight_id),
        min(departure), max(departure), count(DISTINCT origin), count(DISTINCT destination)
      FROM main.flights.flights
      """;

  /** A feature table with a row for every landing, or for every departure where it is naive. */
  enum Table {
    DEPARTURES("departures", List.of("origin")),
    ARRIVALS("arrivals", List.of("destination")),
    ROUTES("routes", List.of("origin", "destination"));

    private final String name;
    private final List<String> keys;

    Table(String name, List<String> keys) {
      this.name = name;
      this.keys = keys;
    }

    List<String> keys() {
      return keys;
    }

    String fullName(boolean naive) {
      return SCHEMA + (naive ? ".naive_" : ".") + name;
    }

    /** The body that makes it. A naive row is known right after the departure, before landing. */
    Map<String, Object> definition(boolean naive) {
      String time =
          naive ? "departure + INTERVAL 1 MICROSECOND AS known_at" : "landing AS known_at";
      String select =
          "SELECT %s, %s, delay, delay > 15 AS late FROM %s"
              .formatted(String.join(", ", keys), time, FLIGHTS);
      Map<String, Object> definition = new LinkedHashMap<>();
      definition.put("select", select);
      definition.put("keys", keys);
      definition.put("time_column", "known_at");
      definition.put("windows", List.of("3h", "24h", "7d"));
      definition.put(
          "aggregates",
          List.of(
              Map.of("name", "late_share", "function", "avg", "column", "late"),
              Map.of("name", "mean_delay", "function", "avg", "column", "delay"),
              Map.of("name", "flights", "function", "count")));
      return Map.of(
          "name",
          fullName(naive),
          "comment",
          naive
              ? "What a notebook would join: delays as if they were known at departure."
              : "How late flights were, as known when they had landed.",
          "definition",
          definition);
    }
  }

  /** A lookup of the spec: a table read by columns of the question. */
  record Lookup(Table table, List<String> by, String prefix) {}

  static List<Lookup> lookups() {
    return List.of(
        new Lookup(Table.DEPARTURES, List.of("origin"), "origin_departures_"),
        new Lookup(Table.ARRIVALS, List.of("origin"), "origin_arrivals_"),
        new Lookup(Table.DEPARTURES, List.of("destination"), "destination_departures_"),
        new Lookup(Table.ROUTES, List.of("origin", "destination"), "route_"));
  }

  static String spec(boolean naive) {
    return SCHEMA + (naive ? ".naive_question" : ".question");
  }

  /** The body that makes the spec: the calendar and four lookups. */
  static Map<String, Object> specBody(boolean naive) {
    List<Map<String, Object>> columns = new ArrayList<>();
    CALENDAR.forEach(name -> columns.add(Map.of("name", name, "type", "bigint")));
    List<Map<String, Object>> lookups = new ArrayList<>();
    for (Lookup lookup : lookups()) {
      lookups.add(
          Map.of(
              "table",
              lookup.table().fullName(naive),
              "lookup_keys",
              lookup.by(),
              "prefix",
              lookup.prefix()));
    }
    return Map.of("name", spec(naive), "request_columns", columns, "lookups", lookups);
  }

  /** All features in the order of the spec. */
  static List<String> features() {
    List<String> features = new ArrayList<>(CALENDAR);
    for (Lookup lookup : lookups()) {
      SlidingWindows.columns().forEach(column -> features.add(lookup.prefix() + column));
    }
    return features;
  }

  private static final String CHOSEN =
      """
      SELECT flight_id FROM (
        SELECT flight_id, md5_number_lower(CAST(flight_id AS VARCHAR)) AS draw
        FROM main.flights.flights WHERE %s ORDER BY draw, flight_id LIMIT %d)
      """;

  /**
   * Flights with their label. A flight belongs to the part in which it landed, so that no part
   * learns from one whose delay was not known when it ended; those in the air at a border are left
   * out.
   *
   * @param all takes every flight instead of 200,000 to train on and 100,000 to choose by
   */
  static String labels(boolean all) {
    String train = "landing < TIMESTAMPTZ '2001-05-01 00:00:00+00'";
    String choose =
        "departure >= TIMESTAMPTZ '2001-05-01 00:00:00+00'"
            + " AND landing < TIMESTAMPTZ '2001-06-01 00:00:00+00'";
    String test =
        "departure >= TIMESTAMPTZ '2001-06-01 00:00:00+00'"
            + " AND departure < TIMESTAMPTZ '2001-07-01 00:00:00+00'";
    String drawn =
        all
            ? "(%s) OR (%s)".formatted(train, choose)
            : "flight_id IN (SELECT flight_id FROM (%s UNION ALL %s))"
                .formatted(CHOSEN.formatted(train, 200_000), CHOSEN.formatted(choose, 100_000));
    return """
    SELECT flight_id,
      CASE WHEN departure < TIMESTAMPTZ '2001-05-01 00:00:00+00' THEN 'train'
        WHEN departure < TIMESTAMPTZ '2001-06-01 00:00:00+00' THEN 'choose' ELSE 'test' END AS part,
      epoch_us(departure) // 86400000000 AS day, departure, CAST(delay > 15 AS INTEGER) AS late,
      origin, destination, local_hour, minute_of_day, day_of_week, distance
    FROM main.flights.flights WHERE (%s) OR %s
    """
        .formatted(test, drawn);
  }

  /** Landings of the replayed day and of the seven before it, in the order in which they happen. */
  static final String LANDINGS =
      """
      SELECT origin, destination, epoch_us(landing), delay FROM main.flights.flights
      WHERE landing >= TIMESTAMPTZ '2001-06-23 00:00:00+00'
        AND landing < TIMESTAMPTZ '2001-07-01 00:00:00+00'
      ORDER BY landing, flight_id
      """;

  /** A thousand departures of the replayed day, drawn by the hash of their key. */
  static final String QUESTIONS =
      """
      SELECT flight_id, origin, destination, local_hour, minute_of_day, day_of_week, distance,
        epoch_us(departure), CAST(delay > 15 AS INTEGER)
      FROM main.flights.flights
      WHERE departure >= TIMESTAMPTZ '2001-06-30 00:00:00+00'
        AND departure < TIMESTAMPTZ '2001-07-01 00:00:00+00'
      ORDER BY md5_number_lower(CAST(flight_id AS VARCHAR)), flight_id LIMIT 1000
      """;

  private Flights() {}
}
