package io.boathouse.featurestore.publish;

/** Where pushed rows go. */
public enum PushTarget {
  ONLINE,
  /** The feature table itself, as one commit. */
  OFFLINE,
  /** Online at once, then the feature table. */
  ONLINE_AND_OFFLINE
}
