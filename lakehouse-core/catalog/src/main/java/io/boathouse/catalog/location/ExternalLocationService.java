package io.boathouse.catalog.location;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.ExternalPlaces;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.NewSecurable;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.S3Keys;
import io.boathouse.platform.storage.StoragePath;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps external locations, none of which lies in another or in the server's own storage, and
 * decides which tables, volumes and paths may lie in them. Thread-safe; every method blocks.
 */
public final class ExternalLocationService {
  private static final SecurableType TYPE = SecurableType.EXTERNAL_LOCATION;

  private final Database database;
  private final Names names;
  private final Authorizer authorizer;
  private final Storage storage;
  private final StorageCredentialService credentials;
  private final ExternalLocationRepository repository;

  /**
   * @param own the server's, which no location may touch
   */
  record Storage(FileStore own, ExternalStorage external) {}

  /** Names, and those that the caller may not know of. */
  record Names(SecurableService securables, SecurableTree tree) {}

  ExternalLocationService(
      Database database,
      Names names,
      Authorizer authorizer,
      Storage storage,
      StorageCredentialService credentials) {
    this.database = database;
    this.names = names;
    this.authorizer = authorizer;
    this.storage = storage;
    this.credentials = credentials;
    this.repository = new ExternalLocationRepository(database);
  }

  /**
   * What a caller says of a place.
   *
   * @param credential needed but for folders of the server's disk
   */
  public record Wanted(String url, Optional<FullName> credential, boolean readOnly) {}

  /**
   * Needs CREATE_EXTERNAL_LOCATION on the metastore, and on the credential.
   *
   * @throws LakeException ALREADY_EXISTS; NOT_FOUND for a hidden credential; INVALID_ARGUMENT if
   *     the place is none, overlaps another, or is a folder that the operator has not released
   */
  public ExternalLocation create(
      Caller caller, FullName name, Optional<String> comment, Wanted wanted) {
    return database.inTransaction(
        () -> {
          Securable made =
              names.securables().create(caller, new NewSecurable(TYPE, name, comment, Map.of()));
          repository.holdAll();
          repository.insert(row(caller, made.id(), wanted));
          return of(made);
        });
  }

  private ExternalLocationRepository.Row row(Caller caller, UUID id, Wanted wanted) {
    String normal = RelationService.normalLocation(wanted.url());
    requirePlace(wanted.url(), normal);
    if (normal.startsWith("s3:") && wanted.credential().isEmpty()) {
      throw LocationErrors.invalid("credential_name", "", "a storage credential for the bucket");
    }
    Optional<StorageCredential> credential =
        wanted
            .credential()
            .map(name -> credentials.require(caller, Privilege.CREATE_EXTERNAL_LOCATION, name));
    if (!repository.overlapping(normal, id).isEmpty()) {
      throw LocationErrors.overlap("url", wanted.url(), "another external location");
    }
    return new ExternalLocationRepository.Row(
        id,
        wanted.url(),
        normal,
        credential.map(found -> found.securable().id()),
        credential.map(found -> found.securable().name().name()),
        wanted.readOnly());
  }

  private void requirePlace(String url, String normal) {
    URI own = storage.own().location(StoragePath.ROOT);
    if (RelationService.overlap(url, own)) {
      throw LocationErrors.overlap("url", url, "the server's own storage");
    }
    if (normal.startsWith("s3://")) {
      if (normal.startsWith("s3:///")) {
        throw LocationErrors.invalid("url", url, "a bucket, as in s3://bucket/folder");
      }
      return;
    }
    if (!isOfADisk(normal)) {
      throw LocationErrors.invalid("url", url, "s3://bucket/folder or file:///folder");
    }
    if (!storage.external().allows(Path.of(normal.substring("file://".length())))) {
      throw LocationErrors.localFolder(url);
    }
  }

  private static boolean isOfADisk(String normal) {
    return normal.startsWith("file:///");
  }

  /**
   * @throws LakeException NOT_FOUND if absent or hidden
   */
  public ExternalLocation get(Caller caller, FullName name) {
    return of(names.securables().get(caller, TYPE, name));
  }

  /** Those that the caller may know of, by name. */
  public Page<ExternalLocation> list(Caller caller, PageRequest page) {
    Page<Securable> found = names.securables().list(caller, TYPE, page);
    Map<UUID, ExternalLocationRepository.Row> rows =
        repository.find(found.items().stream().map(Securable::id).toList());
    return new Page<>(
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(rows.get(securable.id())).stream()
                        .map(row -> with(securable, row)))
            .toList(),
        found.nextPageToken());
  }

  /**
   * Changes names and owner, and the place if that is told; needs MANAGE, and for another
   * credential CREATE_EXTERNAL_LOCATION on it.
   *
   * @param place with an address instead of the present one, which stays while tables or volumes
   *     lie there
   */
  public ExternalLocation update(
      Caller caller, FullName name, SecurableChange change, Changed place) {
    return database.inTransaction(
        () -> {
          Securable changed = names.securables().update(caller, TYPE, name, change);
          if (place.isNothing()) {
            return of(changed);
          }
          repository.holdAll();
          ExternalLocation before = of(changed);
          boolean moves =
              place
                  .url()
                  .filter(url -> !RelationService.isSameLocation(url, before.url()))
                  .isPresent();
          if (moves && repository.places(changed.id()) > 0) {
            throw LocationErrors.moved(name.toString());
          }
          repository.update(changed(caller, before, place));
          return of(changed);
        });
  }

  /** Who moves a location, or gives it another credential, makes it anew. */
  private ExternalLocationRepository.Row changed(
      Caller caller, ExternalLocation before, Changed place) {
    boolean readOnly = place.readOnly().orElse(before.readOnly());
    if (place.url().isEmpty() && place.credential().isEmpty()) {
      return new ExternalLocationRepository.Row(
          before.securable().id(),
          before.url(),
          before.normalUrl(),
          before.credentialId(),
          before.credentialName(),
          readOnly);
    }
    return row(
        caller,
        before.securable().id(),
        new Wanted(
            place.url().orElse(before.url()),
            place.credential().or(() -> before.credentialName().map(FullName::of)),
            readOnly));
  }

  /** What to change about a place; empty means as it is. */
  public record Changed(
      Optional<String> url, Optional<FullName> credential, Optional<Boolean> readOnly) {
    boolean isNothing() {
      return url.isEmpty() && credential.isEmpty() && readOnly.isEmpty();
    }
  }

  /**
   * Needs MANAGE.
   *
   * @param force although tables or volumes lie there, to which there is no access afterwards
   * @throws LakeException FAILED_PRECONDITION if tables or volumes lie there
   */
  public void delete(Caller caller, FullName name, boolean force) {
    database.useTransaction(
        () -> {
          Securable location = authorizer.require(caller, Privilege.MANAGE, TYPE, name);
          repository.hold(location.id());
          int places = repository.places(location.id());
          if (places > 0 && !force) {
            throw LocationErrors.inUse(name.toString(), places + " tables or volumes");
          }
          names.securables().delete(caller, TYPE, name, false);
        });
  }

  /**
   * See {@link ExternalPlaces#claim}. Administrators need no location to register folders of a
   * disk, which the server does not open without one.
   */
  public void claim(Caller caller, Privilege privilege, Securable owner, String location) {
    String normal = RelationService.normalLocation(location);
    boolean needsNone =
        covering(location).isEmpty() && isOfADisk(normal) && authorizer.isAdministrator(caller);
    Optional<UUID> covering =
        needsNone
            ? Optional.empty()
            : Optional.of(require(caller, privilege, location).securable().id());
    covering.ifPresentOrElse(repository::hold, repository::holdAll);
    if (repository.isTaken(normal)) {
      throw LocationErrors.overlap("storage_location", location, "another table or volume");
    }
    repository.insertPlace(owner.id(), covering, normal);
  }

  /**
   * The location that a place lies in, with a privilege on it demanded in the same step.
   *
   * @throws LakeException PERMISSION_DENIED if there is none that the caller may know of, or the
   *     privilege is missing
   */
  ExternalLocation require(Caller caller, Privilege privilege, String url) {
    ExternalLocation covering = covering(url).orElseThrow(() -> AccessErrors.notCovered(url));
    try {
      authorizer.require(caller, privilege, covering.securable());
      return covering;
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? AccessErrors.notCovered(url) : e;
    }
  }

  /** The location that a place lies in, whether or not the caller may know of it. */
  private Optional<ExternalLocation> covering(String url) {
    return repository
        .covering(RelationService.normalLocation(url))
        .map(row -> with(names.tree().find(row.id()).orElseThrow(), row));
  }

  /**
   * Keys to the folder of a table or volume that the caller may read, or write; empty if it is on a
   * disk.
   *
   * @throws LakeException PERMISSION_DENIED if no location covers it any more
   */
  Optional<S3Keys> keys(Caller caller, String url, AccessOperation operation, Duration lifetime) {
    Optional<ExternalLocation> found = covering(url);
    if (found.isEmpty() && isOfADisk(RelationService.normalLocation(url))) {
      return Optional.empty();
    }
    ExternalLocation covering = found.orElseThrow(() -> AccessErrors.notCovered(url));
    if (covering.readOnly() && operation == AccessOperation.READ_WRITE) {
      throw LocationErrors.readOnly(url);
    }
    return covering
        .credentialId()
        .filter(id -> !covering.isLocal())
        .map(id -> credentials.keys(caller, id, folder(url), operation, lifetime));
  }

  /** Refuses a place at which a table or volume lies: its own rights decide who gets access. */
  void requireFree(Caller caller, String url) {
    if (repository.isTaken(RelationService.normalLocation(url))) {
      throw LocationErrors.belongsToATable(url);
    }
  }

  static StorageCredentialService.Folder folder(String url) {
    String place = RelationService.normalLocation(url).substring("s3://".length());
    int slash = place.indexOf('/');
    return new StorageCredentialService.Folder(
        place.substring(0, slash),
        StoragePath.of(place.substring(slash + 1).replaceFirst("/$", "")));
  }

  private ExternalLocation of(Securable securable) {
    return Optional.ofNullable(repository.find(List.of(securable.id())).get(securable.id()))
        .map(row -> with(securable, row))
        .orElseThrow(() -> SecurableErrors.notFound(TYPE, securable.name()));
  }

  private static ExternalLocation with(Securable securable, ExternalLocationRepository.Row row) {
    return new ExternalLocation(
        securable,
        row.url(),
        row.normalUrl(),
        row.credentialId(),
        row.credentialName(),
        row.readOnly());
  }
}
