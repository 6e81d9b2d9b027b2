package io.boathouse.featurestore.join;

import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The point-in-time join as SQL. A label at time {@code t} gets, per lookup, the row of its key
 * with the newest event time among those with {@code event <= t} and {@code known <= t}; of equal
 * event times the one known last, and of those the greatest values. A landing at the very instant
 * of the label is known. A null key matches nothing.
 *
 * <p>With two time axes, a row that becomes known when a newer one is known already can never be
 * chosen. Without those rows, the one with the newest event is the one that became usable last, so
 * one as-of join on {@code greatest(event, known)} decides.
 */
final class AsOfSql {
  private final String labels;
  private final String labelTime;
  private final List<AsOfLookup> lookups;

  /**
   * @param labels the relation of the labels
   * @param labelTime its time column, TIMESTAMPTZ
   */
  AsOfSql(String labels, String labelTime, List<AsOfLookup> lookups) {
    this.labels = labels;
    this.labelTime = labelTime;
    this.lookups = List.copyOf(lookups);
  }

  /**
   * All columns of the labels, then the features in the order of the lookups, then per lookup a
   * boolean {@code __found_<i>}.
   */
  String select() {
    List<String> outputs = new ArrayList<>();
    List<String> found = new ArrayList<>();
    StringBuilder joins = new StringBuilder();
    for (int i = 0; i < lookups.size(); i++) {
      AsOfLookup lookup = lookups.get(i);
      String alias = "f" + i;
      joins.append("\nASOF LEFT JOIN ").append(relation(lookup)).append(" AS ").append(alias);
      joins.append(" ON ").append(keys(lookup, alias));
      joins.append(" AND l.").append(SqlText.identifier(labelTime)).append(" >= ");
      joins.append(axis(lookup, alias + "."));
      String valid = valid(lookup, alias);
      for (AsOfLookup.Output output : lookup.features()) {
        outputs.add(value(output, alias, valid) + " AS " + SqlText.identifier(output.name()));
      }
      found.add("coalesce(" + valid + ", false) AS " + SqlText.identifier("__found_" + i));
    }
    outputs.addAll(found);
    return "SELECT l.*%s FROM %s AS l%s"
        .formatted(
            outputs.stream().map(output -> ", " + output).collect(Collectors.joining()),
            labels,
            joins);
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

  private static String keys(AsOfLookup lookup, String alias) {
    List<String> equal = new ArrayList<>();
    for (int i = 0; i < lookup.labelKeys().size(); i++) {
      equal.add(
          "l.%s = %s.%s"
              .formatted(
                  SqlText.identifier(lookup.labelKeys().get(i)),
                  alias,
                  SqlText.identifier(lookup.featureKeys().get(i))));
    }
    return String.join(" AND ", equal);
  }

  /** The time from which a row can be used. */
  private static String axis(AsOfLookup lookup, String prefix) {
    String event = prefix + SqlText.identifier(lookup.eventTime());
    if (!lookup.oneAxis()) {
      return prefix + "__usable";
    }
    return lookup.delay().isZero()
        ? event
        : event + " + to_microseconds(" + lookup.delay().toNanos() / 1000 + ")";
  }

  private static String relation(AsOfLookup lookup) {
    String relation = SqlText.identifier(lookup.relation());
    if (lookup.oneAxis()) {
      return lookup.uniqueRows() ? relation : "(" + newest(lookup, relation) + ")";
    }
    String known = SqlText.identifier(lookup.knownTime().orElseThrow());
    String event = SqlText.identifier(lookup.eventTime());
    String keys = SqlText.identifiers(lookup.featureKeys());
    return """
    (SELECT *, greatest(%2$s, %3$s) AS __usable FROM (%4$s)
     QUALIFY %2$s >= max(%2$s) OVER (PARTITION BY %1$s ORDER BY greatest(%2$s, %3$s), %2$s, %3$s
         ROWS UNBOUNDED PRECEDING)
       AND row_number() OVER (PARTITION BY %1$s, greatest(%2$s, %3$s)
         ORDER BY %2$s DESC, %3$s DESC) = 1)\
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
