package io.boathouse.featurestore.table;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.featurestore.online.OnlineTable;
import java.time.Instant;
import java.util.List;
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

  /** The column with the known time, if the rule names one. */
  public Optional<String> knownColumn() {
    return switch (shape.knownAt()) {
      case KnownAt.Column(String column) -> Optional.of(column);
      case KnownAt.Delay delay -> Optional.empty();
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
