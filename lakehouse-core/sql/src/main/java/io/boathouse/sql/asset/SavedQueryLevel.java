package io.boathouse.sql.asset;

/** What somebody may do with a saved query; each level includes those before it. */
public enum SavedQueryLevel {
  CAN_VIEW,
  CAN_RUN,
  CAN_EDIT,
  CAN_MANAGE
}
