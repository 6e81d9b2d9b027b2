package io.boathouse.featurestore.join;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The point-in-time join as SQL. A label at time {@code t} gets, per lookup, the row of its key
 * with the newest event time among those with {@code event <= t} and {@code known <= t}; of equal
 * event times the one known last, and of those the greatest values. A landing at the very instant
 * of the label is known. A null key matches nothing.
 *
 * <p>With two time axes, a row that becomes known when a newer one is known already can never be
 * chosen. Without those rows, the one with the newest event is the one that became usable last, so
 * one as-of join on {@code greatest(event, known)} decides.
 *
 * <p>Keys and times alone are sorted and matched, lookup by lookup; the features are fetched by key
 * and time afterwards, into a table with one row per label in the order of the labels. Side by side
 * these tables are the training set, so that its wide rows are never sorted.
 */
final class AsOfSql {
  /** The table of the labels, in their order. */
  static final String LABELS = "asof_labels";

  private static final String PLACE = "__place_of_label";

  private final DuckSession session;
  private final String labels;
  private final String labelTime;
  private final List<String> orderBy;
  private final List<AsOfLookup> lookups;

  /**
   * @param labels the relation of the labels
   * @param labelTime its time column, TIMESTAMPTZ
   * @param orderBy the columns by which the labels are ordered
   */
  AsOfSql(
      DuckSession session,
      String labels,
      String labelTime,
      List<String> orderBy,
      List<AsOfLookup> lookups) {
    this.session = session;
    this.labels = labels;
    this.labelTime = labelTime;
    this.orderBy = List.copyOf(orderBy);
    this.lookups = List.copyOf(lookups);
  }

  /** Evaluates the labels, once, into {@link #LABELS}. */
  void takeLabels() {
    session.execute(
        "CREATE TEMP TABLE %s AS SELECT row_number() OVER () AS %s, * FROM (SELECT * FROM %s ORDER BY %s)"
            .formatted(LABELS, PLACE, labels, SqlText.identifiers(orderBy)));
  }

  /** Finds the rows of every lookup for the labels that were taken. */
  void match() {
    for (int i = 0; i < lookups.size(); i++) {
      match(lookups.get(i), i);
    }
  }

  private void match(AsOfLookup lookup, int position) {
    boolean asItIs = lookup.oneAxis() && lookup.uniqueRows();
    String relation = SqlText.identifier(lookup.relation());
    if (!asItIs) {
      session.execute("CREATE TEMP TABLE asof_source AS " + chosen(lookup, relation));
      relation = "asof_source";
    }
    String axis =
        SqlText.identifier(lookup.oneAxis() ? lookup.eventTime() : "__usable"); // unique per key
    List<String> narrow = new ArrayList<>();
    List<String> again = new ArrayList<>();
    for (int i = 0; i < lookup.featureKeys().size(); i++) {
      String key = SqlText.identifier(lookup.featureKeys().get(i));
      narrow.add("f.%s AS k%d".formatted(key, i));
      again.add("f.%s = m.k%d".formatted(key, i));
    }
    session.execute(
        """
        CREATE TEMP TABLE asof_match AS
        SELECT l.%s, %s, f.%s AS t
        FROM %s AS l ASOF LEFT JOIN %s AS f ON %s AND l.%s >= %s
        """
            .formatted(
                PLACE,
                String.join(", ", narrow),
                axis,
                LABELS,
                relation,
                keys(lookup),
                SqlText.identifier(labelTime),
                usableFrom(lookup)));
    session.execute(
        """
        CREATE TEMP TABLE asof_found_%d AS
        SELECT %s FROM asof_match AS m LEFT JOIN %s AS f ON %s AND f.%s = m.t ORDER BY m.%s
        """
            .formatted(
                position, fetched(lookup), relation, String.join(" AND ", again), axis, PLACE));
    session.execute("DROP TABLE asof_match" + (asItIs ? "" : "; DROP TABLE asof_source"));
  }

  /**
   * Counts the labels that have a row whose event is not after them, whenever it became known.
   *
   * @param labels as SQL
   */
  static String countNaive(AsOfLookup lookup, String labels, String labelTime) {
    String event = "f." + SqlText.identifier(lookup.eventTime());
    String time = "l." + SqlText.identifier(labelTime);
    String within =
        lookup
            .tolerance()
            .map(
                tolerance ->
                    " WHERE epoch_us(%s) - epoch_us(%s) <= %s"
                        .formatted(time, event, SqlText.literal(tolerance.toNanos() / 1000)))
            .orElse("");
    return """
    SELECT count(*) FROM %1$s AS l ASOF JOIN (
      SELECT f.* FROM %2$s AS f WHERE EXISTS (SELECT 1 FROM %1$s AS l WHERE %3$s)) AS f
    ON %3$s AND %4$s >= %5$s%6$s\
    """
        .formatted(
            labels, SqlText.identifier(lookup.relation()), keys(lookup), time, event, within);
  }

  private static String fetched(AsOfLookup lookup) {
    List<String> columns = new ArrayList<>();
    lookup.features().forEach(output -> columns.add(output.column()));
    columns.add(lookup.eventTime());
    return columns.stream()
        .distinct()
        .map(column -> "f." + SqlText.identifier(column))
        .collect(Collectors.joining(", "));
  }

  /**
   * All columns of the labels, then the features in the order of the lookups, then per lookup a
   * boolean {@code __found_<i>}; the rows in the order of the labels.
   */
  String select() {
    List<String> outputs = new ArrayList<>(List.of("l.* EXCLUDE (" + PLACE + ")"));
    List<String> found = new ArrayList<>();
    for (int i = 0; i < lookups.size(); i++) {
      AsOfLookup lookup = lookups.get(i);
      String alias = "f" + i;
      String valid = valid(lookup, alias);
      for (AsOfLookup.Output output : lookup.features()) {
        outputs.add(value(output, alias, valid) + " AS " + SqlText.identifier(output.name()));
      }
      found.add("coalesce(" + valid + ", false) AS " + SqlText.identifier("__found_" + i));
    }
    outputs.addAll(found);
    return "SELECT %s FROM %s AS l%s"
        .formatted(
            String.join(", ", outputs),
            LABELS,
            IntStream.range(0, lookups.size())
                .mapToObj(i -> " POSITIONAL JOIN asof_found_%1$d AS f%1$d".formatted(i))
                .collect(Collectors.joining()));
  }

  private String valid(AsOfLookup lookup, String alias) {
    String event = alias + "." + SqlText.identifier(lookup.eventTime());
    return lookup
        .tolerance()
        .map(
            tolerance ->
                "(%s IS NOT NULL AND epoch_us(l.%s) - epoch_us(%s) <= %s)"
                    .formatted(
                        event,
                        SqlText.identifier(labelTime),
                        event,
                        SqlText.literal(tolerance.toNanos() / 1000)))
        .orElse("(" + event + " IS NOT NULL)");
  }

  private static String value(AsOfLookup.Output output, String alias, String valid) {
    String column = alias + "." + SqlText.identifier(output.column());
    String taken = "CASE WHEN %s THEN %s END".formatted(valid, column);
    return output
        .defaultValue()
        .map(value -> "coalesce(" + taken + ", " + SqlText.literal(value) + ")")
        .orElse(taken);
  }

  private static String keys(AsOfLookup lookup) {
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < lookup.labelKeys().size(); i++) {
      equal.add(
          "l.%s = f.%s"
              .formatted(
                  SqlText.identifier(lookup.labelKeys().get(i)),
                  SqlText.identifier(lookup.featureKeys().get(i))));
    }
    return String.join(" AND ", equal);
  }

  /** The time from which a row can be used. */
  private static String usableFrom(AsOfLookup lookup) {
    if (!lookup.oneAxis()) {
      return "f.__usable";
    }
    String event = "f." + SqlText.identifier(lookup.eventTime());
    return lookup.delay().isZero()
        ? event
        : event + " + to_microseconds(" + SqlText.literal(lookup.delay().toNanos() / 1000) + ")";
  }

  /** The rows that can be found, one for every key and time of the axis. */
  private static String chosen(AsOfLookup lookup, String relation) {
    if (lookup.oneAxis()) {
      return newest(lookup, relation);
    }
    String known = SqlText.identifier(lookup.knownTime().orElseThrow());
    String event = SqlText.identifier(lookup.eventTime());
    String keys = SqlText.identifiers(lookup.featureKeys());
    return """
    SELECT *, greatest(%2$s, %3$s) AS __usable FROM (%4$s)
     QUALIFY %2$s >= max(%2$s) OVER (PARTITION BY %1$s ORDER BY greatest(%2$s, %3$s), %2$s, %3$s
         ROWS UNBOUNDED PRECEDING)
       AND row_number() OVER (PARTITION BY %1$s, greatest(%2$s, %3$s)
         ORDER BY %2$s DESC, %3$s DESC) = 1\
    """
        .formatted(keys, event, known, newest(lookup, relation));
  }

  /** One row per key, event and known time: the one with the greatest values. */
  private static String newest(AsOfLookup lookup, String relation) {
    String event = SqlText.identifier(lookup.eventTime());
    String known = lookup.knownTime().map(SqlText::identifier).orElse(event);
    String values =
        lookup.features().stream()
            .map(output -> SqlText.identifier(output.column()) + " DESC NULLS LAST")
            .distinct()
            .collect(Collectors.joining(", "));
    return """
    SELECT * FROM %1$s WHERE %2$s IS NOT NULL AND %3$s IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY %4$s, %2$s, %3$s%5$s) = 1\
    """
        .formatted(
            relation,
            event,
            known,
            SqlText.identifiers(lookup.featureKeys()),
            values.isEmpty() ? "" : " ORDER BY " + values);
  }
}
