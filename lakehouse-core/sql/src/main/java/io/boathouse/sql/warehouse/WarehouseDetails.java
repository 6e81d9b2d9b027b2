package io.boathouse.sql.warehouse;

import java.util.Map;

/**
 * What can be chosen for a warehouse.
 *
 * @param clusters multiplies how many statements run at once
 * @param autoStopMinutes how long it may idle before it stops; 0 for as long as it likes
 * @param tags any names with values; those that {@link WarehouseLimits} knows are limits
 */
public record WarehouseDetails(
    String name,
    WarehouseSize size,
    int clusters,
    int autoStopMinutes,
    Map<String, String> tags,
    WarehouseLimits limits) {
  private static final int MOST_CLUSTERS = 8;
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_IDLE = 1440;

  public WarehouseDetails {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw WarehouseErrors.invalid("name", name, "1 to 100 characters");
    }
    if (clusters < 1 || clusters > MOST_CLUSTERS) {
      throw WarehouseErrors.invalid("max_num_clusters", Integer.toString(clusters), "1 to 8");
    }
    if (autoStopMinutes < 0 || autoStopMinutes > LONGEST_IDLE) {
      throw WarehouseErrors.invalid(
          "auto_stop_mins", Integer.toString(autoStopMinutes), "0 to 1440");
    }
    tags = Map.copyOf(tags);
  }

  /** With the limits that the tags say. */
  static WarehouseDetails of(
      String name,
      WarehouseSize size,
      int clusters,
      int autoStopMinutes,
      Map<String, String> tags) {
    return new WarehouseDetails(
        name.strip(), size, clusters, autoStopMinutes, tags, WarehouseLimits.of(tags));
  }
}
