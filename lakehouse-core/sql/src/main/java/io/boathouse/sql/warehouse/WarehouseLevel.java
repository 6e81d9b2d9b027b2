package io.boathouse.sql.warehouse;

/** What somebody may do with a warehouse; each level includes those before it. */
public enum WarehouseLevel {
  /** See it, start it and run statements on it. */
  CAN_USE,
  /** Change, stop and delete it, and say who may use it. */
  CAN_MANAGE
}
