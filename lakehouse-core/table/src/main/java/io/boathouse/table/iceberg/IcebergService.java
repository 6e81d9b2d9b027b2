package io.boathouse.table.iceberg;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.Access;
import io.boathouse.catalog.location.AccessOperation;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.namespace.Namespace;
import io.boathouse.catalog.namespace.NamespaceService;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.delta.DeltaSnapshot;
import java.util.UUID;
import org.apache.iceberg.TableMetadata;

/**
 * Managed Delta tables as an Iceberg catalog that only reads: a catalog is a warehouse, a schema a
 * namespace. Thread-safe; every method blocks.
 */
public final class IcebergService {
  private final NamespaceService namespaces;
  private final RelationService relations;
  private final PolicyService policies;
  private final DeltaLogs logs;
  private final AccessService access;

  /** What names, decides and gives access. */
  public record Governance(
      NamespaceService namespaces,
      RelationService relations,
      PolicyService policies,
      AccessService access) {}

  public IcebergService(Governance governance, DeltaLogs logs) {
    this.namespaces = governance.namespaces();
    this.relations = governance.relations();
    this.policies = governance.policies();
    this.logs = logs;
    this.access = governance.access();
  }

  /**
   * A table's newest version.
   *
   * @param metadata without credentials; readers reach the files by themselves
   */
  public record Loaded(UUID tableId, long version, TableMetadata metadata) {}

  /** A catalog; errors as {@link NamespaceService#get}. */
  public Namespace warehouse(Caller caller, FullName catalog) {
    return namespaces.get(caller, SecurableType.CATALOG, catalog);
  }

  /** The schemas of a catalog that the caller may see. */
  public Page<FullName> namespaces(Caller caller, FullName catalog, PageRequest page) {
    Namespace unused = warehouse(caller, catalog);
    return namespaces.listSchemas(caller, catalog, page).map(found -> found.securable().name());
  }

  /** A schema; errors as {@link NamespaceService#get}. */
  public Namespace namespace(Caller caller, FullName schema) {
    return namespaces.get(caller, SecurableType.SCHEMA, schema);
  }

  /** The tables with data of their own here that the caller may see. */
  public Page<FullName> tables(Caller caller, FullName schema, PageRequest page) {
    Namespace unused = namespace(caller, schema);
    Page<Relation> found = relations.list(caller, schema, page);
    return new Page<>(
        found.items().stream()
            .filter(relation -> relation.kind() == Relation.Kind.MANAGED)
            .map(relation -> relation.securable().name())
            .toList(),
        found.nextPageToken());
  }

  /** Whether there is such a table, as far as the caller may see. */
  public Relation table(Caller caller, FullName name) {
    return managed(relations.get(caller, name));
  }

  /**
   * The newest version's metadata.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the table is absent, hidden, a
   *     view or external; PERMISSION_DENIED without SELECT, or if it has a policy; UNSUPPORTED
   *     naming what Iceberg readers could not read
   */
  public Loaded load(Caller caller, FullName name) {
    Relation relation = managed(relations.require(caller, Privilege.SELECT, name));
    policies.requireNone(caller, relation.securable(), "Iceberg REST");
    UUID id = relation.securable().id();
    DeltaLog log = logs.of(id);
    DeltaSnapshot latest = log.latest();
    return new Loaded(id, latest.version(), new IcebergMetadata(log.folder()).of(latest, id));
  }

  /** Access to read the files of a loaded table; errors as {@link AccessService#table}. */
  public Access access(Caller caller, Loaded table) {
    return access.table(caller, table.tableId(), AccessOperation.READ);
  }

  private static Relation managed(Relation relation) {
    if (relation.kind() != Relation.Kind.MANAGED) {
      throw IcebergErrors.notATable(relation.securable().name().toString());
    }
    return relation;
  }
}
