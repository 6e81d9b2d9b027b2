package io.boathouse.e2e.adversarial;

import java.util.Locale;

/** Who asks, in the order of the matrix's columns. */
enum Who {
  /** Of the metastore; policies hold for administrators too. */
  ADMIN,
  /** Of the tables and their policies; they hold for the owner too. */
  OWNER,
  /** A reader in the group that the policies let pass. */
  INSIDER,
  /** A reader whom the policies are made for. */
  READER,
  /** A service principal that reads, and is in no group. */
  SERVICE,
  /** Somebody without a right to the tables. */
  STRANGER;

  String principal() {
    return this == ADMIN ? "admin" : "bypass-" + name().toLowerCase(Locale.ROOT);
  }

  boolean reads() {
    return this != STRANGER;
  }
}
