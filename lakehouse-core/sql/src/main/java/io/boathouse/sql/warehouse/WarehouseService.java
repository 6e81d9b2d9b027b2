package io.boathouse.sql.warehouse;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes, changes, starts and stops warehouses. Administrators make them; {@link WarehouseRights}
 * tells who may use and manage each, and what a statement reads decides the rest. Thread-safe;
 * blocks on the metadata database, except for the default warehouse.
 */
public final class WarehouseService {
  private static final int ID_BYTES = 8;

  private final Authorizer authorizer;
  private final WarehouseRights rights;
  private final Database database;
  private final AuditLog audit;
  private final InstantSource clock;
  private final WarehouseRepository repository;
  private final Warehouse standard;
  private final Map<String, Instant> usedAt = new ConcurrentHashMap<>();

  public WarehouseService(
      Database database, WarehouseRights.Access access, AuditLog audit, InstantSource clock) {
    this.authorizer = access.authorizer();
    this.rights = new WarehouseRights(database, access, audit);
    this.database = database;
    this.audit = audit;
    this.clock = clock;
    this.repository = new WarehouseRepository(database);
    this.standard =
        new Warehouse(
            Warehouse.DEFAULT_ID,
            WarehouseDetails.of("Default warehouse", WarehouseSize.XX_SMALL, 1, 0, Map.of()),
            false,
            "",
            Instant.EPOCH);
  }

  /** Those that the caller may use, the default one first. */
  public List<Warehouse> list(Caller caller) {
    List<Warehouse> all = new ArrayList<>(List.of(standard));
    repository.list().forEach(warehouse -> all.add(rested(warehouse)));
    all.removeIf(warehouse -> !rights.allows(caller, warehouse.id(), WarehouseLevel.CAN_USE));
    return all;
  }

  WarehouseRights rights() {
    return rights;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is none of this id that
   *     the caller may use
   */
  public Warehouse get(Caller caller, String id) {
    rights.require(caller, id, WarehouseLevel.CAN_USE);
    return found(id);
  }

  private Warehouse found(String id) {
    return id.equals(standard.id())
        ? standard
        : repository.find(id).map(this::rested).orElseThrow(() -> WarehouseErrors.notFound(id));
  }

  /** Whether or not it rests, for who runs statements there. */
  Warehouse kept(String id) {
    return id.equals(standard.id())
        ? standard
        : repository.find(id).orElseThrow(() -> WarehouseErrors.notFound(id));
  }

  /** The warehouse for a statement that starts now; one that is stopped starts with it. */
  public Warehouse use(Caller caller, String id) {
    Warehouse warehouse = get(caller, id);
    if (warehouse.isDefault()) {
      return warehouse;
    }
    usedAt.put(id, clock.instant());
    return warehouse.stopped() ? changed(warehouse.with(false)) : warehouse;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED for all but administrators;
   *     ALREADY_EXISTS if the name is taken
   */
  public Warehouse create(Caller caller, WarehouseDetails details) {
    authorizer.requireAdministrator(caller, "CREATE_WAREHOUSE");
    Warehouse warehouse =
        new Warehouse(newId(), details, false, caller.principal(), clock.instant());
    database.useTransaction(
        () -> {
          if (isStandard(details.name()) || !repository.insert(warehouse)) {
            throw WarehouseErrors.nameTaken(details.name());
          }
          rights.made(caller, warehouse.id());
        });
    usedAt.put(warehouse.id(), clock.instant());
    audit.recorded(caller, "CREATE_WAREHOUSE", about(warehouse));
    return warehouse;
  }

  private boolean isStandard(String name) {
    return name.equalsIgnoreCase(standard.name());
  }

  /** Changes all that can be chosen; statements that run keep what they began with. */
  public Warehouse update(Caller caller, String id, WarehouseDetails details) {
    Warehouse warehouse = own(caller, id);
    if (isStandard(details.name())) {
      throw WarehouseErrors.nameTaken(details.name());
    }
    Warehouse changed = changed(warehouse.with(details));
    audit.recorded(caller, "EDIT_WAREHOUSE", about(changed));
    return changed;
  }

  /** Starts a warehouse; one that runs stays as it is. Who may use it may. */
  public Warehouse start(Caller caller, String id) {
    return use(caller, id);
  }

  /** Stops a warehouse: what runs may end, and the next statement starts it again. */
  public Warehouse stop(Caller caller, String id) {
    Warehouse stopped = changed(own(caller, id).with(true));
    audit.recorded(caller, "STOP_WAREHOUSE", about(stopped));
    return stopped;
  }

  public void delete(Caller caller, String id) {
    Warehouse warehouse = own(caller, id);
    database.useTransaction(
        () -> {
          repository.delete(id);
          rights.forget(id);
        });
    usedAt.remove(id);
    audit.recorded(caller, "DELETE_WAREHOUSE", about(warehouse));
  }

  private Warehouse own(Caller caller, String id) {
    Warehouse warehouse = get(caller, id);
    rights.require(caller, id, WarehouseLevel.CAN_MANAGE);
    if (warehouse.isDefault()) {
      throw WarehouseErrors.defaultStays();
    }
    return warehouse;
  }

  private Warehouse changed(Warehouse warehouse) {
    if (!repository.update(warehouse)) {
      throw WarehouseErrors.nameTaken(warehouse.name());
    }
    return warehouse;
  }

  /** Stopped, if nobody used it for as long as it may idle; after a restart it counts from then. */
  private Warehouse rested(Warehouse warehouse) {
    Instant used = usedAt.computeIfAbsent(warehouse.id(), id -> clock.instant());
    int minutes = warehouse.details().autoStopMinutes();
    boolean idle = minutes > 0 && used.plus(Duration.ofMinutes(minutes)).isBefore(clock.instant());
    return idle && !warehouse.stopped() ? changed(warehouse.with(true)) : warehouse;
  }

  private static Map<String, String> about(Warehouse warehouse) {
    return Map.of("id", warehouse.id(), "name", warehouse.name());
  }

  private static String newId() {
    UUID random = UUID.randomUUID();
    return HexFormat.of().toHexDigits(random.getMostSignificantBits(), 2 * ID_BYTES);
  }
}
