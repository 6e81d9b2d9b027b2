package io.boathouse.catalog.lineage;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.StoredAuthorizer;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Puts the services of this package together. */
public final class LineageAssembly {
  private final Database database;
  private final StoredAuthorizer authorizer;
  private final AuditLog audit;
  private final AtomicReference<LineageSink> sink = new AtomicReference<>((at, fact) -> {});
  private final LineageService service;
  private final RelatedService related;

  public LineageAssembly(
      Database database,
      SecurableTree tree,
      StoredAuthorizer authorizer,
      AuditLog audit,
      InstantSource clock) {
    this.database = database;
    this.authorizer = authorizer;
    this.audit = audit;
    this.service =
        new LineageService(
            database, tree, authorizer, (at, fact) -> sink.get().recorded(at, fact), clock);
    this.related = new RelatedService(database, tree, authorizer);
  }

  public LineageService service() {
    return service;
  }

  /** Which tables and columns are related. */
  public RelatedService related() {
    return related;
  }

  /** Sets where else lineage goes from now on. */
  public void sendTo(LineageSink receiver) {
    sink.set(receiver);
  }

  /**
   * The endpoint for OpenLineage events.
   *
   * @param namespace whose datasets are our tables
   */
  public Routes openLineage(String namespace) {
    return new OpenLineageRoutes(
        new OpenLineageService(
            database, new OpenLineageService.Governance(authorizer, audit), service, namespace));
  }

  /** The other endpoints. */
  public List<Routes> routes() {
    return List.of(new LineageRoutes(service), new RelatedRoutes(related));
  }
}
