package io.boathouse.catalog.audit;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import java.util.List;

/** Searches the audit. Thread-safe; blocks on the metadata database. */
public final class AuditService {
  private final Authorizer authorizer;
  private final AuditRepository repository;

  /** Creates a search over the records of this database. */
  public AuditService(Database database, Authorizer authorizer) {
    this.authorizer = authorizer;
    this.repository = new AuditRepository(database);
  }

  /** Newest first. An administrator sees everything, others what they did themselves. */
  public Page<AuditRecord> search(Caller caller, AuditQuery query) {
    AuditQuery narrowed = query;
    if (!authorizer.isAdministrator(caller)) {
      if (query.principal().filter(name -> !name.equals(caller.principal())).isPresent()) {
        authorizer.requireAdministrator(caller, "read the audit of others");
      }
      narrowed = query.by(caller.principal());
    }
    return Page.cut(
        repository.search(narrowed),
        query.page().maxResults(),
        entry -> List.of(Long.toString(entry.id())));
  }
}
