package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableJournal;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Grants, revokes and lists privileges. Changing grants needs MANAGE or ownership, so nobody raises
 * own rights. Thread-safe; every method blocks on the metadata database.
 */
public final class GrantService {
  private final Database database;
  private final SecurableTree tree;
  private final StoredAuthorizer authorizer;
  private final AccessStamp stamp;
  private final SecurableJournal journal;
  private final InstantSource clock;
  private final GrantRepository repository;

  /** Creates the service over the grants that the authorizer decides from. */
  public GrantService(
      Database database,
      StoredAuthorizer authorizer,
      SecurableJournal journal,
      InstantSource clock) {
    this.database = database;
    this.tree = authorizer.tree();
    this.authorizer = authorizer;
    this.stamp = authorizer.stamp();
    this.journal = journal;
    this.clock = clock;
    this.repository = new GrantRepository(database);
  }

  /** Grants privileges to a principal or group. */
  public void grant(
      Caller caller, SecurableType type, FullName name, String principal, Privilege... privileges) {
    change(caller, type, name, List.of(new GrantChange(principal, Set.of(privileges), Set.of())));
  }

  /** Takes privileges from a principal or group; what it never had is taken without complaint. */
  public void revoke(
      Caller caller, SecurableType type, FullName name, String principal, Privilege... privileges) {
    change(caller, type, name, List.of(new GrantChange(principal, Set.of(), Set.of(privileges))));
  }

  /**
   * Makes all these changes or none.
   *
   * @return the grants on the securable itself afterwards
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND for a hidden securable or unknown
   *     principal, PERMISSION_DENIED without MANAGE, INVALID_ARGUMENT for a privilege that means
   *     nothing there
   */
  public List<PrivilegeAssignment> change(
      Caller caller, SecurableType type, FullName name, List<GrantChange> changes) {
    List<GrantChange> all = List.copyOf(changes);
    return database.inTransaction(
        () -> {
          Securable securable =
              tree.findAndHold(type, name).orElseThrow(() -> SecurableErrors.notFound(type, name));
          authorizer.require(caller, Privilege.MANAGE, securable);
          for (GrantChange change : all) {
            apply(caller, securable, change);
          }
          stamp.changed();
          return assignments(repository.list(securable, false), securable);
        });
  }

  /**
   * The grants on the securable itself. Without MANAGE a caller sees only what is granted to itself
   * and its groups.
   */
  public List<PrivilegeAssignment> list(Caller caller, SecurableType type, FullName name) {
    return shown(caller, type, name, false);
  }

  /** The grants on the securable and on everything above it, as far as the caller may see them. */
  public List<PrivilegeAssignment> effective(Caller caller, SecurableType type, FullName name) {
    return shown(caller, type, name, true);
  }

  private List<PrivilegeAssignment> shown(
      Caller caller, SecurableType type, FullName name, boolean inherited) {
    Securable securable =
        tree.find(type, name).orElseThrow(() -> SecurableErrors.notFound(type, name));
    authorizer.requireVisible(caller, securable);
    List<GrantRepository.Row> rows = repository.list(securable, inherited);
    if (!authorizer.allows(caller, Privilege.MANAGE, securable)) {
      Set<UUID> own = authorizer.standing(caller.principalId());
      rows = rows.stream().filter(row -> own.contains(row.principalId())).toList();
    }
    return assignments(rows, securable);
  }

  private void apply(Caller caller, Securable securable, GrantChange change) {
    UUID principal =
        repository
            .principal(change.principal())
            .orElseThrow(() -> GrantErrors.principalNotFound(change.principal()));
    Instant now = clock.instant();
    Set<String> added = new TreeSet<>();
    for (Privilege privilege : change.add()) {
      if (!privilege.grantableOn(securable.type())) {
        throw GrantErrors.notGrantable(privilege, securable.type());
      }
      if (repository.add(securable.id(), principal, privilege, now, caller.principal())) {
        added.add(privilege.name());
      }
    }
    Set<String> removed = new TreeSet<>();
    for (Privilege privilege : change.remove()) {
      if (repository.remove(securable.id(), principal, privilege)) {
        removed.add(privilege.name());
      }
    }
    if (!added.isEmpty()) {
      journal.changed(caller, "GRANT", securable, parameters(change.principal(), added));
    }
    if (!removed.isEmpty()) {
      journal.changed(caller, "REVOKE", securable, parameters(change.principal(), removed));
    }
  }

  private static Map<String, String> parameters(String principal, Set<String> privileges) {
    return Map.of("principal", principal, "privileges", String.join(",", privileges));
  }

  private static List<PrivilegeAssignment> assignments(
      List<GrantRepository.Row> rows, Securable securable) {
    Map<String, List<PrivilegeAssignment.Held>> byPrincipal = new LinkedHashMap<>();
    for (GrantRepository.Row row : rows) {
      Optional<PrivilegeAssignment.Container> from =
          row.onId().equals(securable.id())
              ? Optional.empty()
              : Optional.of(new PrivilegeAssignment.Container(row.onType(), row.onName()));
      byPrincipal
          .computeIfAbsent(row.principal(), key -> new ArrayList<>())
          .add(new PrivilegeAssignment.Held(row.privilege(), from));
    }
    return byPrincipal.entrySet().stream()
        .map(entry -> new PrivilegeAssignment(entry.getKey(), entry.getValue()))
        .toList();
  }
}
