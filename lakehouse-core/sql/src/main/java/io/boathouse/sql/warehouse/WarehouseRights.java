package io.boathouse.sql.warehouse;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.AccessStamp;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.BuiltInGroups;
import io.boathouse.catalog.grant.Memberships;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.identity.PrincipalService;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.sql.warehouse.WarehousePermissionRepository.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Who may use and who may manage a warehouse. Administrators may manage all, and parts of the
 * server may use all. What is read is kept under the {@link AccessStamp}, so that a statement asks
 * memory, and who loses a level has lost it when the call returns. Thread-safe.
 */
public final class WarehouseRights {
  private final Database database;
  private final Access access;
  private final AuditLog audit;
  private final WarehousePermissionRepository repository;
  private volatile Known known = new Known(-1, List.of());

  /** Who decides about people. */
  public record Access(
      Authorizer authorizer,
      Memberships memberships,
      PrincipalService principals,
      AccessStamp stamp) {}

  private record Known(long stamp, List<Row> rows) {}

  WarehouseRights(Database database, Access access, AuditLog audit) {
    this.database = database;
    this.access = access;
    this.audit = audit;
    this.repository = new WarehousePermissionRepository(database);
  }

  /** Somebody's level. @param level what was given, without what groups add */
  public record Held(String principal, Principal.Kind kind, String shown, WarehouseLevel level) {}

  /** A change of one principal's or group's level. @param level empty to take it away */
  public record Change(String principal, Optional<WarehouseLevel> level) {}

  boolean allows(Caller caller, String warehouse, WarehouseLevel level) {
    if (level == WarehouseLevel.CAN_USE && caller.kind() == Caller.Kind.SYSTEM) {
      return true;
    }
    if (access.authorizer().isAdministrator(caller)) {
      return true;
    }
    Set<UUID> standing = access.memberships().ids(caller);
    return rows().stream()
        .anyMatch(
            row ->
                row.warehouse().equals(warehouse)
                    && row.level().compareTo(level) >= 0
                    && standing.contains(row.principal()));
  }

  /** NOT_FOUND for who may not even use it, as if it were not there. */
  void require(Caller caller, String warehouse, WarehouseLevel level) {
    if (!allows(caller, warehouse, WarehouseLevel.CAN_USE)) {
      audit.denied(caller, level.name(), "warehouse " + warehouse, "may not know of it");
      throw WarehouseErrors.notFound(warehouse);
    }
    if (!allows(caller, warehouse, level)) {
      audit.denied(caller, level.name(), "warehouse " + warehouse, "lacks " + level);
      throw WarehouseErrors.missing(level, warehouse);
    }
  }

  /** All that were given, by name; who only uses it sees its own and those of its groups. */
  List<Held> list(Caller caller, String warehouse) {
    require(caller, warehouse, WarehouseLevel.CAN_USE);
    boolean all = allows(caller, warehouse, WarehouseLevel.CAN_MANAGE);
    Set<UUID> own = access.memberships().ids(caller);
    List<Held> held = new ArrayList<>();
    for (Row row : repository.of(warehouse)) {
      if (all || own.contains(row.principal())) {
        access
            .principals()
            .find(caller, row.principal())
            .map(p -> held(p, row))
            .ifPresent(held::add);
      }
    }
    held.sort(Comparator.comparing(Held::principal));
    return held;
  }

  private static Held held(Principal principal, Row row) {
    return new Held(
        principal.name(),
        principal.kind(),
        principal.displayName().orElse(principal.name()),
        row.level());
  }

  /**
   * Makes all these changes or none; needs CAN_MANAGE.
   *
   * @param replacing whether who is not named loses its level
   */
  List<Held> change(Caller caller, String warehouse, List<Change> changes, boolean replacing) {
    return database.inTransaction(
        () -> {
          require(caller, warehouse, WarehouseLevel.CAN_MANAGE);
          if (replacing) {
            repository.forget(warehouse);
          }
          for (Change change : changes) {
            Principal principal =
                access
                    .principals()
                    .find(caller, change.principal())
                    .orElseThrow(() -> WarehouseErrors.principalNotFound(change.principal()));
            if (change.level().isPresent()) {
              repository.put(new Row(warehouse, principal.id(), change.level().get()));
            } else {
              repository.remove(warehouse, principal.id());
            }
            audit.recorded(
                caller,
                "SET_WAREHOUSE_PERMISSION",
                Map.of(
                    "id", warehouse,
                    "principal", principal.name(),
                    "level", change.level().map(Enum::name).orElse("")));
          }
          if (replacing && changes.isEmpty()) {
            audit.recorded(caller, "CLEAR_WAREHOUSE_PERMISSIONS", Map.of("id", warehouse));
          }
          access.stamp().changed();
          return list(caller, warehouse);
        });
  }

  /** Who makes a warehouse manages it, and everybody may use it until somebody says otherwise. */
  void made(Caller caller, String warehouse) {
    database.useTransaction(
        () -> {
          repository.put(new Row(warehouse, caller.principalId(), WarehouseLevel.CAN_MANAGE));
          repository.put(new Row(warehouse, BuiltInGroups.EVERYBODY_ID, WarehouseLevel.CAN_USE));
          access.stamp().changed();
        });
  }

  void forget(String warehouse) {
    database.useTransaction(
        () -> {
          repository.forget(warehouse);
          access.stamp().changed();
        });
  }

  private List<Row> rows() {
    if (database.inTransaction()) {
      return repository.all();
    }
    access.stamp().requireFresh();
    long now = access.stamp().current();
    Known found = known;
    if (found.stamp() != now) {
      found = new Known(now, repository.all());
      known = found;
    }
    return found.rows();
  }
}
