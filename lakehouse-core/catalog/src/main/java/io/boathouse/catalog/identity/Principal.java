package io.boathouse.catalog.identity;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Somebody or something that can be granted rights.
 *
 * @param name unique among all kinds, without regard to case
 * @param externalId the id in the identity provider that this came from
 * @param active a principal that is not cannot log in and has no rights
 */
public record Principal(
    UUID id,
    String name,
    Kind kind,
    Optional<String> displayName,
    Optional<String> externalId,
    boolean active,
    Instant createdAt) {

  /** The sorts of principals. */
  public enum Kind {
    USER,
    SERVICE_PRINCIPAL,
    /** A named part of the server; it cannot log in. */
    SYSTEM,
    GROUP
  }
}
