package io.boathouse.featurestore.browse;

import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureTable;
import java.util.Map;

/**
 * A feature that a search found.
 *
 * @param tags of its column
 */
public record FoundFeature(
    FeatureTable table, FeatureColumn column, FeatureNote note, Map<String, String> tags) {
  public FoundFeature {
    tags = Map.copyOf(tags);
  }
}
