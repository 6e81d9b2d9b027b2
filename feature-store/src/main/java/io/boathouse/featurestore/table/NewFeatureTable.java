package io.boathouse.featurestore.table;

import io.boathouse.catalog.securable.FullName;
import java.util.List;
import java.util.Map;

/**
 * What makes an existing table a feature table.
 *
 * @param keys its key columns
 * @param eventTime the column that says when a row's features were true
 * @param descriptions what features mean, by column
 */
public record NewFeatureTable(
    FullName name,
    List<String> keys,
    String eventTime,
    KnownAt knownAt,
    Map<String, String> descriptions) {
  public NewFeatureTable {
    keys = List.copyOf(keys);
    descriptions = Map.copyOf(descriptions);
    if (keys.isEmpty()) {
      throw FeatureTableErrors.invalid("primary_keys", "", "at least one column");
    }
  }
}
