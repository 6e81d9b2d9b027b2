package io.boathouse.featurestore.online;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The shape of a feature table in an online store.
 *
 * @param id the feature table's securable id
 * @param key the key columns, in the order of every key given to the store
 * @param features the feature columns, in the order of every row given to the store
 */
public record OnlineTable(UUID id, List<OnlineColumn> key, List<OnlineColumn> features) {
  public OnlineTable {
    key = List.copyOf(key);
    features = List.copyOf(features);
    if (key.isEmpty() || features.isEmpty()) {
      throw new IllegalArgumentException("key or features: empty (expected: at least one column)");
    }
  }

  /** A column of the table. */
  public record OnlineColumn(String name, ValueType type) {}

  /** The types of features. @param positions of the features in the table */
  public List<ValueType> types(int[] positions) {
    return Arrays.stream(positions).mapToObj(at -> features.get(at).type()).toList();
  }

  /** The position of a feature. @return -1 if the table has none of that name */
  public int featureIndex(String name) {
    for (int i = 0; i < features.size(); i++) {
      if (features.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
