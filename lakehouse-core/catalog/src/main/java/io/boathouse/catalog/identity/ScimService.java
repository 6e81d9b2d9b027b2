package io.boathouse.catalog.identity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Principals as SCIM speaks of them; each change is one transaction. Every method blocks. */
final class ScimService {
  private final Database database;
  private final PrincipalService principals;
  private final Authorizer authorizer;
  private final AuditLog audit;
  private final ScimRepository repository;

  ScimService(
      Database database, PrincipalService principals, Authorizer authorizer, AuditLog audit) {
    this.database = database;
    this.principals = principals;
    this.authorizer = authorizer;
    this.audit = audit;
    this.repository = new ScimRepository(database);
  }

  /**
   * What a listing has.
   *
   * @param total how many match, of which these are some
   */
  record Listed(List<ScimResource> resources, long total) {}

  ScimResource me(Caller caller) {
    Principal self =
        principals
            .find(caller, caller.principal())
            .orElseThrow(() -> IdentityErrors.notFound(Principal.Kind.USER, caller.principal()));
    // Whatever the caller is, this call speaks of it as of a user.
    return shown(List.of(self), ScimKind.USER).getFirst();
  }

  ScimResource create(Caller caller, ScimKind kind, ScimResource wanted) {
    return database.inTransaction(
        () -> {
          Principal made = principals.create(caller, wanted.wanted(kind));
          ScimDetails details = wanted.details(made.name());
          if (!details.equals(ScimDetails.NONE)) {
            repository.keep(made.id(), details);
          }
          for (UUID member : kind == ScimKind.GROUP ? wanted.memberIds() : List.<UUID>of()) {
            principals.addMember(caller, made.id(), member);
          }
          return get(caller, kind, made.id());
        });
  }

  ScimResource get(Caller caller, ScimKind kind, UUID id) {
    return shown(List.of(principals.get(caller, kind.principal(), id)), kind).getFirst();
  }

  /** Everybody may know who there is, as grants name them. */
  Listed list(Caller caller, ScimKind kind, ScimRepository.Slice slice) {
    long total = repository.count(kind, slice.filter());
    List<Principal> found =
        slice.offset() >= total || slice.count() == 0 ? List.of() : repository.list(kind, slice);
    return new Listed(shown(found, kind), total);
  }

  /** Puts another resource in the place of one. */
  ScimResource replace(Caller caller, ScimKind kind, UUID id, ScimResource wanted) {
    return database.inTransaction(
        () -> {
          principals.holdMembership(caller);
          put(caller, kind, stored(caller, kind, id), wanted);
          return get(caller, kind, id);
        });
  }

  ScimResource patch(Caller caller, ScimKind kind, UUID id, ScimPatch patch) {
    return database.inTransaction(
        () -> {
          principals.holdMembership(caller);
          ScimResource.Stored stored = stored(caller, kind, id);
          ObjectNode resource = Json.mapper().valueToTree(ScimResource.of(stored, kind));
          patch.apply(resource, kind);
          put(caller, kind, stored, Json.bind(resource, ScimResource.class));
          return get(caller, kind, id);
        });
  }

  private void put(Caller caller, ScimKind kind, ScimResource.Stored stored, ScimResource wanted) {
    authorizer.requireAdministrator(caller, "change principals");
    Principal old = stored.principal();
    NewPrincipal changed = wanted.wanted(kind, old);
    NewPrincipal unchanged =
        new NewPrincipal(old.name(), old.kind(), old.displayName(), old.externalId(), old.active());
    if (!changed.equals(unchanged)) {
      Principal unused = principals.update(caller, old.id(), changed);
    }
    ScimDetails details = wanted.details(changed.name());
    if (!details.equals(stored.details())) {
      repository.keep(old.id(), details);
      audit.recorded(
          caller,
          "UPDATE_" + kind.principal(),
          Map.of("principal", changed.name(), "field", "details"));
    }
    if (kind == ScimKind.GROUP) {
      members(caller, stored, Set.copyOf(wanted.memberIds()));
    }
  }

  private void members(Caller caller, ScimResource.Stored stored, Set<UUID> wanted) {
    UUID group = stored.principal().id();
    List<UUID> present = stored.members().stream().map(Principal::id).toList();
    wanted.stream()
        .filter(id -> !present.contains(id))
        .forEach(id -> principals.addMember(caller, group, id));
    present.stream()
        .filter(id -> !wanted.contains(id))
        .forEach(id -> principals.removeMember(caller, group, id));
  }

  private ScimResource.Stored stored(Caller caller, ScimKind kind, UUID id) {
    Principal principal = principals.get(caller, kind.principal(), id);
    List<UUID> ids = List.of(id);
    return new ScimResource.Stored(
        principal,
        repository.details(ids).getOrDefault(id, ScimDetails.NONE),
        List.of(),
        repository.members(ids).getOrDefault(id, List.of()));
  }

  private List<ScimResource> shown(List<Principal> found, ScimKind kind) {
    if (found.isEmpty()) {
      return List.of();
    }
    List<UUID> ids = found.stream().map(Principal::id).toList();
    Map<UUID, ScimDetails> details = repository.details(ids);
    Map<UUID, List<Principal>> groups = repository.groups(ids);
    Map<UUID, List<Principal>> members =
        kind == ScimKind.GROUP ? repository.members(ids) : Map.of();
    return found.stream()
        .map(
            principal ->
                ScimResource.of(
                    new ScimResource.Stored(
                        principal,
                        Optional.ofNullable(details.get(principal.id())).orElse(ScimDetails.NONE),
                        groups.getOrDefault(principal.id(), List.of()),
                        members.getOrDefault(principal.id(), List.of())),
                    kind))
        .toList();
  }
}
