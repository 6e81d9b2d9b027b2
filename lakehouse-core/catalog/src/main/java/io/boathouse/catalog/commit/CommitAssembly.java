package io.boathouse.catalog.commit;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.FileStore;
import java.time.InstantSource;
import java.util.List;

/** Puts staging tables and tables whose versions the catalog ratifies together. */
public final class CommitAssembly {
  private final RatifiedCommits commits;
  private final StagingService staging;
  private final DeltaTableService tables;
  private final StagedTableService staged;
  private final SecurableService securables;

  /** What names, decides and records. */
  public record Governance(
      RelationService relations,
      SecurableService securables,
      Authorizer authorizer,
      PolicyService policies,
      AuditLog audit) {}

  /**
   * @param storage where the data of managed tables is
   */
  public CommitAssembly(
      Database database, FileStore storage, InstantSource clock, Governance governance) {
    RelationService relations = governance.relations();
    securables = governance.securables();
    commits = new RatifiedCommits(database, clock);
    staging =
        new StagingService(
            database,
            new StagingService.Governance(relations, governance.authorizer(), governance.audit()),
            storage,
            clock);
    tables =
        new DeltaTableService(
            database,
            new DeltaTableService.Governance(
                relations, securables, staging, governance.policies(), governance.audit()),
            storage,
            commits);
    staged = new StagedTableService(database, relations, staging, tables, storage);
  }

  public RatifiedCommits commits() {
    return commits;
  }

  public StagingService staging() {
    return staging;
  }

  /** Registers a table, of a staging table if its data lies there. */
  public Relation create(Caller caller, NewRelation wanted) {
    return staged.create(caller, wanted);
  }

  /**
   * The endpoints of this package.
   *
   * @param credentials are given with a new staging table
   */
  public List<Routes> routes(StagingCredentials credentials) {
    return List.of(
        new StagingRoutes(staging),
        new DeltaTableRoutes(tables, staging, securables, credentials),
        new PreviewCommitRoutes(tables));
  }
}
