package io.boathouse.catalog.audit;

import io.boathouse.platform.http.PageRequest;
import java.time.Instant;
import java.util.Optional;

/**
 * Which audit records to show, newest first; what is empty does not narrow.
 *
 * @param name the full name of a securable at the time
 * @param from the first instant, included
 * @param until the last instant, excluded
 */
public record AuditQuery(
    Optional<String> principal,
    Optional<String> action,
    Optional<String> name,
    Optional<AuditRecord.Decision> decision,
    Optional<String> requestId,
    Optional<Instant> from,
    Optional<Instant> until,
    PageRequest page) {

  /** The newest records of all. */
  public static AuditQuery newest(int most) {
    return new AuditQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        PageRequest.first(most));
  }

  /** Narrowed to one action. */
  public AuditQuery ofAction(String wanted) {
    return new AuditQuery(
        principal, Optional.of(wanted), name, decision, requestId, from, until, page);
  }

  /** Narrowed to one principal. */
  public AuditQuery by(String wanted) {
    return new AuditQuery(
        Optional.of(wanted), action, name, decision, requestId, from, until, page);
  }
}
