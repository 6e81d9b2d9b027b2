package io.boathouse.sql.warehouse;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.govern.NameDefaults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Keeps sessions in memory until they are closed or nobody used them for eight hours; only who
 * opened one can use it, and nobody has more than 500. A session holds names and settings, never
 * rights. Thread-safe.
 */
public final class SessionService {
  private static final Duration IDLE = Duration.ofHours(8);
  private static final int MOST = 10_000;
  private static final int MOST_EACH = 500;

  private final WarehouseService warehouses;
  private final InstantSource clock;
  private final Map<UUID, Kept> sessions = new ConcurrentHashMap<>();

  private record Kept(Session session, Instant usedAt) {}

  /** What a client asks for when it opens a session. */
  public record NewSession(
      String warehouseId, NameDefaults defaults, Map<String, String> settings) {
    public NewSession {
      settings = Map.copyOf(settings);
    }
  }

  public SessionService(WarehouseService warehouses, InstantSource clock) {
    this.warehouses = warehouses;
    this.clock = clock;
  }

  /**
   * Opens a session.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND for an unknown warehouse,
   *     INVALID_ARGUMENT for unknown settings, RATE_LIMITED when too many are open
   */
  public Session create(Caller caller, NewSession wanted) {
    Warehouse warehouse = warehouses.get(caller, wanted.warehouseId());
    forgetIdle();
    Map<SessionSetting, String> settings = new EnumMap<>(SessionSetting.class);
    wanted
        .settings()
        .forEach(
            (name, value) -> {
              SessionSetting setting = SessionSetting.parse(name);
              settings.put(setting, setting.checked(value));
            });
    Session session =
        new Session(
            UUID.randomUUID(), caller.principalId(), warehouse.id(), wanted.defaults(), settings);
    keep(session);
    return session;
  }

  /** One after the other, so that nobody gets past the bounds. */
  private synchronized void keep(Session session) {
    if (sessions.size() >= MOST) {
      throw WarehouseErrors.tooManySessions(MOST);
    }
    long own =
        sessions.values().stream()
            .filter(kept -> kept.session().principalId().equals(session.principalId()))
            .limit(MOST_EACH)
            .count();
    if (own >= MOST_EACH) {
      throw WarehouseErrors.tooManyOwnSessions(MOST_EACH);
    }
    sessions.put(session.id(), new Kept(session, clock.instant()));
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if it is unknown, somebody else's,
   *     closed, or was idle for too long
   */
  public Session get(Caller caller, String id) {
    return change(caller, id, session -> session);
  }

  /** Changes where short names are looked up. */
  public Session use(Caller caller, String id, NameDefaults defaults) {
    return change(caller, id, session -> session.with(defaults));
  }

  /** Changes a setting. */
  public Session set(Caller caller, String id, String name, String value) {
    SessionSetting setting = SessionSetting.parse(name);
    String checked = setting.checked(value);
    return change(
        caller,
        id,
        session -> {
          Map<SessionSetting, String> settings = new EnumMap<>(SessionSetting.class);
          settings.putAll(session.settings());
          settings.put(setting, checked);
          return session.with(settings);
        });
  }

  /**
   * Puts settings back.
   *
   * @param name which; empty for all
   */
  public Session reset(Caller caller, String id, Optional<String> name) {
    Optional<SessionSetting> setting = name.map(SessionSetting::parse);
    return change(
        caller,
        id,
        session -> {
          Map<SessionSetting, String> settings = new EnumMap<>(SessionSetting.class);
          settings.putAll(session.settings());
          setting.ifPresentOrElse(settings::remove, settings::clear);
          return session.with(settings);
        });
  }

  /** Closes a session; one that is gone already stays so. */
  public void delete(Caller caller, String id) {
    Session session = get(caller, id);
    sessions.remove(session.id());
  }

  private Session change(Caller caller, String id, UnaryOperator<Session> change) {
    forgetIdle();
    Kept kept =
        sessions.computeIfPresent(
            parse(id),
            (key, old) ->
                old.session().principalId().equals(caller.principalId())
                    ? new Kept(change.apply(old.session()), clock.instant())
                    : old);
    if (kept == null || !kept.session().principalId().equals(caller.principalId())) {
      throw WarehouseErrors.sessionNotFound(id);
    }
    return kept.session();
  }

  private static UUID parse(String id) {
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      throw WarehouseErrors.sessionNotFound(id);
    }
  }

  private void forgetIdle() {
    Instant oldest = clock.instant().minus(IDLE);
    sessions.values().removeIf(kept -> kept.usedAt().isBefore(oldest));
  }
}
