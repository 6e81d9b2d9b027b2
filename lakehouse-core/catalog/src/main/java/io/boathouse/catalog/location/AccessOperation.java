package io.boathouse.catalog.location;

/** What may be done with files. */
public enum AccessOperation {
  READ,
  READ_WRITE
}
