package io.boathouse.catalog.location;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.storage.ExternalBucket;
import io.boathouse.platform.storage.ExternalFolder;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.S3StoreConfig;
import io.boathouse.platform.storage.StoragePath;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens the folders of external tables for the server itself, with the credential of the location
 * that each lies in; whether somebody may have what is in them is asked before. Thread-safe; every
 * method blocks.
 */
public final class ExternalFolders {
  private final ExternalStorage external;
  private final ExternalLocationRepository locations;
  private final StorageCredentialService credentials;
  private final ExternalLocationService service;
  private final Map<UUID, Opened> opened = new HashMap<>();

  ExternalFolders(
      ExternalStorage external,
      ExternalLocationRepository locations,
      StorageCredentialService credentials,
      ExternalLocationService service) {
    this.service = service;
    this.external = external;
    this.locations = locations;
    this.credentials = credentials;
  }

  /** A location as it was when it was opened, and the folders of tables in it. */
  private record Opened(
      ExternalLocationRepository.Row location,
      Optional<StorageCredentialService.Kept> credential,
      FileStore store,
      Map<String, FileStore> folders) {
    boolean isStill(
        ExternalLocationRepository.Row now, Optional<StorageCredentialService.Kept> credentialNow) {
      boolean sameCredential =
          credential.isPresent() == credentialNow.isPresent()
              && credential.stream().allMatch(kept -> kept.isSame(credentialNow.orElseThrow()));
      return location.equals(now) && sameCredential;
    }
  }

  /**
   * The folder of an external table: the same object until its location or credential is changed.
   *
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if no location covers it,
   *     or the server may not open the location; UNAVAILABLE
   */
  public FileStore of(Relation table) {
    return folder(place(table));
  }

  /**
   * The folder of an external table that is to be made.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED without
   *     CREATE_EXTERNAL_TABLE on the location that covers it, or if that is read-only;
   *     INVALID_ARGUMENT if a table or volume lies there
   */
  public FileStore forNew(Caller caller, String url) {
    if (service.require(caller, Privilege.CREATE_EXTERNAL_TABLE, url).readOnly()) {
      throw LocationErrors.readOnly(url);
    }
    String normal = RelationService.normalLocation(url);
    if (locations.isTaken(normal)) {
      throw LocationErrors.overlap("location", url, "another table or volume");
    }
    return folder(normal);
  }

  private FileStore folder(String url) {
    ExternalLocationRepository.Row location = covering(url);
    Optional<StorageCredentialService.Kept> credential =
        location.credentialId().map(credentials::kept);
    synchronized (opened) {
      Opened before = opened.get(location.id());
      Opened now =
          before != null && before.isStill(location, credential)
              ? before
              : new Opened(location, credential, open(location, credential), new HashMap<>());
      opened.put(location.id(), now);
      String inside = url.substring(location.normalUrl().length()).replaceFirst("/$", "");
      return now.folders()
          .computeIfAbsent(inside, path -> now.store().scoped(StoragePath.of(path)));
    }
  }

  /**
   * Refuses tables in locations that nobody may write to.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED; FAILED_PRECONDITION if no
   *     location covers it
   */
  public void requireWritable(Relation table) {
    String url = place(table);
    if (covering(url).readOnly()) {
      throw LocationErrors.readOnly(url);
    }
  }

  private static String place(Relation table) {
    return RelationService.normalLocation(table.storageLocation().orElseThrow());
  }

  private ExternalLocationRepository.Row covering(String url) {
    return locations.covering(url).orElseThrow(() -> LocationErrors.notOpened(url));
  }

  private FileStore open(
      ExternalLocationRepository.Row location, Optional<StorageCredentialService.Kept> credential) {
    if (location.normalUrl().startsWith("file://")) {
      return external.open(Path.of(location.normalUrl().substring("file://".length())));
    }
    StorageCredentialService.Kept kept =
        credential.orElseThrow(() -> LocationErrors.notOpened(location.url()));
    return external.open(
        folder(ExternalLocationService.folder(location.normalUrl()), kept, !location.readOnly()));
  }

  private static ExternalFolder folder(
      StorageCredentialService.Folder place, StorageCredentialService.Kept kept, boolean write) {
    return switch (kept.kind()) {
      case StorageCredential.IamRole role ->
          new ExternalFolder(
              place.bucket(),
              place.path(),
              new ExternalFolder.Server(Optional.empty(), Optional.empty(), false),
              new ExternalFolder.Role(
                  new ExternalBucket(
                      place.bucket(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      role.roleArn(),
                      Optional.of(role.externalId())),
                  write));
      case StorageCredential.S3Compatible pair ->
          new ExternalFolder(
              place.bucket(),
              place.path(),
              new ExternalFolder.Server(pair.endpoint(), pair.region(), pair.pathStyle()),
              new ExternalFolder.KeyPair(
                  new S3StoreConfig.Credentials(
                      pair.accessKeyId(),
                      kept.secret().orElseThrow(LocationErrors::noRole).reveal())));
    };
  }
}
