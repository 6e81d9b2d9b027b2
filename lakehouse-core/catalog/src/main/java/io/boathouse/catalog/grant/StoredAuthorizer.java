package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableErrors;
import io.boathouse.catalog.securable.SecurableGuard;
import io.boathouse.catalog.securable.SecurableTree;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.LakeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides from the grants in the metadata database. Rights are computed from the caller's id, never
 * from the groups it came with, so that a disabled principal or a lost membership counts at once.
 * Decisions are cached under an {@link AccessStamp}; within a transaction they are read afresh.
 */
public final class StoredAuthorizer implements Authorizer, SecurableGuard {
  private static final int MOST_ENTRIES = 100_000;

  private final SecurableTree tree;
  private final GrantRepository repository;
  private final DenialSink denials;
  private final AccessStamp stamp;
  private final Map<RightsKey, Stamped<Rights>> rights = new ConcurrentHashMap<>();
  private final Map<UUID, Stamped<Set<UUID>>> standings = new ConcurrentHashMap<>();

  /** Creates an authorizer over the grants of this database. */
  public StoredAuthorizer(
      Database database, SecurableTree tree, AccessStamp stamp, DenialSink denials) {
    this.tree = tree;
    this.repository = new GrantRepository(database);
    this.stamp = stamp;
    this.denials = denials;
  }

  @Override
  public Securable require(Caller caller, Privilege privilege, SecurableType type, FullName name) {
    Securable securable =
        tree.find(type, name).orElseThrow(() -> SecurableErrors.notFound(type, name));
    require(caller, privilege, securable);
    return securable;
  }

  @Override
  public void require(Caller caller, Privilege privilege, Securable securable) {
    Rights found = rights(caller, securable);
    if (!found.allows(privilege)) {
      throw refused(caller, privilege, securable, found);
    }
  }

  @Override
  public boolean allows(Caller caller, Privilege privilege, Securable securable) {
    return rights(caller, securable).allows(privilege);
  }

  @Override
  public Optional<Boolean> cachedDecision(Caller caller, Privilege privilege, UUID securableId) {
    Stamped<Rights> cached = rights.get(new RightsKey(caller.principalId(), securableId));
    return cached != null && cached.stamp() == stamp.current() && stamp.isFresh()
        ? Optional.of(cached.value().allows(privilege))
        : Optional.empty();
  }

  @Override
  public void requireAdministrator(Caller caller, String action) {
    if (!isAdministrator(caller)) {
      denials.denied(caller, action, "metastore", "not a member of " + BuiltInGroups.ADMINS);
      throw GrantErrors.notAdministrator(action);
    }
  }

  @Override
  public boolean isAdministrator(Caller caller) {
    return standing(caller.principalId()).contains(BuiltInGroups.ADMINS_ID);
  }

  @Override
  public Visible visible(Caller caller, SecurableType type) {
    return visible(type, standing(caller.principalId()));
  }

  /** As {@link #visible(Caller, SecurableType)} for whoever has this standing. */
  Visible visible(SecurableType type, Set<UUID> standing) {
    if (standing.isEmpty()) {
      return new Visible("FALSE", Map.of());
    }
    if (standing.contains(BuiltInGroups.ADMINS_ID)) {
      return new Visible("TRUE", Map.of());
    }
    return VisibleSql.of(type, standing);
  }

  @Override
  public void requireCreate(Caller caller, Securable parent, SecurableType type, FullName name) {
    require(caller, creating(type), parent);
  }

  @Override
  public void requireVisible(Caller caller, Securable securable) {
    if (!mayKnow(caller, securable)) {
      throw hidden(caller, "READ", securable);
    }
  }

  @Override
  public boolean mayKnow(Caller caller, Securable securable) {
    return rights(caller, securable).visible();
  }

  @Override
  public void requireChange(Caller caller, Securable securable) {
    require(
        caller,
        securable.type() == SecurableType.EXPERIMENT ? Privilege.CAN_EDIT : Privilege.MANAGE,
        securable);
  }

  @Override
  public void requireManage(Caller caller, Securable securable) {
    require(caller, Privilege.MANAGE, securable);
  }

  @Override
  public Narrowing narrowing(Caller caller, SecurableType type) {
    Visible visible = visible(caller, type);
    return new Narrowing(visible.condition(), visible.parameters());
  }

  @Override
  public void treeChanged() {
    stamp.changed();
  }

  SecurableTree tree() {
    return tree;
  }

  AccessStamp stamp() {
    return stamp;
  }

  /** The principal and the groups it belongs to; empty if it is absent or disabled. */
  Set<UUID> standing(UUID principalId) {
    if (!stamp.cacheable()) {
      return repository.standing(principalId);
    }
    stamp.requireFresh();
    long now = stamp.current();
    Stamped<Set<UUID>> cached = standings.get(principalId);
    if (cached != null && cached.stamp() == now) {
      return cached.value();
    }
    Set<UUID> fresh = repository.standing(principalId);
    keep(standings, principalId, new Stamped<>(now, fresh));
    return fresh;
  }

  private Rights rights(Caller caller, Securable securable) {
    if (!stamp.cacheable()) {
      return read(caller, securable);
    }
    stamp.requireFresh();
    long now = stamp.current();
    var key = new RightsKey(caller.principalId(), securable.id());
    Stamped<Rights> cached = rights.get(key);
    if (cached != null && cached.stamp() == now) {
      return cached.value();
    }
    Rights fresh = read(caller, securable);
    keep(rights, key, new Stamped<>(now, fresh));
    return fresh;
  }

  private Rights read(Caller caller, Securable securable) {
    return rights(securable.id(), securable.ancestors(), standing(caller.principalId()));
  }

  /** What whoever has this standing may do with a securable now. */
  Rights rights(UUID id, List<UUID> ancestors, Set<UUID> standing) {
    if (standing.isEmpty()) {
      return Rights.NONE;
    }
    List<Rights.Level> levels = repository.levels(id, ancestors, standing);
    if (levels.isEmpty()) {
      return Rights.NONE;
    }
    return standing.contains(BuiltInGroups.ADMINS_ID) ? Rights.all() : Rights.of(levels);
  }

  private LakeException refused(
      Caller caller, Privilege privilege, Securable securable, Rights found) {
    if (!found.visible()) {
      return hidden(caller, privilege.name(), securable);
    }
    Optional<Rights.ClosedGate> gate =
        found.held().contains(privilege) ? found.closedGate(privilege) : Optional.empty();
    if (gate.isEmpty()) {
      denials.denied(caller, privilege.name(), label(securable), "lacks " + privilege);
      return GrantErrors.missing(privilege, securable.type(), securable.name());
    }
    FullName container = securable.name();
    while (container.parts().size() > gate.get().container().parts()) {
      container = container.parent();
    }
    denials.denied(
        caller,
        privilege.name(),
        label(securable),
        "lacks " + gate.get().privilege() + " on " + container);
    return GrantErrors.closed(gate.get(), container, securable.type(), securable.name());
  }

  private LakeException hidden(Caller caller, String action, Securable securable) {
    denials.denied(caller, action, label(securable), "may not know of it");
    return SecurableErrors.notFound(securable.type(), securable.name());
  }

  private static String label(Securable securable) {
    return securable.type() + " " + securable.name();
  }

  private static Privilege creating(SecurableType type) {
    return switch (type) {
      case METASTORE -> throw SecurableErrors.metastoreStays();
      case CATALOG -> Privilege.CREATE_CATALOG;
      case SCHEMA -> Privilege.CREATE_SCHEMA;
      case TABLE -> Privilege.CREATE_TABLE;
      case VOLUME -> Privilege.CREATE_VOLUME;
      case FUNCTION -> Privilege.CREATE_FUNCTION;
      case REGISTERED_MODEL -> Privilege.CREATE_MODEL;
      case EXPERIMENT -> Privilege.CREATE_EXPERIMENT;
      case SERVING_ENDPOINT -> Privilege.CREATE_SERVING_ENDPOINT;
      case STORAGE_CREDENTIAL -> Privilege.CREATE_STORAGE_CREDENTIAL;
      case EXTERNAL_LOCATION -> Privilege.CREATE_EXTERNAL_LOCATION;
    };
  }

  /** A full map is emptied: filling it again is cheap, and its size stays bounded. */
  private static <K, V> void keep(Map<K, V> cache, K key, V value) {
    if (cache.size() >= MOST_ENTRIES) {
      cache.clear();
    }
    cache.put(key, value);
  }

  private record RightsKey(UUID principal, UUID securable) {}

  private record Stamped<T>(long stamp, T value) {}
}
