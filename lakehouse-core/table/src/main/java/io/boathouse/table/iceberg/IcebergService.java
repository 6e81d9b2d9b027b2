package io.boathouse.table.iceberg;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.Access;
import io.boathouse.catalog.location.AccessOperation;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.location.ExternalFolders;
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
 * Delta tables as an Iceberg catalog that only reads: a catalog is a warehouse, a schema a
 * namespace. Thread-safe; every method blocks.
 */
public final class IcebergService {
  private final NamespaceService namespaces;
  private final RelationService relations;
  private final PolicyService policies;
  private final DeltaLogs logs;
  private final AccessService access;
  private final ExternalFolders places;

  /** What names, decides and gives access. */
  public record Governance(
      NamespaceService namespaces,
      RelationService relations,
      PolicyService policies,
      AccessService access,
      ExternalFolders places) {}

  public IcebergService(Governance governance, DeltaLogs logs) {
    this.namespaces = governance.namespaces();
    this.relations = governance.relations();
    this.policies = governance.policies();
    this.logs = logs;
    this.access = governance.access();
    this.places = governance.places();
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

  /** The Delta tables that the caller may see, whether their files lie here or elsewhere. */
  public Page<FullName> tables(Caller caller, FullName schema, PageRequest page) {
    Namespace unused = namespace(caller, schema);
    Page<Relation> found = relations.list(caller, schema, page);
    return new Page<>(
        found.items().stream()
            .filter(IcebergService::isDelta)
            .map(relation -> relation.securable().name())
            .toList(),
        found.nextPageToken());
  }

  /** Whether there is such a table, as far as the caller may see. */
  public Relation table(Caller caller, FullName name) {
    return delta(relations.get(caller, name));
  }

  /**
   * The newest version's metadata, which is kept in the table's folder.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the table is absent, hidden, a
   *     view or of another format; PERMISSION_DENIED without SELECT, if it has a policy, or if it
   *     lies where nothing may be written; UNSUPPORTED naming what Iceberg readers could not read
   */
  public Loaded load(Caller caller, FullName name) {
    Relation relation = delta(relations.require(caller, Privilege.SELECT, name));
    policies.requireNone(caller, relation.securable(), "Iceberg REST");
    if (relation.kind() == Relation.Kind.EXTERNAL) {
      places.requireWritable(relation);
    }
    UUID id = relation.securable().id();
    DeltaLog log = logs.of(relation);
    DeltaSnapshot latest = log.latest();
    return new Loaded(id, latest.version(), new IcebergMetadata(log.folder()).of(latest, id));
  }

  /** Access to read the files of a loaded table; errors as {@link AccessService#table}. */
  public Access access(Caller caller, Loaded table) {
    return access.table(caller, table.tableId(), AccessOperation.READ);
  }

  private static Relation delta(Relation relation) {
    if (!isDelta(relation)) {
      throw IcebergErrors.notATable(relation.securable().name().toString());
    }
    return relation;
  }

  private static boolean isDelta(Relation relation) {
    return switch (relation.kind()) {
      case MANAGED -> true;
      case EXTERNAL -> relation.format().equalsIgnoreCase("DELTA");
      case VIEW -> false;
    };
  }
}
