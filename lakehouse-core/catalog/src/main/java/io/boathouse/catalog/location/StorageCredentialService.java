package io.boathouse.catalog.location;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
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
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.secret.SecretBox;
import io.boathouse.platform.storage.ExternalBucket;
import io.boathouse.platform.storage.ExternalStorage;
import io.boathouse.platform.storage.S3Keys;
import io.boathouse.platform.storage.S3StoreConfig;
import io.boathouse.platform.storage.StoragePath;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Keeps storage credentials. What is secret of them is sealed before it is kept, and is given to
 * nobody. Thread-safe; every method blocks.
 */
public final class StorageCredentialService {
  private static final SecurableType TYPE = SecurableType.STORAGE_CREDENTIAL;
  private static final Pattern ROLE =
      Pattern.compile("arn:[a-z-]{3,16}:iam::\\d{1,20}:role/\\S{1,512}");

  private final Database database;
  private final SecurableService securables;
  private final Authorizer authorizer;
  private final ExternalStorage external;
  private final SecretBox box;
  private final StorageCredentialRepository repository;
  private final ExternalLocationRepository locations;

  StorageCredentialService(
      Database database,
      SecurableService securables,
      Authorizer authorizer,
      ExternalStorage external,
      SecretBox box) {
    this.database = database;
    this.securables = securables;
    this.authorizer = authorizer;
    this.external = external;
    this.box = box;
    this.repository = new StorageCredentialRepository(database);
    this.locations = new ExternalLocationRepository(database);
  }

  /**
   * What a caller says of how keys are made.
   *
   * @param secret of a key pair
   */
  public record Wanted(StorageCredential.Kind kind, Optional<Secret> secret) {}

  /**
   * Needs CREATE_STORAGE_CREDENTIAL on the metastore.
   *
   * @throws io.boathouse.platform.error.LakeException ALREADY_EXISTS; INVALID_ARGUMENT naming what
   *     cannot be, as an endpoint that the server's operator has not named
   */
  public StorageCredential create(
      Caller caller, FullName name, Optional<String> comment, Wanted wanted) {
    require(wanted);
    return database.inTransaction(
        () -> {
          Securable made =
              securables.create(caller, new NewSecurable(TYPE, name, comment, Map.of()));
          StorageCredentialRepository.Row row = row(made.id(), wanted);
          repository.insert(row);
          return new StorageCredential(made, row.kind());
        });
  }

  private void require(Wanted wanted) {
    switch (wanted.kind()) {
      case StorageCredential.IamRole role -> requireRole("aws_iam_role.role_arn", role.roleArn());
      case StorageCredential.S3Compatible pair -> {
        pair.endpoint().ifPresent(endpoint -> requireKnown("s3_compatible.endpoint", endpoint));
        pair.stsEndpoint().ifPresent(sts -> requireKnown("s3_compatible.sts_endpoint", sts));
        pair.role().ifPresent(role -> requireRole("s3_compatible.access_role", role));
        if (pair.accessKeyId().isBlank() || wanted.secret().isEmpty()) {
          throw LocationErrors.invalid(
              "s3_compatible", "", "access_key_id and secret_access_key together");
        }
      }
    }
  }

  private static void requireRole(String field, String arn) {
    if (!ROLE.matcher(arn).matches()) {
      throw LocationErrors.invalid(field, arn, "the ARN of a role");
    }
  }

  private void requireKnown(String field, URI endpoint) {
    if (!external.allows(endpoint)) {
      throw LocationErrors.unknownEndpoint(field, endpoint.toString());
    }
  }

  /** The external id of a role is the credential's own id. */
  private StorageCredentialRepository.Row row(UUID id, Wanted wanted) {
    StorageCredential.Kind kind =
        switch (wanted.kind()) {
          case StorageCredential.IamRole role ->
              new StorageCredential.IamRole(role.roleArn(), id.toString());
          case StorageCredential.S3Compatible pair -> pair;
        };
    return new StorageCredentialRepository.Row(
        id, kind, wanted.secret().map(secret -> box.seal(secret, id.toString())));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public StorageCredential get(Caller caller, FullName name) {
    return of(securables.get(caller, TYPE, name));
  }

  /** The credential with a privilege on it demanded in the same step. */
  StorageCredential require(Caller caller, Privilege privilege, FullName name) {
    return of(authorizer.require(caller, privilege, TYPE, name));
  }

  /** Those that the caller may know of, by name. */
  public Page<StorageCredential> list(Caller caller, PageRequest page) {
    Page<Securable> found = securables.list(caller, TYPE, page);
    Map<UUID, StorageCredentialRepository.Row> rows =
        repository.find(found.items().stream().map(Securable::id).toList());
    return new Page<>(
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(rows.get(securable.id())).stream()
                        .map(row -> new StorageCredential(securable, row.kind())))
            .toList(),
        found.nextPageToken());
  }

  /**
   * Changes names and owner, and how keys are made if that is told; needs MANAGE.
   *
   * @param keys instead of the present ones
   */
  public StorageCredential update(
      Caller caller, FullName name, SecurableChange change, List<Wanted> keys) {
    keys.forEach(this::require);
    return database.inTransaction(
        () -> {
          Securable changed = securables.update(caller, TYPE, name, change);
          keys.forEach(wanted -> repository.update(row(changed.id(), wanted)));
          return of(changed);
        });
  }

  /**
   * Needs MANAGE.
   *
   * @param force deletes the locations that use it as well, which need MANAGE too
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if locations use it
   */
  public void delete(Caller caller, FullName name, boolean force) {
    database.useTransaction(
        () -> {
          Securable credential = authorizer.require(caller, Privilege.MANAGE, TYPE, name);
          locations.holdAll();
          List<UUID> using = locations.using(credential.id());
          if (!using.isEmpty() && !force) {
            throw LocationErrors.inUse(name.toString(), using.size() + " external locations");
          }
          for (UUID location : using) {
            FullName other = securables.byId(caller, location).name();
            securables.delete(caller, SecurableType.EXTERNAL_LOCATION, other, false);
          }
          securables.delete(caller, TYPE, name, false);
        });
  }

  /**
   * Keys to a folder of a bucket.
   *
   * @param caller has the right to the folder
   * @throws io.boathouse.platform.error.LakeException FAILED_PRECONDITION if the credential has no
   *     role of which keys can be given
   */
  S3Keys keys(
      Caller caller, UUID credential, Folder folder, AccessOperation operation, Duration lifetime) {
    StorageCredentialRepository.Row row =
        Optional.ofNullable(repository.find(List.of(credential)).get(credential))
            .orElseThrow(() -> SecurableErrors.notFound(credential));
    ExternalBucket bucket =
        switch (row.kind()) {
          case StorageCredential.IamRole role ->
              new ExternalBucket(
                  folder.bucket(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  role.roleArn(),
                  Optional.of(role.externalId()));
          case StorageCredential.S3Compatible pair ->
              new ExternalBucket(
                  folder.bucket(),
                  pair.stsEndpoint(),
                  pair.region(),
                  Optional.of(new S3StoreConfig.Credentials(pair.accessKeyId(), opened(row))),
                  pair.role().orElseThrow(LocationErrors::noRole),
                  Optional.empty());
        };
    return external.keys(
        bucket,
        folder.path(),
        operation == AccessOperation.READ_WRITE,
        caller.principalId().toString(),
        lifetime);
  }

  /**
   * A credential with its secret, for the server itself.
   *
   * @param secret of a key pair
   */
  record Kept(StorageCredential.Kind kind, Optional<Secret> secret) {
    boolean isSame(Kept other) {
      return kind.equals(other.kind())
          && secret.map(Secret::reveal).equals(other.secret().map(Secret::reveal));
    }
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if it is gone
   */
  Kept kept(UUID credential) {
    StorageCredentialRepository.Row row =
        Optional.ofNullable(repository.find(List.of(credential)).get(credential))
            .orElseThrow(() -> SecurableErrors.notFound(credential));
    return new Kept(row.kind(), row.sealed().map(bytes -> box.open(bytes, row.id().toString())));
  }

  /** A folder of a bucket. */
  record Folder(String bucket, StoragePath path) {}

  private String opened(StorageCredentialRepository.Row row) {
    return row.sealed()
        .map(bytes -> box.open(bytes, row.id().toString()).reveal())
        .orElseThrow(LocationErrors::noRole);
  }

  private StorageCredential of(Securable securable) {
    return Optional.ofNullable(repository.find(List.of(securable.id())).get(securable.id()))
        .map(row -> new StorageCredential(securable, row.kind()))
        .orElseThrow(() -> SecurableErrors.notFound(TYPE, securable.name()));
  }
}
