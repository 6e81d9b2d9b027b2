package io.boathouse.catalog.relation;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.CatalogStamp;
import io.boathouse.catalog.securable.Deletions;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Remembered;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Registers and shows tables and views: names, columns, places. The data itself is the table
 * module's. Thread-safe; every method blocks on the metadata database.
 */
public final class RelationService {
  private static final StoragePath MANAGED = StoragePath.of("tables");
  private static final int MOST_KNOWN = 10_000;

  private final Database database;
  private final SecurableService securables;
  private final Authorizer authorizer;
  private final FileStore storage;
  private final ExternalPlaces places;
  private final RelationRepository repository;
  private final ColumnJournal journal;
  private final ViewRepository views;
  private final DroppedTables dropped;
  private final CatalogStamp stamp;
  private final Remembered<UUID, Details> known;

  private record Details(RelationRepository.Row row, List<RelationColumn> columns) {}

  /**
   * What else has a say in tables.
   *
   * @param journal what is kept about columns follows their names
   * @param places decides where external tables may lie
   * @param stamp moves when columns change
   * @param deletions where dropped tables are kept
   */
  public record Surroundings(
      ColumnJournal journal, ExternalPlaces places, CatalogStamp stamp, Deletions deletions) {}

  /**
   * @param storage where the data of managed tables is
   * @param around what else has a say in tables
   */
  public RelationService(
      Database database,
      SecurableService securables,
      Authorizer authorizer,
      FileStore storage,
      Surroundings around) {
    this.database = database;
    this.securables = securables;
    this.authorizer = authorizer;
    this.storage = storage;
    this.journal = around.journal();
    this.places = around.places();
    this.stamp = around.stamp();
    this.known = new Remembered<>(stamp, MOST_KNOWN);
    this.repository = new RelationRepository(database);
    this.views = new ViewRepository(database);
    this.dropped = new DroppedTables(database, securables, authorizer, around.deletions());
  }

  /**
   * Registers a table or view owned by the caller; needs CREATE_TABLE on the schema, and for an
   * external table CREATE_EXTERNAL_TABLE on the location that its data lies in.
   */
  public Relation create(Caller caller, NewRelation relation) {
    relation
        .storageLocation()
        .filter(location -> Locations.overlap(location, storage.location(StoragePath.ROOT)))
        .ifPresent(
            location -> {
              throw RelationErrors.invalid(
                  "storage_location", location, "a place outside the server's own storage");
            });
    return database.inTransaction(
        () -> {
          Securable securable =
              securables.create(
                  caller,
                  new NewSecurable(
                      relation.id(),
                      SecurableType.TABLE,
                      relation.name(),
                      relation.comment(),
                      relation.properties()));
          repository.insert(securable.id(), relation);
          relation
              .viewDefinition()
              .filter(sql -> relation.kind() == Relation.Kind.VIEW)
              .ifPresent(
                  sql -> views.put(securable.id(), text(relation, sql), caller.principalId()));
          if (relation.kind() == Relation.Kind.EXTERNAL) {
            places.claim(
                caller,
                Privilege.CREATE_EXTERNAL_TABLE,
                securable,
                relation.storageLocation().orElseThrow());
          }
          return of(securable);
        });
  }

  /** Of a client that says no more of a view than its query and columns. */
  private static ViewText text(NewRelation view, String sql) {
    return new ViewText(
        sql,
        view.name().catalog(),
        view.name().schema(),
        view.columns().stream().map(RelationColumn::name).toList());
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Relation get(Caller caller, FullName name) {
    return of(securables.get(caller, SecurableType.TABLE, name));
  }

  /**
   * Whether somebody may read the query of a view, as information_schema tells it: needs MANAGE.
   */
  public boolean tellsQuery(Caller caller, Relation view) {
    return view.kind() == Relation.Kind.VIEW
        && authorizer.allows(caller, Privilege.MANAGE, view.securable());
  }

  /** Empty if absent or hidden. */
  public Optional<Relation> find(Caller caller, FullName name) {
    return securables.find(caller, SecurableType.TABLE, name).map(this::of);
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Relation byId(Caller caller, UUID id) {
    Securable securable = securables.byId(caller, id);
    if (securable.type() != SecurableType.TABLE) {
      throw SecurableErrors.notFound(id);
    }
    return of(securable);
  }

  /** The table with a privilege on it demanded in the same step. */
  public Relation require(Caller caller, Privilege privilege, FullName name) {
    return of(authorizer.require(caller, privilege, SecurableType.TABLE, name));
  }

  /** The tables and views of a schema that the caller may know of, by name. */
  public Page<Relation> list(Caller caller, FullName schema, PageRequest page) {
    Page<Securable> found = securables.list(caller, SecurableType.TABLE, schema, page);
    List<UUID> ids = found.items().stream().map(Securable::id).toList();
    Map<UUID, RelationRepository.Row> rows = repository.find(ids);
    Map<UUID, List<RelationColumn>> columns = repository.columns(ids);
    List<Relation> relations =
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(rows.get(securable.id())).stream()
                        .map(row -> row.with(securable, of(columns, securable), location(row))))
            .toList();
    return new Page<>(relations, found.nextPageToken());
  }

  /** Sets the columns after the table's schema has changed; needs MODIFY. */
  public Relation updateColumns(Caller caller, FullName name, List<RelationColumn> columns) {
    return database.inTransaction(
        () -> {
          Securable securable =
              authorizer.require(caller, Privilege.MODIFY, SecurableType.TABLE, name);
          List<String> before = names(repository.columns(List.of(securable.id())), securable);
          repository.replaceColumns(securable.id(), columns);
          stamp.changed();
          report(securable.id(), before, columns.stream().map(RelationColumn::name).toList());
          return of(securable);
        });
  }

  /** A name that is gone is taken for the new name in its place, if there is one. */
  private void report(UUID table, List<String> before, List<String> after) {
    for (int i = 0; i < before.size(); i++) {
      if (after.contains(before.get(i))) {
        continue;
      }
      if (i < after.size() && !before.contains(after.get(i))) {
        journal.renamed(table, before.get(i), after.get(i));
      } else {
        journal.dropped(table, before.get(i));
      }
    }
  }

  private static List<String> names(Map<UUID, List<RelationColumn>> columns, Securable securable) {
    return of(columns, securable).stream().map(RelationColumn::name).toList();
  }

  /** Forgets a table or view; needs MANAGE. It can be had back for a while. */
  public void delete(Caller caller, FullName name) {
    securables.delete(caller, SecurableType.TABLE, name, false);
  }

  /** As {@link #delete}, for good: a managed table's data goes after the commit. */
  public void purge(Caller caller, FullName name) {
    securables.purge(caller, SecurableType.TABLE, name);
  }

  /** Tables that can be had back. */
  public DroppedTables dropped() {
    return dropped;
  }

  /**
   * Has the table back that was dropped last under this name, with all that went with it; needs the
   * right to create it and MANAGE on what comes back, and CREATE_EXTERNAL_TABLE for its place.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, ALREADY_EXISTS if the name is
   *     taken, PERMISSION_DENIED
   */
  public Relation restore(Caller caller, FullName name) {
    return database.inTransaction(() -> settled(caller, dropped.restore(caller, name)));
  }

  /** As {@link #restore(Caller, FullName)}, by the id that {@link #dropped} lists. */
  public Relation restore(Caller caller, UUID id) {
    return database.inTransaction(() -> settled(caller, dropped.restore(caller, id)));
  }

  /** Somebody else's table may lie in an external one's place by now. */
  private Relation settled(Caller caller, Securable restored) {
    Relation relation = of(restored);
    if (relation.kind() == Relation.Kind.EXTERNAL) {
      places.claim(
          caller,
          Privilege.CREATE_EXTERNAL_TABLE,
          restored,
          relation.storageLocation().orElseThrow());
    }
    return relation;
  }

  /** Where a managed table's data is, in the main file store. */
  public static StoragePath managedPath(UUID tableId) {
    return MANAGED.resolve(tableId.toString());
  }

  /** Where a managed table's data is, as other engines name it. */
  public static String location(FileStore storage, UUID tableId) {
    return storage.location(managedPath(tableId)).toString();
  }

  /** Whether two locations are one place, however the client writes it. */
  public static boolean isSameLocation(String one, String other) {
    return Locations.normal(one).equals(Locations.normal(other));
  }

  /**
   * A location in one spelling, with a slash at its end.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if it is no location
   */
  public static String normalLocation(String location) {
    return Locations.normal(location);
  }

  /** Whether one of two places lies in the other, or is it. */
  public static boolean overlap(String location, URI other) {
    return Locations.overlap(location, other);
  }

  /** Where in the store a location is; empty if it is none of the store's. */
  public static Optional<StoragePath> below(FileStore storage, String location) {
    String root = Locations.normal(storage.location(StoragePath.ROOT).toString());
    String place = Locations.normal(location);
    return place.startsWith(root)
        ? Optional.of(StoragePath.of(place.substring(root.length()).replaceFirst("/$", "")))
        : Optional.empty();
  }

  /** Where the data is, as other engines name it; empty for a view. */
  private Optional<String> location(RelationRepository.Row row) {
    return switch (row.kind()) {
      case MANAGED -> Optional.of(location(storage, row.id()));
      case EXTERNAL -> row.location();
      case VIEW -> Optional.empty();
    };
  }

  private Relation of(Securable securable) {
    return known
        .find(securable.id(), this::details)
        .map(one -> one.row().with(securable, one.columns(), location(one.row())))
        .orElseThrow(() -> SecurableErrors.notFound(SecurableType.TABLE, securable.name()));
  }

  private Optional<Details> details(UUID id) {
    List<UUID> ids = List.of(id);
    return Optional.ofNullable(repository.find(ids).get(id))
        .map(
            row ->
                new Details(row, List.copyOf(repository.columns(ids).getOrDefault(id, List.of()))));
  }

  private static List<RelationColumn> of(
      Map<UUID, List<RelationColumn>> columns, Securable securable) {
    return columns.getOrDefault(securable.id(), List.of());
  }
}
