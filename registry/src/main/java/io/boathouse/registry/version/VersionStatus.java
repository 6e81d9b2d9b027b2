package io.boathouse.registry.version;

/** Whether a version's files are there. */
public enum VersionStatus {
  /** Files are being copied or uploaded. */
  PENDING_REGISTRATION,
  /** The files never came; the version cannot be used. */
  FAILED_REGISTRATION,
  /** The files are there and never change. */
  READY
}
