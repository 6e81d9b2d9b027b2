package io.boathouse.featurestore.publish;

import io.boathouse.featurestore.expression.RowFunction;
import io.boathouse.featurestore.online.OnlineRow;
import io.boathouse.featurestore.online.ValueType;
import io.boathouse.featurestore.spec.RequestValues;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.Rows;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks rows that come from outside against a feature table, field by field. */
final class PushedRows {
  private final FeatureTable table;
  private final Set<String> columns = new HashSet<>();
  private final List<String> shown = new ArrayList<>();

  PushedRows(FeatureTable table) {
    this.table = table;
    table.keys().forEach(key -> shown.add(key.name()));
    shown.add(table.shape().eventTime());
    table.knownColumn().filter(known -> !shown.contains(known)).ifPresent(shown::add);
    table.features().forEach(feature -> shown.add(feature.name()));
    columns.addAll(shown);
  }

  /** Checked rows as the table's own columns have them. */
  @SuppressWarnings("NullAway") // a compact constructor's class file loses its types' annotations
  Rows.Values values(TableSchema schema, List<? extends Map<String, Object>> rows) {
    List<Column> wanted =
        schema.columns().stream().filter(column -> columns.contains(column.name())).toList();
    List<List<@Nullable Object>> values = new ArrayList<>(rows.size());
    for (Map<String, Object> row : rows) {
      List<@Nullable Object> cells = new ArrayList<>(wanted.size());
      for (Column column : wanted) {
        Object value = row.get(column.name());
        boolean text = value instanceof String && column.type() instanceof DataType.TimestampType;
        cells.add(
            value != null && text
                ? RequestValues.typed(column.name(), ValueType.TIMESTAMP, value)
                : value);
      }
      values.add(cells);
    }
    return new Rows.Values(new TableSchema(wanted), values);
  }

  List<OnlineRow> typed(List<? extends Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      throw PublishErrors.noRows();
    }
    List<OnlineRow> typed = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      typed.add(row(i, rows.get(i)));
    }
    return typed;
  }

  private OnlineRow row(int number, Map<String, Object> row) {
    for (String name : row.keySet()) {
      if (!columns.contains(name)) {
        throw PublishErrors.unknown(table.name(), number, name, shown);
      }
    }
    List<Object> key = new ArrayList<>();
    for (FeatureColumn column : table.keys()) {
      key.add(required(number, row, column.name(), column.type()));
    }
    long event = micros(number, row, table.shape().eventTime());
    long known =
        switch (table.shape().knownAt()) {
          case KnownAt.Column(String column) -> micros(number, row, column);
          case KnownAt.Delay(var delay) -> event + delay.toNanos() / 1000;
          case KnownAt.Expression expression -> computed(number, row);
          case KnownAt.CommitTime commit -> event;
        };
    List<@Nullable Object> values = new ArrayList<>();
    for (FeatureColumn column : table.features()) {
      if (!row.containsKey(column.name())) {
        throw PublishErrors.missing(table.name(), number, column.name());
      }
      Object value = row.get(column.name());
      values.add(value == null ? null : RequestValues.typed(column.name(), column.type(), value));
    }
    return new OnlineRow(key, event, known, values);
  }

  private long computed(int number, Map<String, Object> row) {
    RowFunction known = table.knownExpression().orElseThrow();
    @Nullable Object[] operands = new @Nullable Object[known.operands().size()];
    for (int i = 0; i < operands.length; i++) {
      String name = known.operands().get(i);
      Object value = row.get(name);
      operands[i] = value == null ? null : RequestValues.typed(name, type(name), value);
    }
    if (known.apply(operands) instanceof Instant time) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
    throw PublishErrors.missing(table.name(), number, "known_at");
  }

  private ValueType type(String column) {
    return Stream.concat(table.keys().stream(), table.features().stream())
        .filter(one -> one.name().equals(column))
        .map(FeatureColumn::type)
        .findFirst()
        .orElse(ValueType.TIMESTAMP);
  }

  private long micros(int number, Map<String, Object> row, String column) {
    Instant time = (Instant) required(number, row, column, ValueType.TIMESTAMP);
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private Object required(int number, Map<String, Object> row, String column, ValueType type) {
    Object value = row.get(column);
    if (value == null) {
      throw PublishErrors.missing(table.name(), number, column);
    }
    return RequestValues.typed(column, type, value);
  }
}
