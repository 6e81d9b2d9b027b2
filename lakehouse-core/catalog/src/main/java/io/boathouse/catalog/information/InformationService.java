package io.boathouse.catalog.information;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells the relations of information_schema, of one catalog or, as that of {@link #SYSTEM}, of all.
 * Thread-safe; every method blocks on the metadata database.
 */
public final class InformationService {
  /** The schema that every catalog has besides its own. */
  public static final String SCHEMA = "information_schema";

  /** The catalog whose information_schema tells of all. */
  public static final String SYSTEM = "system";

  private final SecurableService securables;
  private final Authorizer authorizer;
  private final InformationRepository repository;
  private final Map<String, InformationRelation> relations = new TreeMap<>();

  public InformationService(Database database, SecurableService securables, Authorizer authorizer) {
    this.securables = securables;
    this.authorizer = authorizer;
    this.repository = new InformationRepository(database);
    InformationNames.RELATIONS.forEach(one -> relations.put(one.name(), one));
    InformationRights.RELATIONS.forEach(one -> relations.put(one.name(), one));
  }

  /** Whether a name means a relation of information_schema and nothing of the tree. */
  public static boolean isInformation(FullName name) {
    return name.parts().size() == 3 && name.schema().equals(SCHEMA);
  }

  /**
   * What a relation shows to the caller.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the catalog is absent or hidden,
   *     or information_schema has no such relation
   */
  public InformationRows rows(Caller caller, FullName name) {
    InformationRelation relation = relations.get(name.name());
    if (relation == null) {
      throw InformationErrors.noRelation(name.name(), relations.keySet());
    }
    boolean all = name.catalog().equals(SYSTEM);
    if (!all) {
      Securable unused = securables.get(caller, SecurableType.CATALOG, FullName.of(name.catalog()));
    }
    return repository.rows(
        relation, authorizer.visible(caller, relation.type()), all ? "" : name.catalog());
  }
}
