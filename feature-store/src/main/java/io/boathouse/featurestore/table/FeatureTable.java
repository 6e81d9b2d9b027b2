package io.boathouse.featurestore.table;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.featurestore.expression.RowFunction;
import io.boathouse.featurestore.online.OnlineTable;
import io.boathouse.featurestore.online.ValueType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A table whose rows are features of a key, each true from an event time and known from a known
 * time. Its columns never change.
 *
 * @param windowed how its rows are computed, if they are
 * @param version the table's version when it was last declared or refreshed
 */
public record FeatureTable(
    Securable securable,
    Shape shape,
    Optional<WindowedDefinition> windowed,
    long version,
    Instant refreshedAt) {

  /** The columns and what they are for. */
  public record Shape(
      List<FeatureColumn> keys, String eventTime, KnownAt knownAt, List<FeatureColumn> features) {
    public Shape {
      keys = List.copyOf(keys);
      features = List.copyOf(features);
    }
  }

  public UUID id() {
    return securable.id();
  }

  public FullName name() {
    return securable.name();
  }

  public List<FeatureColumn> keys() {
    return shape.keys();
  }

  public List<FeatureColumn> features() {
    return shape.features();
  }

  /** The feature of the name; names are case-insensitive. */
  public Optional<FeatureColumn> feature(String wanted) {
    return features().stream().filter(column -> column.name().equalsIgnoreCase(wanted)).findFirst();
  }

  /** The expression of the known time, if the rule is one, over keys, time and features. */
  public Optional<RowFunction> knownExpression() {
    if (!(shape.knownAt() instanceof KnownAt.Expression(String text))) {
      return Optional.empty();
    }
    Map<String, ValueType> columns = new LinkedHashMap<>();
    keys().forEach(key -> columns.put(key.name(), key.type()));
    columns.put(shape.eventTime(), ValueType.TIMESTAMP);
    features().forEach(feature -> columns.put(feature.name(), feature.type()));
    RowFunction known = RowFunction.parse("known_at", text, columns);
    if (known.type() != ValueType.TIMESTAMP) {
      throw FeatureTableErrors.invalid("known_at.expression", text, "a TIMESTAMP");
    }
    return Optional.of(known);
  }

  /** The table to be read for all that was ever known: its changes, where those tell. */
  public GovernedReads.Versioned source(Optional<Long> version) {
    return new GovernedReads.Versioned(
        name(), version, shape.knownAt() instanceof KnownAt.CommitTime);
  }

  /** Whether a row may be known at another time than its event. */
  public boolean knownLater() {
    return !shape.knownAt().equals(KnownAt.event());
  }

  /** The column with the known time, if the rule names one. */
  public Optional<String> knownColumn() {
    return switch (shape.knownAt()) {
      case KnownAt.Column(String column) -> Optional.of(column);
      case KnownAt.Delay delay -> Optional.empty();
      case KnownAt.Expression expression -> Optional.empty();
      case KnownAt.CommitTime commit -> Optional.empty();
    };
  }

  /** Its form in an online store. */
  public OnlineTable online() {
    return new OnlineTable(
        id(),
        keys().stream().map(FeatureColumn::online).toList(),
        features().stream().map(FeatureColumn::online).toList());
  }
}
