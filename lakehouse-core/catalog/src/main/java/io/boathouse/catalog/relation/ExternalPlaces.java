package io.boathouse.catalog.relation;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;

/** Decides where external tables and volumes may lie; joins the thread's transaction. */
@FunctionalInterface
public interface ExternalPlaces {
  /**
   * Takes a place for a table or volume that is being made.
   *
   * @param privilege that the caller needs on the location that the place lies in
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED if no location covers the
   *     place, or the caller lacks the privilege; INVALID_ARGUMENT if another's place overlaps
   */
  void claim(Caller caller, Privilege privilege, Securable owner, String location);
}
