package io.boathouse.catalog.identity;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Users, service principals and groups. Everybody may see who there is, as grants name them; only
 * administrators change them. Thread-safe; every method blocks on the metadata database.
 */
public final class PrincipalService {
  private final Database database;
  private final Authorizer authorizer;
  private final AccessStamp stamp;
  private final AuditLog audit;
  private final InstantSource clock;
  private final PrincipalRepository repository;

  /** Creates the service over the principals of this database. */
  public PrincipalService(
      Database database,
      Authorizer authorizer,
      AccessStamp stamp,
      AuditLog audit,
      InstantSource clock) {
    this.database = database;
    this.authorizer = authorizer;
    this.stamp = stamp;
    this.audit = audit;
    this.clock = clock;
    this.repository = new PrincipalRepository(database);
  }

  /** Creates a user, service principal or group. */
  public Principal create(Caller caller, NewPrincipal wanted) {
    return database.inTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "create principals");
          if (wanted.kind() == Principal.Kind.SYSTEM) {
            throw IdentityErrors.builtIn(wanted.name());
          }
          Principal principal =
              new Principal(
                  UUID.randomUUID(),
                  wanted.name(),
                  wanted.kind(),
                  wanted.displayName(),
                  wanted.externalId(),
                  wanted.active(),
                  clock.instant().truncatedTo(ChronoUnit.MICROS));
          if (!repository.insert(principal)) {
            throw IdentityErrors.alreadyExists(wanted.name());
          }
          audit.recorded(caller, "CREATE_" + wanted.kind(), Map.of("principal", principal.name()));
          return principal;
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is none of this kind
   */
  public Principal get(Caller caller, Principal.Kind kind, UUID id) {
    return repository
        .find(id)
        .filter(principal -> principal.kind() == kind)
        .orElseThrow(() -> IdentityErrors.notFound(kind, id.toString()));
  }

  /** The principal of this name, of any kind. */
  public Optional<Principal> find(Caller caller, String name) {
    return repository.find(name);
  }

  /** The principal of this id, of any kind. */
  public Optional<Principal> find(Caller caller, UUID id) {
    return repository.find(id);
  }

  /** The principals of a kind, by name. */
  public Page<Principal> list(Caller caller, Principal.Kind kind, PageRequest page) {
    String after = page.after(1).map(PageToken::keys).map(List::getFirst).orElse("");
    return Page.cut(
        repository.list(kind, after, page.maxResults() + 1),
        page.maxResults(),
        principal -> List.of(principal.name()));
  }

  /** The names of all groups that the principal belongs to, nested ones included. */
  public Set<String> groupsOf(Caller caller, UUID principalId) {
    return repository.groupNames(principalId);
  }

  /** All groups that the principal belongs to, nested ones included, by name. */
  public List<Principal> groups(Caller caller, UUID principalId) {
    return repository.groups(principalId);
  }

  /** The direct members of a group, by name. */
  public List<Principal> members(Caller caller, UUID groupId) {
    get(caller, Principal.Kind.GROUP, groupId);
    return repository.members(groupId);
  }

  /** Replaces name, display name, external id and whether it is active. */
  public Principal update(Caller caller, UUID id, NewPrincipal wanted) {
    return database.inTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "change principals");
          repository.lockMembership();
          Principal old = changeable(wanted.kind(), id);
          Principal changed =
              new Principal(
                  id,
                  wanted.name(),
                  old.kind(),
                  wanted.displayName(),
                  wanted.externalId(),
                  wanted.active(),
                  old.createdAt());
          if (!repository.update(changed)) {
            throw IdentityErrors.alreadyExists(wanted.name());
          }
          keepAnAdministrator(old.name());
          stamp.changed();
          audit.recorded(
              caller,
              "UPDATE_" + old.kind(),
              Map.of(
                  "principal", old.name(),
                  "new_name", changed.name(),
                  "active", Boolean.toString(changed.active())));
          return changed;
        });
  }

  /**
   * Deletes a principal with its tokens, grants and memberships. What it owned belongs to the
   * administrators then, so that nobody who later takes the name inherits it.
   */
  public void delete(Caller caller, Principal.Kind kind, UUID id) {
    database.useTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "delete principals");
          repository.lockMembership();
          Principal principal = changeable(kind, id);
          int owned = repository.deleteAndReassign(id, BuiltInGroups.ADMINS_ID);
          keepAnAdministrator(principal.name());
          stamp.changed();
          audit.recorded(
              caller,
              "DELETE_" + kind,
              Map.of(
                  "principal", principal.name(),
                  "owned_now_by", BuiltInGroups.ADMINS,
                  "owned", Integer.toString(owned)));
        });
  }

  /** Puts a principal or group into a group; INVALID_ARGUMENT if that closed a cycle. */
  public void addMember(Caller caller, UUID groupId, UUID memberId) {
    database.useTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "change groups");
          repository.lockMembership();
          Principal group = groupToChange(groupId);
          Principal member =
              repository
                  .find(memberId)
                  .orElseThrow(() -> IdentityErrors.principalNotFound(memberId.toString()));
          if (groupId.equals(memberId) || repository.groupIds(groupId).contains(memberId)) {
            throw IdentityErrors.cycle(group.name(), member.name());
          }
          if (repository.addMember(groupId, memberId)) {
            stamp.changed();
            audit.recorded(
                caller, "ADD_MEMBER", Map.of("group", group.name(), "principal", member.name()));
          }
        });
  }

  /** Takes a principal or group out of a group; one that is not in it is no error. */
  public void removeMember(Caller caller, UUID groupId, UUID memberId) {
    database.useTransaction(
        () -> {
          authorizer.requireAdministrator(caller, "change groups");
          repository.lockMembership();
          Principal group = groupToChange(groupId);
          if (repository.removeMember(groupId, memberId)) {
            keepAnAdministrator(memberId.toString());
            stamp.changed();
            String member =
                repository.find(memberId).map(Principal::name).orElse(memberId.toString());
            audit.recorded(
                caller, "REMOVE_MEMBER", Map.of("group", group.name(), "principal", member));
          }
        });
  }

  /** Lets nobody else change who belongs to what until the transaction of this thread ends. */
  void holdMembership(Caller caller) {
    authorizer.requireAdministrator(caller, "change principals");
    repository.lockMembership();
  }

  private Principal changeable(Principal.Kind kind, UUID id) {
    Principal principal =
        repository
            .find(id)
            .filter(found -> found.kind() == kind)
            .orElseThrow(() -> IdentityErrors.notFound(kind, id.toString()));
    boolean builtIn = id.equals(BuiltInGroups.ADMINS_ID) || id.equals(BuiltInGroups.EVERYBODY_ID);
    if (builtIn || kind == Principal.Kind.SYSTEM) {
      throw IdentityErrors.builtIn(principal.name());
    }
    return principal;
  }

  private Principal groupToChange(UUID id) {
    Principal group =
        repository
            .find(id)
            .orElseThrow(() -> IdentityErrors.notFound(Principal.Kind.GROUP, id.toString()));
    if (group.kind() != Principal.Kind.GROUP) {
      throw IdentityErrors.notAGroup(group.name());
    }
    if (id.equals(BuiltInGroups.EVERYBODY_ID)) {
      throw IdentityErrors.builtIn(group.name()); // everybody is in it already
    }
    return group;
  }

  private void keepAnAdministrator(String name) {
    if (repository.activeMembers(BuiltInGroups.ADMINS_ID) == 0) {
      throw IdentityErrors.lastAdministrator(name);
    }
  }
}
