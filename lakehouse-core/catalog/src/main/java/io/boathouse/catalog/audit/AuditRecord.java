package io.boathouse.catalog.audit;

import io.boathouse.catalog.securable.SecurableType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One thing that somebody did or was refused.
 *
 * @param id grows with time
 * @param tokenId the id, never the value, of the token that was used
 * @param reason why it was refused
 * @param parameters what it was done with, without secrets
 */
public record AuditRecord(
    long id,
    Instant at,
    String requestId,
    Optional<UUID> principalId,
    String principal,
    Optional<String> tokenId,
    String remoteAddress,
    String userAgent,
    String action,
    Optional<SecurableType> securableType,
    Optional<String> securableName,
    Optional<UUID> securableId,
    Decision decision,
    Optional<String> reason,
    Map<String, String> parameters) {

  /** Whether it was done or refused. */
  public enum Decision {
    ALLOWED,
    DENIED
  }

  public AuditRecord {
    parameters = Map.copyOf(parameters);
  }
}
