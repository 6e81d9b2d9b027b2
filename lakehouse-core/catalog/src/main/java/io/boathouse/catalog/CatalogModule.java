package io.boathouse.catalog;

import io.boathouse.catalog.access.AccessPlanService;
import io.boathouse.catalog.access.AccessRoutes;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.audit.AuditOutbox;
import io.boathouse.catalog.audit.AuditRoutes;
import io.boathouse.catalog.audit.AuditService;
import io.boathouse.catalog.commit.CommitAssembly;
import io.boathouse.catalog.commit.RatifiedCommits;
import io.boathouse.catalog.function.FunctionCalls;
import io.boathouse.catalog.function.FunctionRoutes;
import io.boathouse.catalog.function.FunctionService;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.ExplainRoutes;
import io.boathouse.catalog.grant.ExplainService;
import io.boathouse.catalog.grant.GrantService;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.grant.PermissionRoutes;
import io.boathouse.catalog.grant.StoredAuthorizer;
import io.boathouse.catalog.identity.Bootstrap;
import io.boathouse.catalog.identity.IdentityAssembly;
import io.boathouse.catalog.identity.IdentityConfig;
import io.boathouse.catalog.identity.Installation;
import io.boathouse.catalog.identity.PrincipalService;
import io.boathouse.catalog.identity.SystemCallers;
import io.boathouse.catalog.identity.TokenService;
import io.boathouse.catalog.information.InformationService;
import io.boathouse.catalog.lineage.LineageAssembly;
import io.boathouse.catalog.lineage.LineageService;
import io.boathouse.catalog.location.AccessAssembly;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.location.LocationAssembly;
import io.boathouse.catalog.location.ModelFolders;
import io.boathouse.catalog.namespace.NamespaceRoutes;
import io.boathouse.catalog.namespace.NamespaceService;
import io.boathouse.catalog.policy.AttributePolicyRoutes;
import io.boathouse.catalog.policy.AttributePolicyService;
import io.boathouse.catalog.policy.ColumnFollowers;
import io.boathouse.catalog.policy.PolicyAssembly;
import io.boathouse.catalog.policy.PolicyChanges;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.relation.TableRoutes;
import io.boathouse.catalog.relation.ViewQueries;
import io.boathouse.catalog.relation.ViewService;
import io.boathouse.catalog.search.SearchRoutes;
import io.boathouse.catalog.search.SearchService;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.TagPolicyRoutes;
import io.boathouse.catalog.tag.TagPolicyService;
import io.boathouse.catalog.tag.TagRoutes;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.catalog.volume.FileRoutes;
import io.boathouse.catalog.volume.VolumeFileService;
import io.boathouse.catalog.volume.VolumeRoutes;
import io.boathouse.catalog.volume.VolumeService;
import io.boathouse.platform.auth.Authenticator;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.S3KeyVendor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Puts the catalog together. The tables of {@code db/migration/catalog} must be there; {@link
 * Bootstrap#start} makes the first administrator and catalog.
 */
public final class CatalogModule implements AutoCloseable {
  private final AccessStamp stamp;
  private final Authorizer authorizer;
  private final SecurableService securables;
  private final Deletions deletions;
  private final GrantService grants;
  private final ExplainService explanations;
  private final AuditLog auditLog;
  private final AuditService audit;
  private final Database database;
  private final Installation installation;
  private final IdentityAssembly identity;
  private final Bootstrap bootstrap;
  private final NamespaceService namespaces;
  private final RelationService relations;
  private final ViewService views;
  private final ViewQueries viewQueries;
  private final VolumeService volumes;
  private final VolumeFileService volumeFiles;
  private final FunctionService functions;
  private final PolicyAssembly policies;
  private final LineageAssembly lineage;
  private final SearchService search;
  private final CommitAssembly commits;
  private final AccessAssembly access;
  private final LocationAssembly locations;
  private final TagService tags;
  private final TagPolicyService tagPolicies;
  private final AccessPlanService accessPlans;
  private final AtomicReference<ModelFolders> models =
      new AtomicReference<>(
          (model, folder) -> {
            throw SecurableErrors.notFound(model);
          });

  /**
   * Where data is.
   *
   * @param store the server's own, of managed data
   * @param vendor gives keys to the store in S3
   * @param external what of others' storage the server has to do with
   * @param secrets seals what is secret of credentials and keys
   */
  public record Places(
      FileStore store, S3KeyVendor vendor, ExternalStorage external, SecretBox secrets) {}

  /** Creates all services over one database and the store of managed data, and no other place. */
  public CatalogModule(Database database, FileStore storage, InstantSource clock) {
    this(
        database,
        new Places(storage, S3KeyVendor.NONE, ExternalStorage.NONE, SecretBox.forThisProcess()),
        clock);
  }

  /** As the other, with places outside the store. */
  public CatalogModule(Database database, Places places, InstantSource clock) {
    this(database, places, IdentityConfig.DEFAULTS, clock);
  }

  /**
   * As the other.
   *
   * @param login how clients prove who they are
   */
  public CatalogModule(
      Database database, Places places, IdentityConfig login, InstantSource clock) {
    FileStore storage = places.store();
    S3KeyVendor vendor = places.vendor();
    this.database = database;
    stamp = new AccessStamp(database);
    var tree = new SecurableTree(database, stamp);
    auditLog = new AuditLog(database, clock);
    var stored = new StoredAuthorizer(database, tree, stamp, auditLog);
    authorizer = stored;
    deletions = new Deletions(database);
    securables =
        new SecurableService(
            database, tree, new SecurableService.Governance(stored, auditLog, deletions), clock);
    grants = new GrantService(database, stored, auditLog, clock);
    audit = new AuditService(database, authorizer);
    installation = new Installation(() -> tree.metastore().id());
    identity =
        new IdentityAssembly(
            new IdentityAssembly.Foundation(database, login, places.secrets(), clock),
            new IdentityAssembly.Governance(authorizer, stamp, auditLog),
            installation);
    bootstrap =
        new Bootstrap(
            new Bootstrap.Parts(
                database,
                identity.systemCallers(),
                identity.principals(),
                identity.tokens(),
                identity.authenticator(),
                securables));
    lineage = new LineageAssembly(database, tree, stored, auditLog, clock);
    search = new SearchService(database, authorizer);
    namespaces = new NamespaceService(database, securables);
    locations =
        new LocationAssembly(
            new LocationAssembly.Foundation(database, storage, places.external(), places.secrets()),
            securables,
            tree,
            stored);
    relations =
        new RelationService(
            database,
            securables,
            authorizer,
            storage,
            new RelationService.Surroundings(
                new ColumnFollowers(database), locations.locations()::claim, stamp, deletions));
    viewQueries = new ViewQueries(database, stamp, identity.systemCallers()::inNameOf);
    views =
        new ViewService(
            database, new ViewService.Governance(securables, relations, authorizer), viewQueries);
    policies =
        new PolicyAssembly(
            database,
            new PolicyAssembly.Governance(
                securables,
                tree,
                relations,
                stored,
                identity.systemCallers()::inNameOf,
                stamp,
                auditLog),
            clock);
    explanations =
        new ExplainService(
            database,
            stored,
            (principal, table) ->
                policies().of(identity.systemCallers().inNameOf(principal), table).limits());
    functions = new FunctionService(database, securables, policies()::requireUnused);
    commits =
        new CommitAssembly(
            database,
            storage,
            clock,
            new CommitAssembly.Governance(relations, securables, authorizer, policies(), auditLog));
    volumes =
        new VolumeService(database, securables, authorizer, storage, locations.locations()::claim);
    volumeFiles = new VolumeFileService(volumes, storage);
    access =
        new AccessAssembly(
            new AccessAssembly.Foundation(database, storage, vendor, clock),
            new AccessService.Governance(
                relations,
                volumes,
                commits.staging(),
                authorizer,
                auditLog,
                policies(),
                (model, folder) -> models.get().requireWritable(model, folder),
                locations.locations()),
            securables,
            identity.systemCallers()::inNameOf);
    tags =
        new TagService(
            database,
            new TagService.Governance(
                securables, relations, stored, auditLog, policyChanges()::reviewed),
            clock);
    tagPolicies = new TagPolicyService(database, authorizer, auditLog, clock);
    accessPlans =
        new AccessPlanService(
            database,
            new AccessPlanService.Parts(
                securables, stored, identity.systemCallers()::inNameOf, auditLog),
            new AccessPlanService.Makers(
                identity.principals(), grants, tags, policies(), attributePolicies(), authorizer));
    deletions.onDelete(
        SecurableType.VOLUME,
        volume -> storage.deleteFolder(VolumeService.managedPath(volume.id())));
  }

  /** The numbers by which clients know this installation. */
  public Installation installation() {
    return installation;
  }

  public NamespaceService namespaces() {
    return namespaces;
  }

  public RelationService relations() {
    return relations;
  }

  /** What information_schema shows to whom. */
  public InformationService information() {
    return new InformationService(database, securables, authorizer);
  }

  public ViewService views() {
    return views;
  }

  /** Views as statements read them. */
  public ViewQueries viewQueries() {
    return viewQueries;
  }

  /** Which versions catalog-managed tables have. */
  public RatifiedCommits commits() {
    return commits.commits();
  }

  /** Storage credentials, external locations, and what opens them. */
  public LocationAssembly locations() {
    return locations;
  }

  /** Gives engines access to files. */
  public AccessService access() {
    return access.access();
  }

  /** Sets which folders of models may be written; until then none may. */
  public void register(ModelFolders folders) {
    models.set(folders);
  }

  public VolumeService volumes() {
    return volumes;
  }

  public VolumeFileService volumeFiles() {
    return volumeFiles;
  }

  public TagService tags() {
    return tags;
  }

  public FunctionService functions() {
    return functions;
  }

  /** Functions as statements and policies call them. */
  public FunctionCalls functionCalls() {
    return policies.functions();
  }

  /** What tables show of themselves; every door asks it. */
  public PolicyService policies() {
    return policies.policies();
  }

  public AttributePolicyService attributePolicies() {
    return policies.attributes();
  }

  /** Under which modules keep what they know of somebody's rights. */
  public AccessStamp accessStamp() {
    return stamp;
  }

  public Memberships memberships() {
    return policies.memberships();
  }

  /** Where modules learn which tables got a policy. */
  public PolicyChanges policyChanges() {
    return policies.changes();
  }

  public LineageService lineage() {
    return lineage.service();
  }

  /** Lineage besides what is recorded of it. */
  public LineageAssembly lineages() {
    return lineage;
  }

  public SearchService search() {
    return search;
  }

  public Authorizer authorizer() {
    return authorizer;
  }

  public SecurableService securables() {
    return securables;
  }

  /** Where modules learn what was deleted. */
  public Deletions deletions() {
    return deletions;
  }

  public GrantService grants() {
    return grants;
  }

  public ExplainService explanations() {
    return explanations;
  }

  /** Where modules record what they do. */
  public AuditLog auditLog() {
    return auditLog;
  }

  /** The audit in batches, for its copy in a table. */
  public AuditOutbox auditOutbox() {
    return new AuditOutbox(database);
  }

  public AuditService audit() {
    return audit;
  }

  public PrincipalService principals() {
    return identity.principals();
  }

  public TokenService tokens() {
    return identity.tokens();
  }

  public Authenticator authenticator() {
    return identity.authenticator();
  }

  public SystemCallers systemCallers() {
    return identity.systemCallers();
  }

  public Bootstrap bootstrap() {
    return bootstrap;
  }

  /** The endpoints of this module, but that for OpenLineage. */
  public List<Routes> routes() {
    List<Routes> routes = new ArrayList<>(identity.routes());
    routes.addAll(lineage.routes());
    routes.addAll(access.routes());
    routes.addAll(locations.routes());
    routes.addAll(commits.routes(access.stagingCredentials()));
    routes.addAll(
        List.of(
            new AuditRoutes(audit),
            new SearchRoutes(search),
            NamespaceRoutes.catalogs(namespaces),
            NamespaceRoutes.schemas(namespaces),
            new TableRoutes(relations, commits::create),
            new VolumeRoutes(volumes),
            new FileRoutes(volumeFiles),
            new FunctionRoutes(functions),
            new AttributePolicyRoutes(attributePolicies()),
            new TagRoutes(tags),
            new TagPolicyRoutes(tagPolicies),
            new ExplainRoutes(explanations),
            new AccessRoutes(accessPlans),
            new PermissionRoutes(grants)));
    return routes;
  }

  @Override
  public void close() {
    // Everything here lives in the database, which its owner closes.
  }
}
