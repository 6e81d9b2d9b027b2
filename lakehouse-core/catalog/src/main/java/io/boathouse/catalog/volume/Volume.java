package io.boathouse.catalog.volume;

import io.boathouse.catalog.securable.Securable;

/**
 * A governed folder of files.
 *
 * @param storageLocation where the files are, as other engines name it
 */
public record Volume(Securable securable, Kind kind, String storageLocation) {
  /** Who keeps the files. */
  public enum Kind {
    MANAGED,
    EXTERNAL
  }
}
