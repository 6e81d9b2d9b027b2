package io.boathouse.featurestore.publish;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.online.OnlineChange;
import io.boathouse.featurestore.online.OnlineRow;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.publish.Publication.Counts;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureRelation;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What changes of a table mean for the online store. It works on states and not on events: every
 * key that a version touched gets the newest row that the table has now, and what was taken away is
 * taken back up to its own times. Doing it again, or doing more versions at once, ends the same.
 */
final class ChangedKeys {
  private static final int BATCH = 2_000;
  private static final String KEYS = "feature_changed_keys";
  private static final String NOW = "feature_changed_rows";

  private final FeatureTable table;
  private final LatestRows latest;

  ChangedKeys(FeatureTable table, LatestRows latest) {
    this.table = table;
    this.latest = latest;
  }

  /** Brings the store up to the version that the session shows. */
  Counts apply(DuckSession session, OnlineStore store) {
    session.execute("CREATE TEMP TABLE %s AS %s".formatted(identifier(KEYS), touched()));
    session.execute(
        "CREATE TEMP VIEW %s AS SELECT t.* FROM %s AS t SEMI JOIN %s AS k ON %s"
            .formatted(
                identifier(NOW), identifier(GovernedReads.view(0)), identifier(KEYS), same("t")));
    try (PreparedStatement statement = session.connection().prepareStatement(changes());
        ResultSet result = statement.executeQuery()) {
      return apply(result, store);
    } catch (SQLException e) {
      throw PublishErrors.unreadable(table.name(), e);
    }
  }

  private Counts apply(ResultSet result, OnlineStore store) throws SQLException {
    Counts counts = new Counts(0, 0);
    List<OnlineRow> rows = new ArrayList<>();
    List<OnlineChange> changes = new ArrayList<>();
    boolean more = result.next();
    while (more) {
      int keys = table.keys().size();
      List<Object> key = latest.key(result, 1);
      long event = result.getLong(keys + 1);
      boolean removed = !result.wasNull();
      long known = result.getLong(keys + 2);
      boolean there = result.getBoolean(keys + 3);
      Optional<OnlineRow> row =
          there ? Optional.of(latest.row(result, keys + 4)) : Optional.empty();
      if (removed) {
        changes.add(new OnlineChange(key, event, known, row));
      } else {
        row.ifPresent(rows::add);
      }
      more = result.next();
      if (rows.size() + changes.size() >= BATCH || !more) {
        counts = counts.plus(flush(store, rows, changes));
      }
    }
    return counts;
  }

  private Counts flush(OnlineStore store, List<OnlineRow> rows, List<OnlineChange> changes) {
    long written = changes.stream().filter(change -> change.row().isPresent()).count();
    long removed = changes.size() - written;
    if (!changes.isEmpty()) {
      store.amend(table.online(), changes);
    }
    if (!rows.isEmpty()) {
      written += store.write(table.online(), rows);
    }
    rows.clear();
    changes.clear();
    return new Counts(written, removed);
  }

  /** Each key once, with the greatest times that were taken away of it, if any were. */
  private String touched() {
    String keys = SqlText.identifiers(table.keys().stream().map(FeatureColumn::name).toList());
    return """
    SELECT %1$s, max(r) AS __removed FROM (
      SELECT %1$s, NULL AS r FROM (%2$s)
      UNION ALL
      SELECT %1$s, {'event': epoch_us(%4$s), 'known': epoch_us(%5$s)} AS r FROM (%3$s))
    GROUP BY %1$s
    """
        .formatted(
            keys,
            FeatureRelation.select(table, TableChanges.CHANGED, List.of()),
            FeatureRelation.select(table, TableChanges.REMOVED, List.of()),
            FeatureRelation.EVENT,
            FeatureRelation.KNOWN);
  }

  private String changes() {
    String times = "struct_extract(k.__removed, 'event'), struct_extract(k.__removed, 'known')";
    return "SELECT %s, %s, n.%s IS NOT NULL, %s FROM %s AS k LEFT JOIN (%s) AS n ON %s"
        .formatted(
            latest.keyBits("k"),
            times,
            FeatureRelation.EVENT,
            latest.bits("n"),
            identifier(KEYS),
            latest.sql(NOW),
            same("n"));
  }

  private String same(String with) {
    return table.keys().stream()
        .map(key -> "%s.%2$s = k.%2$s".formatted(with, identifier(key.name())))
        .collect(Collectors.joining(" AND "));
  }
}
