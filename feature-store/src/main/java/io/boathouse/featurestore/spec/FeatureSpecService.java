package io.boathouse.featurestore.spec;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.spec.FeatureSpecRepository.Row;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import io.boathouse.platform.json.Json;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creates and shows feature specs. Thread-safe; every method blocks on the metadata database. */
public final class FeatureSpecService {
  private final Authorizer authorizer;
  private final SecurableService securables;
  private final Database database;
  private final FeatureTableService tables;
  private final AuditLog audit;
  private final InstantSource clock;
  private final FeatureSpecRepository repository = new FeatureSpecRepository();

  /** What the service works with. */
  public record Parts(
      Authorizer authorizer,
      SecurableService securables,
      Database database,
      FeatureTableService tables,
      AuditLog audit,
      InstantSource clock) {}

  public FeatureSpecService(Parts parts) {
    this.authorizer = parts.authorizer();
    this.securables = parts.securables();
    this.database = parts.database();
    this.tables = parts.tables();
    this.audit = parts.audit();
    this.clock = parts.clock();
  }

  /**
   * Creates a spec, or the next version of one that the caller may MANAGE. The newest version is
   * given back if it has this definition already.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the table, column or
   *     type that does not fit
   */
  public FeatureSpec create(
      Caller caller, FullName name, SpecDefinition definition, Optional<String> comment) {
    SpecResolver resolved = new SpecResolver(definition, tables(caller, definition)).resolve();
    SpecJson json = SpecJson.of(definition);
    ResolvedJson columns = ResolvedJson.of(resolved);
    return database.inTransaction(
        handle -> {
          Securable securable = securable(caller, name, comment);
          int newest = repository.lockNewest(handle, securable.id());
          if (newest > 0) {
            Row row = repository.find(handle, securable.id(), Optional.of(newest)).orElseThrow();
            if (same(row.definition(), json) && same(row.resolved(), columns)) {
              return row.of(securable);
            }
          }
          Row row =
              new Row(
                  newest + 1,
                  json,
                  columns,
                  clock.instant().truncatedTo(ChronoUnit.MICROS),
                  caller.principal());
          repository.insert(handle, securable.id(), row);
          audit.changed(
              caller,
              "CREATE_FEATURE_SPEC_VERSION",
              securable,
              Map.of("version", Integer.toString(row.version())));
          return row.of(securable);
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent, hidden or no such
   */
  public FeatureSpec get(Caller caller, FullName name, int version) {
    Securable securable = visible(caller, name);
    return database
        .read(handle -> repository.find(handle, securable.id(), Optional.of(version)))
        .orElseThrow(() -> SpecErrors.versionNotFound(name, version))
        .of(securable);
  }

  /** The newest version. */
  public FeatureSpec latest(Caller caller, FullName name) {
    Securable securable = visible(caller, name);
    return database
        .read(handle -> repository.find(handle, securable.id(), Optional.empty()))
        .orElseThrow(() -> SpecErrors.notFound(name))
        .of(securable);
  }

  /** The newest versions of the specs that the caller may know of, by name. */
  public Page<FeatureSpec> list(Caller caller, Optional<FullName> within, PageRequest page) {
    List<String> names =
        database.read(
            handle ->
                repository.list(
                    handle,
                    authorizer.visible(caller, SecurableType.FUNCTION),
                    within.map(name -> name + "."),
                    page.after(1).map(PageToken::keys).map(List::getFirst),
                    page.maxResults() + 1));
    return Page.cut(names, page.maxResults(), name -> List.of(name))
        .map(name -> latest(caller, FullName.parse(name)));
  }

  private Securable visible(Caller caller, FullName name) {
    return securables
        .find(caller, SecurableType.FUNCTION, name)
        .orElseThrow(() -> SpecErrors.notFound(name));
  }

  private Securable securable(Caller caller, FullName name, Optional<String> comment) {
    Optional<Securable> present = securables.find(caller, SecurableType.FUNCTION, name);
    if (present.isEmpty()) {
      return securables.create(
          caller, new NewSecurable(SecurableType.FUNCTION, name, comment, Map.of()));
    }
    authorizer.require(caller, Privilege.MANAGE, present.get());
    boolean spec =
        database
            .read(handle -> repository.find(handle, present.get().id(), Optional.empty()))
            .isPresent();
    if (!spec) {
      throw SpecErrors.invalid("name", name.toString(), "a name that no other function has");
    }
    return present.get();
  }

  private List<FeatureTable> tables(Caller caller, SpecDefinition definition) {
    List<FeatureTable> found = new ArrayList<>();
    for (FeatureLookup lookup : definition.lookups()) {
      found.add(
          tables
              .find(caller, lookup.table())
              .orElseThrow(() -> SpecErrors.unknownTable(lookup.table())));
    }
    return found;
  }

  private static boolean same(Object left, Object right) {
    return Json.parse(Json.write(left)).equals(Json.parse(Json.write(right)));
  }
}
