package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The one place that decides. Services ask before anything else; every denial is audited here.
 * Reading something inside a schema also needs USE_CATALOG and USE_SCHEMA on what is above it.
 * Decisions see the transaction of the calling thread.
 */
public interface Authorizer {
  /**
   * Finds the securable and demands a privilege on it.
   *
   * @return the securable, so that name and check cannot drift apart
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if it is absent or the caller has
   *     no right on it at all; PERMISSION_DENIED if the caller may see it but lacks this privilege
   */
  Securable require(Caller caller, Privilege privilege, SecurableType type, FullName name);

  /** Demands a privilege on a securable already at hand; errors as above. */
  void require(Caller caller, Privilege privilege, Securable securable);

  /** Whether the caller has the privilege; records nothing. */
  boolean allows(Caller caller, Privilege privilege, Securable securable);

  /**
   * The decision if it is known without waiting, for the event loop; a right that was revoked is
   * gone from here before the revoking call returns. Empty is no denial: ask again on a virtual
   * thread. Records nothing.
   */
  Optional<Boolean> cachedDecision(Caller caller, Privilege privilege, UUID securableId);

  /**
   * Demands that the caller is an administrator of the metastore.
   *
   * @param action what for
   */
  void requireAdministrator(Caller caller, String action);

  /** Whether the caller is an administrator of the metastore. */
  boolean isAdministrator(Caller caller);

  /**
   * A condition over securable ids that is true for those of the type that the caller may see, to
   * be put into the WHERE clause of a listing.
   */
  Visible visible(Caller caller, SecurableType type);

  /**
   * A bound SQL fragment.
   *
   * @param condition a boolean SQL expression over the alias {@code s} of {@link #SECURABLES}, with
   *     named parameters
   * @param parameters the values of the named parameters
   */
  record Visible(String condition, Map<String, Object> parameters) {
    /**
     * What the queries of other rooms join by {@code id} to tell a securable's names; no other SQL
     * crosses from room to room.
     */
    public static final String SECURABLES =
        """
        (SELECT id, type, name, full_name, comment, owner_id, ancestors, created_at, created_by,
           updated_by FROM catalog_securable)
        """;

    public Visible {
      parameters = Map.copyOf(parameters);
    }
  }
}
