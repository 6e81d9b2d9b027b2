package io.boathouse.featurestore.online;

/** What a looked-up cell is. */
public enum CellStatus {
  PRESENT,
  /** The row exists and the feature has no value in it. */
  NULL,
  /** No row has this key. */
  NOT_FOUND,
  /** The store had not answered when the lookup's deadline passed; nobody knows what it has. */
  LATE
}
