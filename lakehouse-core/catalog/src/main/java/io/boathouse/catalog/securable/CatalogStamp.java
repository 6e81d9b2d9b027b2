package io.boathouse.catalog.securable;

import java.util.OptionalLong;

/** A number that moves whenever what is read of the catalog may have changed. */
public interface CatalogStamp {
  /**
   * Read it before reading what is to be kept under it.
   *
   * @return empty while nothing may be kept or taken from what was: in a transaction, whose changes
   *     others cannot see, and while changes made on other servers may be unknown here
   */
  OptionalLong forKeeping();

  /** Moves the number when the transaction of this thread has ended, or at once without one. */
  void changed();
}
