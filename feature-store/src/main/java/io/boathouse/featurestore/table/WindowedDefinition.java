package io.boathouse.featurestore.table;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Features computed from events: aggregates over sliding windows that end at each event of a key.
 *
 * @param select the events, as a query of the caller's
 * @param keys columns of the query that features belong to
 * @param time its time column; the time of an event is when it is known
 */
public record WindowedDefinition(
    String select,
    List<String> keys,
    String time,
    List<Window> windows,
    List<Aggregate> aggregates) {
  private static final int MAX_FEATURES = 500;

  public WindowedDefinition {
    keys = List.copyOf(keys);
    windows = List.copyOf(windows);
    aggregates = List.copyOf(aggregates);
    refuseEmpty("select", select.isBlank());
    refuseEmpty("keys", keys.isEmpty());
    refuseEmpty("time_column", time.isBlank());
    refuseEmpty("windows", windows.isEmpty());
    refuseEmpty("aggregates", aggregates.isEmpty());
    if (windows.size() * aggregates.size() > MAX_FEATURES) {
      throw FeatureTableErrors.invalid(
          "windows", Integer.toString(windows.size()), "at most 500 features in all");
    }
    Set<String> names = new HashSet<>();
    keys.forEach(key -> refuseTwice(names, "keys", key));
    refuseTwice(names, "time_column", time);
    for (Window window : windows) {
      for (Aggregate aggregate : aggregates) {
        refuseTwice(names, "aggregates.name", aggregate.feature(window));
      }
    }
  }

  private static void refuseEmpty(String field, boolean empty) {
    if (empty) {
      throw FeatureTableErrors.invalid("definition." + field, "", "a value");
    }
  }

  private static void refuseTwice(Set<String> names, String field, String name) {
    if (!names.add(name.toLowerCase(Locale.ROOT))) {
      throw FeatureTableErrors.invalid("definition." + field, name, "each column name once");
    }
  }
}
