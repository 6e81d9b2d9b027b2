package io.boathouse.catalog.volume;

import io.boathouse.catalog.securable.Securable;
import java.util.Optional;

/**
 * A governed folder of files.
 *
 * @param storageLocation where an external volume's files are; a managed one's are in the main store
 */
public record Volume(Securable securable, Kind kind, Optional<String> storageLocation) {
  /** Who keeps the files. */
  public enum Kind {
    MANAGED,
    EXTERNAL
  }
}
