package io.boathouse.catalog.securable;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.DatabaseErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Creates, finds, changes and deletes governed names. Every change joins the transaction of the
 * calling thread, so that a module's own rows commit with it. Thread-safe; every method blocks on
 * the metadata database.
 */
public final class SecurableService {
  private final Database database;
  private final SecurableGuard guard;
  private final SecurableJournal journal;
  private final Deletions deletions;
  private final InstantSource clock;
  private final SecurableRepository repository;
  private final SecurableTree tree;

  /** Who decides about changes, and who is told of them. */
  public record Governance(SecurableGuard guard, SecurableJournal journal, Deletions deletions) {}

  /** Creates the service over the tree of this database. */
  public SecurableService(
      Database database, SecurableTree tree, Governance governance, InstantSource clock) {
    this.database = database;
    this.tree = tree;
    this.guard = governance.guard();
    this.journal = governance.journal();
    this.deletions = governance.deletions();
    this.clock = clock;
    this.repository = new SecurableRepository(database);
  }

  /**
   * Creates a securable owned by the caller.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the container is absent or
   *     hidden, PERMISSION_DENIED without the right to create in it, ALREADY_EXISTS if the name is
   *     taken: of several at the same time exactly one succeeds
   */
  public Securable create(Caller caller, NewSecurable wanted) {
    return database.inTransaction(
        () -> {
          Securable parent = holdContainer(wanted.type(), wanted.name());
          guard.requireCreate(caller, parent, wanted.type(), wanted.name());
          Securable created = inside(parent, caller, wanted);
          if (!repository.insert(created, caller.principalId())) {
            throw SecurableErrors.alreadyExists(wanted.type(), wanted.name());
          }
          journal.changed(caller, "CREATE_" + wanted.type(), created, Map.of());
          return created;
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Securable get(Caller caller, SecurableType type, FullName name) {
    Securable securable =
        tree.find(type, name).orElseThrow(() -> SecurableErrors.notFound(type, name));
    guard.requireVisible(caller, securable);
    return securable;
  }

  /** Empty if absent or hidden. */
  public Optional<Securable> find(Caller caller, SecurableType type, FullName name) {
    return tree.find(type, name).filter(securable -> visible(caller, securable));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or hidden
   */
  public Securable byId(Caller caller, UUID id) {
    return tree.find(id)
        .filter(securable -> visible(caller, securable))
        .orElseThrow(() -> SecurableErrors.notFound(id));
  }

  /** All securables of a type that the caller may know of, by name. */
  public Page<Securable> list(Caller caller, SecurableType type, PageRequest page) {
    return page(caller, type, Optional.empty(), page);
  }

  /**
   * The securables of a type right inside a container, as far as the caller may know of them, by
   * name.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the container is absent or
   *     hidden
   */
  public Page<Securable> list(
      Caller caller, SecurableType type, FullName container, PageRequest page) {
    Securable parent = get(caller, type.parent(), container);
    return page(caller, type, Optional.of(parent.id()), page);
  }

  /**
   * Changes name, comment, owner or properties.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, PERMISSION_DENIED, or
   *     ALREADY_EXISTS if the new name is taken
   */
  public Securable update(
      Caller caller, SecurableType type, FullName name, SecurableChange change) {
    return database.inTransaction(
        () -> {
          Securable old =
              repository
                  .findForUpdate(type, name)
                  .orElseThrow(() -> SecurableErrors.notFound(type, name));
          guard.requireChange(caller, old);
          UUID owner = ownerAfter(caller, old, change);
          write(old, changed(old, caller, change), owner);
          Securable changed = repository.find(old.id()).orElseThrow();
          guard.treeChanged();
          journal.changed(caller, "UPDATE_" + type, changed, difference(old, changed));
          return changed;
        });
  }

  /**
   * Deletes a securable, its grants and the rows that modules keep under its id. A table can be had
   * back for a while if it is deleted itself.
   *
   * @param force also deletes everything below; without it a container must be empty
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND, PERMISSION_DENIED, or
   *     FAILED_PRECONDITION if something is below and force is not given
   */
  public void delete(Caller caller, SecurableType type, FullName name, boolean force) {
    delete(caller, type, name, new Manner(force, true));
  }

  /** As {@link #delete} of what nothing is below, so that nobody can have it back. */
  public void purge(Caller caller, SecurableType type, FullName name) {
    delete(caller, type, name, new Manner(false, false));
  }

  private record Manner(boolean force, boolean keep) {}

  private void delete(Caller caller, SecurableType type, FullName name, Manner manner) {
    database.useTransaction(
        () -> {
          Securable root =
              repository
                  .findForUpdate(type, name)
                  .orElseThrow(() -> SecurableErrors.notFound(type, name));
          guard.requireManage(caller, root);
          if (root.parentId().isEmpty()) {
            throw SecurableErrors.metastoreStays();
          }
          List<Securable> gone = new ArrayList<>(repository.below(root.id()));
          if (!gone.isEmpty() && !manner.force()) {
            throw SecurableErrors.notEmpty(type, name, gone.size());
          }
          gone.add(root);
          boolean kept = manner.keep() && deletions.keep(caller, root, now());
          repository.delete(root.id());
          guard.treeChanged();
          for (Securable securable : gone) {
            journal.changed(
                caller,
                "DELETE_" + securable.type(),
                securable,
                securable.id().equals(root.id())
                    ? Map.of()
                    : Map.of("with", root.name().toString()));
            deletions.deleted(securable, kept && securable.id().equals(root.id()));
          }
        });
  }

  /** Puts the rows of a deleted securable back. */
  @FunctionalInterface
  public interface Restoration {
    /**
     * @return false if the name is taken
     */
    boolean restore(Instant at);
  }

  /**
   * Has a deleted securable back.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if the container is absent or
   *     hidden, PERMISSION_DENIED without the right to create in it or MANAGE on what comes back,
   *     ALREADY_EXISTS if the name is taken
   */
  public Securable restore(
      Caller caller, SecurableType type, FullName name, Restoration restoration) {
    return database.inTransaction(
        () -> {
          Securable parent = holdContainer(type, name);
          guard.requireCreate(caller, parent, type, name);
          if (!restoration.restore(now())) {
            throw SecurableErrors.alreadyExists(type, name);
          }
          guard.treeChanged();
          Securable restored =
              repository.find(type, name).orElseThrow(() -> SecurableErrors.notFound(type, name));
          guard.requireManage(caller, restored);
          journal.changed(caller, "UNDROP_" + type, restored, Map.of());
          return restored;
        });
  }

  private Page<Securable> page(
      Caller caller, SecurableType type, Optional<UUID> parent, PageRequest page) {
    List<Securable> rows =
        repository.list(
            type, parent, guard.narrowing(caller, type), page.after(1), page.maxResults() + 1);
    return Page.cut(rows, page.maxResults(), row -> List.of(row.name().toString()));
  }

  private boolean visible(Caller caller, Securable securable) {
    return guard.mayKnow(caller, securable);
  }

  /** Finds the container and keeps it, and what it is in, where they are until the commit. */
  private Securable holdContainer(SecurableType type, FullName name) {
    SecurableType parentType = type.parent();
    if (parentType == SecurableType.METASTORE) {
      return repository
          .find(SecurableType.METASTORE, FullName.metastore())
          .orElseThrow(() -> new IllegalStateException("the metastore is missing"));
    }
    FullName parentName = name.parent();
    holdContainer(parentType, parentName);
    return repository
        .findForShare(parentType, parentName)
        .orElseThrow(() -> SecurableErrors.notFound(parentType, parentName));
  }

  private Securable inside(Securable parent, Caller caller, NewSecurable wanted) {
    List<UUID> ancestors = new ArrayList<>();
    ancestors.add(parent.id());
    ancestors.addAll(parent.ancestors());
    Instant now = now();
    return new Securable(
        wanted.id(),
        wanted.type(),
        wanted.name(),
        Optional.of(parent.id()),
        ancestors,
        caller.principal(),
        wanted.comment(),
        wanted.properties(),
        now,
        caller.principal(),
        now,
        caller.principal());
  }

  private UUID ownerAfter(Caller caller, Securable old, SecurableChange change) {
    String owner = change.owner().orElse(old.owner());
    if (change.owner().isPresent()) {
      guard.requireManage(caller, old);
    }
    return repository.principal(owner).orElseThrow(() -> SecurableErrors.ownerNotFound(owner));
  }

  private Securable changed(Securable old, Caller caller, SecurableChange change) {
    return new Securable(
        old.id(),
        old.type(),
        change.newName().map(newName -> renamed(old, newName)).orElse(old.name()),
        old.parentId(),
        old.ancestors(),
        change.owner().orElse(old.owner()),
        change.comment().isPresent()
            ? change.comment().filter(text -> !text.isEmpty())
            : old.comment(),
        change.properties().orElse(old.properties()),
        old.createdAt(),
        old.createdBy(),
        now(),
        caller.principal());
  }

  private static FullName renamed(Securable old, String newName) {
    return switch (old.type()) {
      case METASTORE -> throw SecurableErrors.metastoreStays();
      case EXPERIMENT, SERVING_ENDPOINT -> FullName.verbatim(newName);
      case CATALOG, STORAGE_CREDENTIAL, EXTERNAL_LOCATION -> FullName.of(newName);
      case SCHEMA, TABLE, VOLUME, FUNCTION, REGISTERED_MODEL -> old.name().parent().child(newName);
    };
  }

  private void write(Securable old, Securable changed, UUID owner) {
    try {
      repository.update(changed, owner);
    } catch (RuntimeException e) {
      if (DatabaseErrors.isUniqueViolation(e)) {
        throw SecurableErrors.alreadyExists(changed.type(), changed.name());
      }
      throw e;
    }
    if (!changed.name().equals(old.name())) {
      repository.renameBelow(old.id(), old.name(), changed.name());
    }
  }

  /** What changed, for the audit; values of properties can be anything, so only their names. */
  private static Map<String, String> difference(Securable old, Securable changed) {
    Map<String, String> difference = new TreeMap<>();
    if (!old.name().equals(changed.name())) {
      difference.put("old_name", old.name().toString());
    }
    if (!old.owner().equals(changed.owner())) {
      difference.put("old_owner", old.owner());
      difference.put("new_owner", changed.owner());
    }
    if (!old.comment().equals(changed.comment())) {
      difference.put("comment", "changed");
    }
    if (!old.properties().equals(changed.properties())) {
      difference.put("properties", String.join(",", new TreeMap<>(changed.properties()).keySet()));
    }
    return difference;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
