package io.boathouse.featurestore.table;

import static io.boathouse.platform.duckdb.SqlText.identifier;
import static io.boathouse.platform.duckdb.SqlText.literal;

import io.boathouse.featurestore.online.ValueType;
import io.boathouse.table.compute.FeedView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A feature table as SQL: the one place where its types widen and its known-at rule is applied. */
public final class FeatureRelation {
  /** The name of the event time column of {@link #select}. */
  public static final String EVENT = "__event";

  /** The name of the known time column of {@link #select}. */
  public static final String KNOWN = "__known";

  private FeatureRelation() {}

  /**
   * Keys and the given features, widened, then event and known time. Rows without a key or a time
   * are left out.
   *
   * @param view a relation over the table
   */
  public static String select(FeatureTable table, String view, List<FeatureColumn> features) {
    return select(table, view, features, false);
  }

  /**
   * The same of all rows that there ever were.
   *
   * @param view a relation over what {@link FeatureTable#source} names
   */
  public static String history(FeatureTable table, String view, List<FeatureColumn> features) {
    return select(table, view, features, table.source(Optional.empty()).changes());
  }

  private static String select(
      FeatureTable table, String view, List<FeatureColumn> features, boolean changes) {
    List<String> columns = new ArrayList<>();
    List<String> usable = new ArrayList<>();
    for (FeatureColumn key : table.keys()) {
      columns.add(widened(key.name(), key.type()));
      usable.add(identifier(key.name()) + " IS NOT NULL");
    }
    for (FeatureColumn feature : features) {
      columns.add(widened(feature.name(), feature.type()));
    }
    columns.add(identifier(table.shape().eventTime()) + " AS " + EVENT);
    String known = changes ? identifier(FeedView.COMMIT_TIMESTAMP) : known(table);
    columns.add(known + " AS " + KNOWN);
    usable.add(identifier(table.shape().eventTime()) + " IS NOT NULL");
    if (table.knownColumn().isPresent() || table.knownExpression().isPresent()) {
      usable.add(known + " IS NOT NULL");
    }
    if (changes) {
      usable.add(
          identifier(FeedView.CHANGE_TYPE)
              + " IN ("
              + literal("insert")
              + ", "
              + literal("update_postimage")
              + ")");
    }
    return "SELECT %s FROM %s WHERE %s"
        .formatted(String.join(", ", columns), identifier(view), String.join(" AND ", usable));
  }

  private static String known(FeatureTable table) {
    String event = identifier(table.shape().eventTime());
    return switch (table.shape().knownAt()) {
      case KnownAt.Column(String column) -> identifier(column);
      case KnownAt.Expression expression -> table.knownExpression().orElseThrow().sql();
      case KnownAt.CommitTime commit -> event;
      case KnownAt.Delay(var delay) ->
          delay.isZero()
              ? event
              : event + " + to_microseconds(" + literal(delay.toNanos() / 1000) + ")";
    };
  }

  /** A column in the type that online values have. */
  public static String widened(String name, ValueType type) {
    String column = identifier(name);
    return switch (type) {
      case LONG -> "CAST(" + column + " AS BIGINT) AS " + column;
      case DOUBLE -> "CAST(" + column + " AS DOUBLE) AS " + column;
      case BOOLEAN, STRING, TIMESTAMP -> column;
    };
  }
}
