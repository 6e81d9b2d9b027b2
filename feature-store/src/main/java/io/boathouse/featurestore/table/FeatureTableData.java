package io.boathouse.featurestore.table;

import io.boathouse.featurestore.table.FeatureTable.Shape;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds out what the columns of feature tables are, and computes windowed ones. */
final class FeatureTableData {
  private static final String EVENTS = "feature_events";

  private FeatureTableData() {}

  /** The columns of a query of the session. */
  static List<Column> columns(DuckSession session, String select) {
    return session.query(
        "DESCRIBE " + select,
        row -> Column.of(row.getString(1), DuckTypes.parse(row.getString(2))));
  }

  /** The shape that an existing table has under a declaration. */
  static Shape declared(NewFeatureTable table, List<Column> columns) {
    Map<String, Column> byName = byName(columns);
    List<String> names = columns.stream().map(Column::name).toList();
    List<FeatureColumn> keys = new ArrayList<>();
    for (String key : table.keys()) {
      Column column = take(byName, "primary_keys", key, names);
      keys.add(FeatureColumn.of(column, description(table, column)));
    }
    String event = time(byName, "timestamp_column", table.eventTime(), names);
    KnownAt knownAt = table.knownAt();
    if (knownAt instanceof KnownAt.Column(String known)) {
      knownAt =
          new KnownAt.Column(
              known.equalsIgnoreCase(event)
                  ? event
                  : time(byName, "known_at.column", known, names));
    }
    List<FeatureColumn> features = new ArrayList<>();
    for (Column column : byName.values()) {
      features.add(FeatureColumn.of(column, description(table, column)));
    }
    if (features.isEmpty()) {
      throw FeatureTableErrors.invalid("name", table.name().toString(), "a table with features");
    }
    for (String described : table.descriptions().keySet()) {
      if (names.stream().noneMatch(described::equalsIgnoreCase)) {
        throw FeatureTableErrors.noColumn("descriptions", described, names);
      }
    }
    return new Shape(keys, event, knownAt, features);
  }

  /** Prepares the windows of a definition. @return the query of the rows to be written */
  static WindowSql windows(WindowedDefinition definition, OpenQuery open) {
    List<Column> columns = columns(open.session(), open.select());
    Map<String, Column> byName = byName(columns);
    List<String> names = columns.stream().map(Column::name).toList();
    for (String key : definition.keys()) {
      FeatureColumn unused =
          FeatureColumn.of(take(byName, "definition.keys", key, names), Optional.empty());
    }
    String unusedTime = time(byName, "definition.time_column", definition.time(), names);
    for (Aggregate aggregate : definition.aggregates()) {
      if (aggregate.column().isPresent()
          && names.stream().noneMatch(aggregate.column().get()::equalsIgnoreCase)) {
        throw FeatureTableErrors.noColumn(
            "definition.aggregates.column", aggregate.column().get(), names);
      }
    }
    open.session()
        .execute("CREATE TEMP VIEW %s AS %s".formatted(SqlText.identifier(EVENTS), open.select()));
    return new WindowSql(
        open.session(),
        SqlText.identifier(EVENTS),
        definition.keys(),
        definition.time(),
        definition.windows(),
        definition.aggregates());
  }

  /** The shape of a windowed table, by the columns that were computed. */
  static Shape computed(WindowedDefinition definition, List<Column> columns) {
    Map<String, Column> byName = byName(columns);
    List<FeatureColumn> keys =
        definition.keys().stream()
            .map(key -> FeatureColumn.of(found(byName, key), Optional.empty()))
            .toList();
    List<FeatureColumn> features = new ArrayList<>();
    for (Window window : definition.windows()) {
      for (Aggregate aggregate : definition.aggregates()) {
        String comment = aggregate.words() + " over " + window.words();
        features.add(
            FeatureColumn.of(found(byName, aggregate.feature(window)), Optional.of(comment)));
      }
    }
    return new Shape(keys, definition.time(), KnownAt.event(), features);
  }

  private static Column found(Map<String, Column> columns, String name) {
    Column column = columns.get(name.toLowerCase(Locale.ROOT));
    if (column == null) {
      throw FeatureTableErrors.noColumn("definition", name, List.copyOf(columns.keySet()));
    }
    return column;
  }

  private static Map<String, Column> byName(List<Column> columns) {
    Map<String, Column> byName = new LinkedHashMap<>();
    columns.forEach(column -> byName.put(column.name().toLowerCase(Locale.ROOT), column));
    return byName;
  }

  private static Column take(
      Map<String, Column> columns, String field, String name, List<String> names) {
    Column column = columns.remove(name.toLowerCase(Locale.ROOT));
    if (column == null) {
      throw FeatureTableErrors.noColumn(field, name, names);
    }
    return column;
  }

  private static String time(
      Map<String, Column> columns, String field, String name, List<String> names) {
    Column column = take(columns, field, name, names);
    if (!(column.type() instanceof DataType.TimestampType)) {
      throw FeatureTableErrors.invalid(
          field,
          name + " " + column.type().text(),
          "a TIMESTAMP with time zone; cast it with timezone('UTC', column)");
    }
    return column.name();
  }

  private static Optional<String> description(NewFeatureTable table, Column column) {
    return table.descriptions().entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(column.name()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
