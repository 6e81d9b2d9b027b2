package io.boathouse.sql.warehouse;

import java.time.Instant;

/**
 * Where statements run: a share of this server with its own queue, memory and limits.
 *
 * @param creator the name of who made it
 */
public record Warehouse(
    String id, WarehouseDetails details, boolean stopped, String creator, Instant createdAt) {
  /** The id of the one that every server has, which always runs. */
  public static final String DEFAULT_ID = "default";

  public String name() {
    return details.name();
  }

  /** How far its statements may go. */
  public WarehouseLimits limits() {
    return details.limits();
  }

  boolean isDefault() {
    return id.equals(DEFAULT_ID);
  }

  Warehouse with(WarehouseDetails newDetails) {
    return new Warehouse(id, newDetails, stopped, creator, createdAt);
  }

  Warehouse with(boolean nowStopped) {
    return new Warehouse(id, details, nowStopped, creator, createdAt);
  }
}
