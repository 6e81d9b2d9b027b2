package io.boathouse.catalog.location;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;

/**
 * Whether a table's files may be read as they are. What shows some rows or columns to some callers
 * only must not let them past it.
 */
@FunctionalInterface
public interface RawAccess {
  /** Every table's files may be read by whoever may read its rows. */
  RawAccess ALWAYS = (caller, table) -> {};

  /**
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED if not
   */
  void require(Caller caller, Securable table);
}
