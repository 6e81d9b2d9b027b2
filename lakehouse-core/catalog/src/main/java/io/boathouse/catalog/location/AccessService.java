package io.boathouse.catalog.location;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.commit.StagingService;
import io.boathouse.catalog.commit.StagingTable;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.AccessGrant.Owner;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.volume.Volume;
import io.boathouse.catalog.volume.VolumeService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.S3KeyVendor;
import io.boathouse.platform.storage.S3Keys;
import io.boathouse.platform.storage.StoragePath;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives engines access to the files of a table, volume or model: to its own folder and nothing
 * else, for reading or writing as the caller may, for an hour. Thread-safe; every method blocks.
 */
public final class AccessService {
  /** Where addresses begin at which the server hands out its files. */
  public static final String FILES = "/api/2.0/boathouse/access/";

  private static final Duration LIFETIME = Duration.ofHours(1);

  private final Governance governance;
  private final FileStore storage;
  private final S3KeyVendor vendor;
  private final AccessTokens tokens;
  private final AccessLeaseRepository leases;
  private final InstantSource clock;

  /** What decides, names and records. */
  public record Governance(
      RelationService relations,
      VolumeService volumes,
      StagingService staging,
      Authorizer authorizer,
      AuditLog audit,
      PolicyService policies,
      ModelFolders models,
      ExternalLocationService locations) {}

  /** What is kept of issued access. */
  record Issued(AccessTokens tokens, AccessLeaseRepository leases) {}

  AccessService(
      Governance governance,
      FileStore storage,
      S3KeyVendor vendor,
      Issued issued,
      InstantSource clock) {
    this.governance = governance;
    this.storage = storage;
    this.vendor = vendor;
    this.tokens = issued.tokens();
    this.leases = issued.leases();
    this.clock = clock;
  }

  /**
   * What was decided on and is not issued yet.
   *
   * @param securable absent for a staging table, which has no name yet
   */
  private record Decided(Optional<Securable> securable, AccessGrant grant) {
    Decided at(StoragePath place) {
      return new Decided(
          securable,
          new AccessGrant(
              place,
              grant.owner(),
              grant.id(),
              grant.operation(),
              grant.principalId(),
              grant.expiresAt()));
    }
  }

  /** Access to a table, or to a staging table of the caller, by its id. */
  public Access table(Caller caller, UUID id, AccessOperation operation) {
    return own(caller, id)
        .map(staging -> issue(caller, decided(caller, staging)))
        .orElseGet(() -> table(caller, governance.relations().byId(caller, id), operation));
  }

  /**
   * Access to a table: SELECT to read, also MODIFY to write.
   *
   * @throws LakeException NOT_FOUND if absent or hidden; PERMISSION_DENIED, also if the table has a
   *     policy; FAILED_PRECONDITION if it is in S3 and the server has no role to give keys of
   */
  public Access table(Caller caller, FullName name, AccessOperation operation) {
    return table(caller, governance.relations().get(caller, name), operation);
  }

  private Access table(Caller caller, Relation relation, AccessOperation operation) {
    require(caller, relation.securable(), operation);
    return switch (relation.kind()) {
      case VIEW -> throw AccessErrors.noFiles(relation.securable().name().toString());
      case EXTERNAL ->
          external(caller, relation.securable(), relation.storageLocation().orElse(""), operation);
      case MANAGED -> issue(caller, decided(caller, relation, operation));
    };
  }

  private Decided decided(Caller caller, Relation relation, AccessOperation operation) {
    UUID id = relation.securable().id();
    StoragePath folder = RelationService.managedPath(id);
    return new Decided(
        Optional.of(relation.securable()), grant(caller, folder, Owner.TABLE, id, operation));
  }

  private Decided decided(Caller caller, StagingTable staging) {
    return new Decided(
        Optional.empty(),
        grant(
            caller,
            RelationService.managedPath(staging.id()),
            Owner.STAGING_TABLE,
            staging.id(),
            AccessOperation.READ_WRITE));
  }

  private Decided decided(Caller caller, Volume volume, AccessOperation operation) {
    UUID id = volume.securable().id();
    StoragePath folder = VolumeService.managedPath(id);
    return new Decided(
        Optional.of(volume.securable()), grant(caller, folder, Owner.VOLUME, id, operation));
  }

  private void require(Caller caller, Securable table, AccessOperation operation) {
    governance.authorizer().require(caller, Privilege.SELECT, table);
    if (operation == AccessOperation.READ_WRITE) {
      governance.authorizer().require(caller, Privilege.MODIFY, table);
    }
    governance.policies().requireNone(caller, table, "access to its files");
  }

  /**
   * Keys by the credential of the location that a table or volume lies in; what is on the server's
   * own disk is somebody else's and needs none.
   */
  private Access external(
      Caller caller, Securable securable, String location, AccessOperation operation) {
    Access access =
        access(
            location,
            operation,
            governance.locations().keys(caller, location, operation, LIFETIME));
    governance.audit().changed(caller, "ISSUE_ACCESS", securable, about(access));
    return access;
  }

  private Access access(String url, AccessOperation operation, Optional<S3Keys> keys) {
    return new Access(
        url, operation, keys.map(S3Keys::expiresAt).orElseGet(this::end), keys, Optional.empty());
  }

  private static Map<String, String> about(Access access) {
    return Map.of(
        "operation", access.operation().name(),
        "url", access.url(),
        "until", access.expiresAt().toString());
  }

  /** A place in an external location that belongs to no table or volume. */
  private Access externalPath(
      Caller caller, String url, Privilege privilege, AccessOperation operation) {
    ExternalLocationService locations = governance.locations();
    ExternalLocation covering = locations.require(caller, privilege, url);
    locations.requireFree(caller, url);
    Access access = access(url, operation, locations.keys(caller, url, operation, LIFETIME));
    governance.audit().changed(caller, "ISSUE_ACCESS", covering.securable(), about(access));
    return access;
  }

  /** Access to write the first version of a staging table of the caller's own. */
  public Access staging(Caller caller, UUID id) {
    return issue(caller, decided(caller, governance.staging().get(caller, id)));
  }

  /** Access to a volume: READ_VOLUME to read, also WRITE_VOLUME to write. */
  public Access volume(Caller caller, UUID id, AccessOperation operation) {
    Volume volume = governance.volumes().byId(caller, id);
    require(caller, volume, operation);
    if (volume.kind() == Volume.Kind.EXTERNAL) {
      return external(caller, volume.securable(), volume.storageLocation(), operation);
    }
    return issue(caller, decided(caller, volume, operation));
  }

  private void require(Caller caller, Volume volume, AccessOperation operation) {
    governance.authorizer().require(caller, Privilege.READ_VOLUME, volume.securable());
    if (operation == AccessOperation.READ_WRITE) {
      governance.authorizer().require(caller, Privilege.WRITE_VOLUME, volume.securable());
    }
  }

  /** Access to a place for a table to be: CREATE_EXTERNAL_TABLE on the location it lies in. */
  public Access pathForTable(Caller caller, String url) {
    return RelationService.below(storage, url).isPresent()
        ? path(caller, url, AccessOperation.READ_WRITE)
        : externalPath(caller, url, Privilege.CREATE_EXTERNAL_TABLE, AccessOperation.READ_WRITE);
  }

  /**
   * Access to a place inside a managed table, staging table or volume, with the rights that the
   * whole needs, or in an external location: READ_FILES to read, WRITE_FILES to write.
   *
   * @throws LakeException PERMISSION_DENIED for any other place
   */
  public Access path(Caller caller, String url, AccessOperation operation) {
    Optional<StoragePath> own = RelationService.below(storage, url);
    if (own.isEmpty()) {
      return externalPath(
          caller,
          url,
          operation == AccessOperation.READ ? Privilege.READ_FILES : Privilege.WRITE_FILES,
          operation);
    }
    StoragePath place = own.get();
    List<String> segments = place.segments();
    if (segments.size() < 2) {
      throw AccessErrors.notCovered(url);
    }
    try {
      UUID id = UUID.fromString(segments.get(1));
      Decided whole =
          switch (segments.get(0)) {
            case "tables" -> tableFiles(caller, id, operation, url);
            case "volumes" -> volumeFiles(caller, id, operation, url);
            default -> throw AccessErrors.notCovered(url);
          };
      return issue(caller, whole.at(place));
    } catch (IllegalArgumentException e) {
      throw AccessErrors.notCovered(url);
    } catch (LakeException e) {
      throw e.code() == ErrorCode.NOT_FOUND ? AccessErrors.notCovered(url) : e;
    }
  }

  private Decided tableFiles(Caller caller, UUID id, AccessOperation operation, String url) {
    Optional<StagingTable> staging = own(caller, id);
    if (staging.isPresent()) {
      return decided(caller, staging.get());
    }
    Relation relation = governance.relations().byId(caller, id);
    require(caller, relation.securable(), operation);
    if (relation.kind() != Relation.Kind.MANAGED) {
      throw AccessErrors.notCovered(url);
    }
    return decided(caller, relation, operation);
  }

  private Decided volumeFiles(Caller caller, UUID id, AccessOperation operation, String url) {
    Volume volume = governance.volumes().byId(caller, id);
    require(caller, volume, operation);
    if (volume.kind() != Volume.Kind.MANAGED) {
      throw AccessErrors.notCovered(url);
    }
    return decided(caller, volume, operation);
  }

  /**
   * Access to the files of a model's version: EXECUTE on the model to read, also MODIFY to write.
   *
   * @throws LakeException PERMISSION_DENIED; FAILED_PRECONDITION if the files are to be written and
   *     may not change any more
   */
  public Access model(
      Caller caller, Securable model, StoragePath folder, AccessOperation operation) {
    AccessGrant grant = grant(caller, folder, Owner.REGISTERED_MODEL, model.id(), operation);
    requireModel(caller, model, grant);
    return issue(caller, new Decided(Optional.of(model), grant));
  }

  /** Asks for the rights to the files of a model's version. */
  void requireModel(Caller caller, Securable model, AccessGrant grant) {
    governance.authorizer().require(caller, Privilege.EXECUTE, model);
    if (grant.operation() == AccessOperation.READ_WRITE) {
      governance.authorizer().require(caller, Privilege.MODIFY, model);
      governance.models().requireWritable(model.id(), grant.folder());
    }
  }

  /** Asks for the rights to a table, or to a staging table of the caller. */
  void requireTable(Caller caller, UUID id, AccessOperation operation) {
    if (own(caller, id).isEmpty()) {
      require(caller, governance.relations().byId(caller, id).securable(), operation);
    }
  }

  /**
   * When the oldest access to a managed table was issued that is not over: whoever has it may still
   * need every file of the versions since.
   *
   * @param caller in whose name files are deleted, and who has the right to
   */
  public Optional<Instant> heldSince(Caller caller, UUID table) {
    return leases.heldSince(table, clock.instant());
  }

  /** Asks for the rights to a volume. */
  void requireVolume(Caller caller, UUID id, AccessOperation operation) {
    require(caller, governance.volumes().byId(caller, id), operation);
  }

  private Optional<StagingTable> own(Caller caller, UUID id) {
    try {
      return Optional.of(governance.staging().get(caller, id));
    } catch (LakeException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private AccessGrant grant(
      Caller caller, StoragePath folder, Owner owner, UUID id, AccessOperation operation) {
    return new AccessGrant(folder, owner, id, operation, caller.principalId(), end());
  }

  private Instant end() {
    return clock.instant().plus(LIFETIME).truncatedTo(ChronoUnit.MILLIS);
  }

  private Access issue(Caller caller, Decided decided) {
    Instant now = clock.instant();
    Access access = access(decided.grant());
    if (decided.grant().owner() == Owner.TABLE) {
      leases.note(decided.grant().id(), now, access.expiresAt());
    }
    Map<String, String> about = about(decided.grant());
    decided
        .securable()
        .ifPresentOrElse(
            securable -> governance.audit().changed(caller, "ISSUE_ACCESS", securable, about),
            () -> governance.audit().recorded(caller, "ISSUE_ACCESS", about));
    return access;
  }

  private static Map<String, String> about(AccessGrant grant) {
    return Map.of(
        "operation", grant.operation().name(),
        "folder", grant.folder().value(),
        "until", grant.expiresAt().toString());
  }

  private Access access(AccessGrant grant) {
    String url = storage.location(grant.folder()).toString().replaceFirst("/$", "");
    if (url.startsWith("file:")) {
      return new Access(
          url,
          grant.operation(),
          grant.expiresAt(),
          Optional.empty(),
          Optional.of(FILES + tokens.write(grant)));
    }
    S3Keys keys =
        vendor.keys(
            grant.folder(),
            grant.operation() == AccessOperation.READ_WRITE,
            grant.principalId().toString(),
            LIFETIME);
    return new Access(
        url, grant.operation(), keys.expiresAt(), Optional.of(keys), Optional.empty());
  }
}
