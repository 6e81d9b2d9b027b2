package io.boathouse.catalog.volume;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.ExternalPlaces;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.StoragePath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Creates, shows and deletes volumes. Thread-safe; every method blocks on the database. */
public final class VolumeService {
  private static final StoragePath MANAGED = StoragePath.of("volumes");

  private final Database database;
  private final SecurableService securables;
  private final Authorizer authorizer;
  private final FileStore storage;
  private final ExternalPlaces places;
  private final VolumeRepository repository;

  /**
   * @param storage where the files of managed volumes are
   * @param places decides where external volumes may lie
   */
  public VolumeService(
      Database database,
      SecurableService securables,
      Authorizer authorizer,
      FileStore storage,
      ExternalPlaces places) {
    this.database = database;
    this.securables = securables;
    this.authorizer = authorizer;
    this.storage = storage;
    this.places = places;
    this.repository = new VolumeRepository(database);
  }

  /**
   * Creates a volume owned by the caller; needs CREATE_VOLUME on the schema, and for an external
   * one CREATE_EXTERNAL_VOLUME on the location that it lies in.
   */
  public Volume create(
      Caller caller,
      FullName name,
      Volume.Kind kind,
      Optional<String> storageLocation,
      Optional<String> comment) {
    if (kind == Volume.Kind.EXTERNAL && storageLocation.isEmpty()) {
      throw VolumeErrors.locationMissing();
    }
    return database.inTransaction(
        () -> {
          Securable securable =
              securables.create(
                  caller, new NewSecurable(SecurableType.VOLUME, name, comment, Map.of()));
          VolumeRepository.Row row =
              new VolumeRepository.Row(
                  securable.id(),
                  kind,
                  kind == Volume.Kind.EXTERNAL ? storageLocation : Optional.empty());
          repository.insert(row);
          if (kind == Volume.Kind.EXTERNAL) {
            places.claim(
                caller, Privilege.CREATE_EXTERNAL_VOLUME, securable, storageLocation.orElseThrow());
          }
          return row.with(securable, location(row));
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Volume get(Caller caller, FullName name) {
    return of(securables.get(caller, SecurableType.VOLUME, name));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Volume byId(Caller caller, UUID id) {
    return of(securables.byId(caller, id));
  }

  /** The volume with a privilege on it demanded in the same step. */
  public Volume require(Caller caller, Privilege privilege, FullName name) {
    return of(authorizer.require(caller, privilege, SecurableType.VOLUME, name));
  }

  /** The volumes of a schema that the caller may know of, by name. */
  public Page<Volume> list(Caller caller, FullName schema, PageRequest page) {
    Page<Securable> found = securables.list(caller, SecurableType.VOLUME, schema, page);
    Map<UUID, VolumeRepository.Row> rows =
        repository.find(found.items().stream().map(Securable::id).toList());
    return new Page<>(
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(rows.get(securable.id())).stream()
                        .map(row -> row.with(securable, location(row))))
            .toList(),
        found.nextPageToken());
  }

  /** Changes name, comment or owner. */
  public Volume update(Caller caller, FullName name, SecurableChange change) {
    return of(securables.update(caller, SecurableType.VOLUME, name, change));
  }

  /** Deletes a volume; needs MANAGE. A managed volume's files go after the commit. */
  public void delete(Caller caller, FullName name) {
    securables.delete(caller, SecurableType.VOLUME, name, false);
  }

  /** Where a managed volume's files are, in the main file store. */
  public static StoragePath managedPath(UUID volumeId) {
    return MANAGED.resolve(volumeId.toString());
  }

  private Volume of(Securable securable) {
    return Optional.ofNullable(repository.find(List.of(securable.id())).get(securable.id()))
        .map(row -> row.with(securable, location(row)))
        .orElseThrow(() -> SecurableErrors.notFound(SecurableType.VOLUME, securable.name()));
  }

  private String location(VolumeRepository.Row row) {
    return row.location().orElseGet(() -> storage.location(managedPath(row.id())).toString());
  }
}
