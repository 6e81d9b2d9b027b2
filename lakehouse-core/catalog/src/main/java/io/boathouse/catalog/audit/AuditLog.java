package io.boathouse.catalog.audit;

import io.boathouse.catalog.grant.DenialSink;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableJournal;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes who did what, with what decision. A change is recorded in the transaction that makes it; a
 * denial after the transaction that failed by it. Values that look like secrets are blotted out.
 */
public final class AuditLog implements SecurableJournal, DenialSink {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  private final Database database;
  private final InstantSource clock;
  private final AuditRepository repository;

  /** Creates a log in this database. */
  public AuditLog(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
    this.repository = new AuditRepository(database);
  }

  /** Records a change that is no change of a securable; joins the thread's transaction. */
  public void recorded(Caller caller, String action, Map<String, String> parameters) {
    repository.insert(entry(caller, action, Optional.empty(), Optional.empty(), parameters));
  }

  /** Records a change of a securable; joins the thread's transaction. */
  @Override
  public void changed(
      Caller caller, String action, Securable securable, Map<String, String> parameters) {
    repository.insert(entry(caller, action, Optional.of(securable), Optional.empty(), parameters));
  }

  @Override
  public void denied(Caller caller, String action, String what, String reason) {
    AuditRecord entry =
        entry(
            caller,
            action,
            Optional.empty(),
            Optional.of(AuditParameters.text(reason)),
            Map.of("what", what));
    database.afterEnd(() -> insertLate(entry));
  }

  /** Records failed log-ins, several of one kind in one row. @param who what was presented */
  public void unauthenticated(String who, String reason, long attempts) {
    AuditRecord entry =
        new AuditRecord(
            0,
            clock.instant().truncatedTo(ChronoUnit.MICROS),
            "",
            Optional.empty(),
            AuditParameters.text(who),
            Optional.empty(),
            "",
            "",
            "AUTHENTICATE",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            AuditRecord.Decision.DENIED,
            Optional.of(reason),
            Map.of("attempts", Long.toString(attempts)));
    database.afterEnd(() -> insertLate(entry));
  }

  private void insertLate(AuditRecord entry) {
    try {
      repository.insert(entry);
    } catch (RuntimeException e) {
      // The refusal stands; losing its record must not turn it into another failure.
      log.error(
          "Audit record lost: {} {} {}", entry.decision(), entry.action(), entry.principal(), e);
    }
  }

  private AuditRecord entry(
      Caller caller,
      String action,
      Optional<Securable> securable,
      Optional<String> denial,
      Map<String, String> parameters) {
    return new AuditRecord(
        0,
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        AuditParameters.text(caller.requestId()),
        Optional.of(caller.principalId()),
        caller.principal(),
        caller.tokenId(),
        AuditParameters.text(caller.remoteAddress()),
        AuditParameters.text(caller.userAgent()),
        AuditParameters.text(action),
        securable.map(Securable::type),
        securable.map(known -> known.name().toString()),
        securable.map(Securable::id),
        denial.isPresent() ? AuditRecord.Decision.DENIED : AuditRecord.Decision.ALLOWED,
        denial,
        AuditParameters.clean(parameters));
  }
}
