package io.boathouse.sql.asset;

import static io.boathouse.sql.asset.SavedQueryLevel.CAN_EDIT;
import static io.boathouse.sql.asset.SavedQueryLevel.CAN_MANAGE;
import static io.boathouse.sql.asset.SavedQueryLevel.CAN_VIEW;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.PageToken;
import io.boathouse.sql.asset.SavedQueryRepository.Row;
import io.boathouse.sql.asset.SavedQueryRepository.Wanted;
import io.boathouse.sql.warehouse.WarehouseRights;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps statements by name. Its owner and administrators manage a query; others see it as far as it
 * is shared with them, and whoever runs it does so with their own rights. Thread-safe.
 */
public final class SavedQueryService {
  private static final UUID FIRST = new UUID(0, 0);

  private final Database database;
  private final WarehouseRights.Access access;
  private final AuditLog audit;
  private final InstantSource clock;
  private final SavedQueryRepository queries;

  public SavedQueryService(
      Database database, WarehouseRights.Access access, AuditLog audit, InstantSource clock) {
    this.database = database;
    this.access = access;
    this.audit = audit;
    this.clock = clock;
    this.queries = new SavedQueryRepository(database);
  }

  /** Somebody's level. */
  public record Held(Principal principal, SavedQueryLevel level) {}

  /** A level that a principal or group is given. */
  public record Share(String principal, SavedQueryLevel level) {}

  public SavedQuery create(Caller caller, SavedQueryDetails details) {
    return database.inTransaction(
        () -> {
          Instant now = now();
          SavedQuery query =
              new SavedQuery(
                  UUID.randomUUID(), details, caller.principalId(), caller.principal(), now, now);
          queries.insert(query);
          recorded(caller, "CREATE_QUERY", query);
          return query;
        });
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND also for who may not know of it
   */
  public SavedQuery get(Caller caller, String id) {
    return require(caller, id, CAN_VIEW);
  }

  /** Those that the caller may see, by name. */
  public Page<SavedQuery> list(Caller caller, PageRequest page) {
    Optional<List<String>> after = page.after(2).map(PageToken::keys);
    List<SavedQuery> found =
        queries.list(
            new Wanted(
                access.authorizer().isAdministrator(caller),
                standing(caller),
                after.map(List::getFirst).orElse(""),
                after.map(keys -> id(keys.getLast())).orElse(FIRST),
                page.maxResults() + 1));
    return Page.cut(
        found,
        page.maxResults(),
        query -> List.of(query.details().name().toLowerCase(Locale.ROOT), query.id().toString()));
  }

  public SavedQuery update(Caller caller, String id, SavedQueryDetails details) {
    return database.inTransaction(
        () -> {
          SavedQuery old = require(caller, id, CAN_EDIT);
          SavedQuery query =
              new SavedQuery(
                  old.id(), details, old.ownerId(), caller.principal(), old.createdAt(), now());
          queries.update(query);
          recorded(caller, "UPDATE_QUERY", query);
          return query;
        });
  }

  public void delete(Caller caller, String id) {
    database.useTransaction(
        () -> {
          SavedQuery query = require(caller, id, CAN_MANAGE);
          queries.delete(query.id());
          recorded(caller, "DELETE_QUERY", query);
        });
  }

  /** The name of its owner; empty if that principal is gone. */
  public String owner(Caller caller, SavedQuery query) {
    return access.principals().find(caller, query.ownerId()).map(Principal::name).orElse("");
  }

  /** Who has been given a level, by name; who does not manage it sees what is theirs. */
  public List<Held> shares(Caller caller, String id) {
    SavedQuery query = require(caller, id, CAN_VIEW);
    boolean all = level(caller, query).filter(CAN_MANAGE::equals).isPresent();
    Set<UUID> standing = standing(caller);
    List<Held> held = new ArrayList<>();
    for (Row row : queries.held(query.id())) {
      if (all || standing.contains(row.principal())) {
        access
            .principals()
            .find(caller, row.principal())
            .ifPresent(principal -> held.add(new Held(principal, row.level())));
      }
    }
    held.sort(Comparator.comparing(one -> one.principal().name()));
    return held;
  }

  /**
   * Gives these levels, all or none.
   *
   * @param replacing whether who is not named loses its level
   */
  public List<Held> share(Caller caller, String id, List<Share> shares, boolean replacing) {
    return database.inTransaction(
        () -> {
          SavedQuery query = require(caller, id, CAN_MANAGE);
          if (replacing) {
            queries.forget(query.id());
          }
          for (Share share : shares) {
            Principal principal =
                access
                    .principals()
                    .find(caller, share.principal())
                    .orElseThrow(() -> AssetErrors.principalNotFound(share.principal()));
            queries.put(new Row(query.id(), principal.id(), share.level()));
          }
          recorded(caller, "SHARE_QUERY", query);
          return shares(caller, id);
        });
  }

  private SavedQuery require(Caller caller, String id, SavedQueryLevel wanted) {
    SavedQuery query = queries.find(id(id)).orElseThrow(() -> AssetErrors.queryNotFound(id));
    Optional<SavedQueryLevel> held = level(caller, query);
    if (held.isEmpty()) {
      audit.denied(caller, wanted.name(), "query " + id, "may not know of it");
      throw AssetErrors.queryNotFound(id);
    }
    if (held.get().compareTo(wanted) < 0) {
      audit.denied(caller, wanted.name(), "query " + id, "lacks " + wanted);
      throw AssetErrors.missing(wanted, query);
    }
    return query;
  }

  private Optional<SavedQueryLevel> level(Caller caller, SavedQuery query) {
    Set<UUID> standing = standing(caller);
    if (standing.contains(query.ownerId()) || access.authorizer().isAdministrator(caller)) {
      return Optional.of(CAN_MANAGE);
    }
    return queries.held(query.id()).stream()
        .filter(row -> standing.contains(row.principal()))
        .map(Row::level)
        .max(Comparator.naturalOrder());
  }

  private Set<UUID> standing(Caller caller) {
    return access.memberships().ids(caller);
  }

  private void recorded(Caller caller, String action, SavedQuery query) {
    audit.recorded(
        caller, action, Map.of("id", query.id().toString(), "name", query.details().name()));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw AssetErrors.queryNotFound(text);
    }
  }
}
