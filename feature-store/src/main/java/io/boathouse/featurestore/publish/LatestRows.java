package io.boathouse.featurestore.publish;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.online.OnlineRow;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureRelation;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest row of every key: by event time, then known time, then the greatest values, which is
 * the row that the point-in-time join gives a label later than all of them.
 */
final class LatestRows {
  private final FeatureTable table;
  private final Optional<Instant> knownBefore;
  private final Optional<Instant> oldest;

  /**
   * @param knownBefore leaves out rows that became known at this instant or later
   * @param oldest leaves out rows whose event is before this
   */
  LatestRows(FeatureTable table, Optional<Instant> knownBefore, Optional<Instant> oldest) {
    this.table = table;
    this.knownBefore = knownBefore;
    this.oldest = oldest;
  }

  /** Reads them from a session that shows the table as its first view. */
  <T> T read(DuckSession session, Function<Iterator<OnlineRow>, T> work) {
    String sql = "SELECT %s FROM (%s) AS n".formatted(bits("n"), sql(GovernedReads.view(0)));
    try (PreparedStatement statement = session.connection().prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      return work.apply(new Rows(result));
    } catch (SQLException e) {
      throw PublishErrors.unreadable(table.name(), e);
    }
  }

  /** Keys, features, event and known time of the newest rows of a view. */
  String sql(String view) {
    List<String> conditions = new ArrayList<>();
    knownBefore.ifPresent(
        time ->
            conditions.add(
                "%1$s < %3$s AND %2$s < %3$s"
                    .formatted(
                        FeatureRelation.KNOWN, FeatureRelation.EVENT, SqlText.literal(time))));
    oldest.ifPresent(
        time -> conditions.add(FeatureRelation.EVENT + " >= " + SqlText.literal(time)));
    String keys = SqlText.identifiers(table.keys().stream().map(FeatureColumn::name).toList());
    String usable =
        "SELECT * FROM (%s)%s"
            .formatted(
                FeatureRelation.select(table, view, table.features()),
                conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
    return table.windowed().isPresent() ? unique(keys, usable) : any(keys, usable);
  }

  /** Windowed tables have one row for each key and time. */
  private static String unique(String keys, String rows) {
    return "SELECT unnest(newest) FROM (SELECT arg_max(r, r.%s) AS newest FROM (%s) AS r GROUP BY %s)"
        .formatted(FeatureRelation.EVENT, rows, keys);
  }

  private String any(String keys, String rows) {
    String values =
        table.features().stream()
            .map(feature -> ", " + identifier(feature.name()) + " DESC NULLS LAST")
            .collect(Collectors.joining());
    return "%s QUALIFY row_number() OVER (PARTITION BY %s ORDER BY %s DESC, %s DESC%s) = 1"
        .formatted(rows, keys, FeatureRelation.EVENT, FeatureRelation.KNOWN, values);
  }

  /** The columns of a row as {@link #row} reads them. @param alias of {@link #sql} */
  String bits(String alias) {
    return Stream.concat(
            Stream.concat(table.keys().stream(), table.features().stream())
                .map(column -> bits(alias, column)),
            Stream.of(
                "epoch_us(%s.%s)".formatted(alias, FeatureRelation.EVENT),
                "epoch_us(%s.%s)".formatted(alias, FeatureRelation.KNOWN)))
        .collect(Collectors.joining(", "));
  }

  /** The columns of a key as {@link #key} reads them. */
  String keyBits(String alias) {
    return table.keys().stream()
        .map(column -> bits(alias, column))
        .collect(Collectors.joining(", "));
  }

  private static String bits(String alias, FeatureColumn column) {
    String name = alias + "." + identifier(column.name());
    return column.type() == ValueType.TIMESTAMP ? "epoch_us(" + name + ")" : name;
  }

  /** A row whose columns begin at a place of the result. */
  OnlineRow row(ResultSet result, int first) throws SQLException {
    int at = first + table.keys().size();
    List<@Nullable Object> values = new ArrayList<>();
    for (FeatureColumn column : table.features()) {
      values.add(value(result, column.type(), at++));
    }
    return new OnlineRow(key(result, first), result.getLong(at), result.getLong(at + 1), values);
  }

  /** A key whose columns begin at a place of the result. */
  List<Object> key(ResultSet result, int first) throws SQLException {
    int at = first;
    List<Object> key = new ArrayList<>();
    for (FeatureColumn column : table.keys()) {
      @Nullable Object value = value(result, column.type(), at++);
      if (value == null) {
        throw new SQLException("a key is null");
      }
      key.add(value);
    }
    return key;
  }

  private static @Nullable Object value(ResultSet result, ValueType type, int at)
      throws SQLException {
    Object value =
        switch (type) {
          case LONG -> result.getLong(at);
          case DOUBLE -> result.getDouble(at);
          case BOOLEAN -> result.getBoolean(at);
          case STRING -> String.valueOf(result.getString(at));
          case TIMESTAMP -> Instant.EPOCH.plus(result.getLong(at), ChronoUnit.MICROS);
        };
    return result.wasNull() ? null : value;
  }

  /** Goes over a result once. */
  private final class Rows implements Iterator<OnlineRow> {
    private final ResultSet result;
    private boolean ready;

    Rows(ResultSet result) {
      this.result = result;
    }

    @Override
    public boolean hasNext() {
      try {
        ready = ready || result.next();
        return ready;
      } catch (SQLException e) {
        throw PublishErrors.unreadable(table.name(), e);
      }
    }

    @Override
    public OnlineRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ready = false;
      try {
        return row(result, 1);
      } catch (SQLException e) {
        throw PublishErrors.unreadable(table.name(), e);
      }
    }
  }
}
