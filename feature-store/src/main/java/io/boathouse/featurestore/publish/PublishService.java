package io.boathouse.featurestore.publish;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.online.OnlineLifetimes;
import io.boathouse.featurestore.online.OnlineRow;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.online.OnlineStore.OnlineStatistics;
import io.boathouse.featurestore.publish.Publication.Counts;
import io.boathouse.featurestore.publish.Publication.Times;
import io.boathouse.featurestore.publish.TableChanges.Range;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.featurestore.table.GovernedReads.Versioned;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.lease.LeaseService;
import io.boathouse.sql.engine.QueryEngine;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.write.TableAlteration;
import io.boathouse.table.write.TableService;
import io.boathouse.table.write.WriteOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Puts feature tables online and keeps them fresh. Thread-safe; every method blocks on the metadata
 * database, the query engine or the online store.
 */
public final class PublishService {
  private static final Map<String, String> FEED = Map.of("delta.enableChangeDataFeed", "true");

  private final Authorizer authorizer;
  private final PolicyService policies;
  private final Database database;
  private final FeatureTableService tables;
  private final GovernedReads reads;
  private final TableChanges changes;
  private final TableService delta;
  private final OnlineStore online;
  private final OnlineLifetimes lifetimes;
  private final AuditLog audit;
  private final InstantSource clock;
  private final PublishLease leases;
  private final PublicationRepository repository = new PublicationRepository();

  /** What the service works with. */
  public record Parts(
      Authorizer authorizer,
      PolicyService policies,
      Database database,
      FeatureTableService tables,
      Reading reading,
      Target target,
      AuditLog audit,
      InstantSource clock) {}

  /**
   * What tables are read with, and pushed rows written.
   *
   * @param deadline how long reading changes may take
   */
  public record Reading(
      GovernedReads reads, QueryEngine engine, TableService delta, Duration deadline) {}

  /** Where rows go, and how long they count there. */
  public record Target(OnlineStore store, OnlineLifetimes lifetimes) {}

  public PublishService(Parts parts) {
    this.authorizer = parts.authorizer();
    this.policies = parts.policies();
    this.database = parts.database();
    this.tables = parts.tables();
    this.reads = parts.reading().reads();
    this.changes = new TableChanges(parts.reading().engine(), parts.reading().deadline());
    this.delta = parts.reading().delta();
    this.online = parts.target().store();
    this.lifetimes = parts.target().lifetimes();
    this.audit = parts.audit();
    this.clock = parts.clock();
    this.leases = new PublishLease(new LeaseService(database, clock));
  }

  /**
   * Replaces what is online by the newest row of every key; repeating it changes nothing. Needs
   * MODIFY and SELECT on the table, which must have no policy: what is online is the same for all
   * who look it up. Later changes follow as the terms say, with the rights of this caller; a table
   * that is followed records its changes from then on, if the caller has MANAGE. One that does not
   * is published as a whole each time, by which rows that were only pushed are lost.
   */
  public OnlineStatus publish(Caller caller, FullName name, PublishTerms terms) {
    FeatureTable table = publishable(caller, name);
    recordChanges(caller, table, terms);
    leases.with(table, () -> whole(caller, table, new Wanted(terms, Optional.empty(), true)));
    return status(caller, table);
  }

  /** Replaces what is online, once. @param knownBefore leaves out rows known then or later */
  public OnlineStatus publish(Caller caller, FullName name, Optional<Instant> knownBefore) {
    return publish(caller, name, PublishTerms.snapshot(knownBefore));
  }

  /**
   * Brings what is online up to the table's newest version, by what changed since. Needs MODIFY and
   * SELECT.
   *
   * @throws LakeException FAILED_PRECONDITION if the table is not published
   */
  public OnlineStatus sync(Caller caller, FullName name) {
    FeatureTable table = publishable(caller, name);
    boolean unusedChanged = follow(caller, table);
    return status(caller, table);
  }

  /** Takes the table offline. Needs MODIFY; one that is not online is no error. */
  public void unpublish(Caller caller, FullName name) {
    FeatureTable table = writable(caller, name);
    leases.with(
        table,
        () -> {
          database.useTransaction(
              handle -> {
                boolean unusedWas = repository.delete(handle, table.id());
                audit.changed(caller, "UNPUBLISH_FEATURE_TABLE", table.securable(), Map.of());
              });
          lifetimes.forget(table.id());
          online.drop(table.id());
          return true;
        });
  }

  /**
   * Adds rows to what is online; of the rows of one key the newest stays. Needs MODIFY.
   *
   * @param rows every key, time and feature column by its name
   * @return rows that were newer than what was there
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the field that is
   *     missing, unknown or of another type; then no row was added
   */
  public long push(Caller caller, FullName name, List<Map<String, Object>> rows) {
    return push(caller, name, rows, PushTarget.ONLINE);
  }

  /**
   * Adds rows to what is online, to the feature table, or to both, as above.
   *
   * @return rows that were newer than what was online; 0 if they do not go there
   */
  public long push(
      Caller caller, FullName name, List<? extends Map<String, Object>> rows, PushTarget target) {
    FeatureTable table = writable(caller, name);
    PushedRows pushed = new PushedRows(table);
    List<OnlineRow> typed = pushed.typed(rows);
    long kept = target == PushTarget.OFFLINE ? 0 : online.write(table.online(), typed);
    if (target != PushTarget.ONLINE) {
      Commit unused =
          delta.append(
              caller,
              name,
              pushed.values(delta.schema(caller, name), rows),
              WriteOptions.of("PUSH FEATURES"));
    }
    return kept;
  }

  /** Whether the table is online and follows, on trigger or by itself. */
  public boolean follows(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    return find(table).filter(one -> one.terms().mode() != PublishTerms.Mode.SNAPSHOT).isPresent();
  }

  /** What of the table is online. How far it is behind is told to who may read the table. */
  public OnlineStatus status(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    policies.requireNoneOrManage(caller, table.securable(), "its online status");
    return status(caller, table);
  }

  /** Follows in the background, where there is something new. */
  void keepFresh(Caller caller, FeatureTable table) {
    requirePublishable(caller, table);
    boolean unusedChanged = follow(caller, table);
  }

  /** Keeps what went wrong in the background where the status shows it. */
  void troubled(UUID table, String problem) {
    database.useTransaction(handle -> repository.problem(handle, table, problem));
  }

  /** Publications that follow or age; how long rows count is known from then on. */
  List<Publication> live() {
    List<Publication> live = database.read(repository::live);
    lifetimes.setAll(
        live.stream()
            .filter(one -> one.terms().ttl().isPresent())
            .collect(
                Collectors.toMap(Publication::id, one -> one.terms().ttl().orElse(Duration.ZERO))));
    return live;
  }

  private boolean follow(Caller caller, FeatureTable table) {
    if (find(table).isEmpty()) {
      throw PublishErrors.notPublished(table.name());
    }
    return leases.with(table, () -> followHeld(caller, table));
  }

  private boolean followHeld(Caller caller, FeatureTable table) {
    Publication before = find(table).orElseThrow(() -> PublishErrors.notPublished(table.name()));
    Optional<Instant> oldest = before.terms().oldest(clock.instant());
    long aged = oldest.map(time -> online.expire(table.online(), micros(time))).orElse(0L);
    long newest = changes.newest(caller, table.name());
    if (newest < before.version() || !online.warm(table.online())) {
      return whole(caller, table, new Wanted(before.terms(), Optional.empty(), false));
    }
    Counts counts = new Counts(0, aged);
    if (newest > before.version()) {
      ChangedKeys keys =
          new ChangedKeys(table, new LatestRows(table, before.terms().knownBefore(), oldest));
      Range range = new Range(before.version() + 1, newest);
      try {
        counts =
            counts.plus(
                changes.read(caller, table.name(), range, session -> keys.apply(session, online)));
      } catch (LakeException e) {
        if (!untold(e.code())) {
          throw e;
        }
        return whole(caller, table, new Wanted(before.terms(), Optional.of(e.message()), false));
      }
    }
    Publication after = before.synced(newest, now(), counts);
    database.useTransaction(handle -> repository.synced(handle, after));
    return newest > before.version();
  }

  /** Whether changes are not told because the log does not have them, or not in this form. */
  private static boolean untold(ErrorCode code) {
    return code == ErrorCode.NOT_FOUND
        || code == ErrorCode.UNSUPPORTED
        || code == ErrorCode.FAILED_PRECONDITION;
  }

  /** A table that is followed records its changes, if the caller may decide so. */
  private void recordChanges(Caller caller, FeatureTable table, PublishTerms terms) {
    if (terms.mode() != PublishTerms.Mode.SNAPSHOT
        && authorizer.allows(caller, Privilege.MANAGE, table.securable())) {
      delta.alter(caller, table.name(), new TableAlteration.SetProperties(FEED));
    }
  }

  /**
   * What is to be put online.
   *
   * @param problem why changes could not be followed
   * @param asked whether somebody asked for it
   */
  private record Wanted(PublishTerms terms, Optional<String> problem, boolean asked) {}

  private boolean whole(Caller caller, FeatureTable table, Wanted wanted) {
    PublishTerms terms = wanted.terms();
    return reads.tables(
        caller,
        List.of(Versioned.latest(table.name())),
        open -> {
          LatestRows latest =
              new LatestRows(table, terms.knownBefore(), terms.oldest(clock.instant()));
          long rows = latest.read(open.session(), found -> online.replace(table.online(), found));
          Publication publication =
              new Publication(
                  table.id(),
                  open.inputs().getFirst().version().orElse(0),
                  terms,
                  Optional.of(caller.principalId()),
                  new Times(now(), now()),
                  new Counts(rows, 0),
                  wanted.problem());
          lifetimes.set(table.id(), terms.ttl());
          database.useTransaction(
              handle -> {
                repository.upsert(handle, publication, caller.principal());
                audit.changed(
                    caller,
                    wanted.asked() ? "PUBLISH_FEATURE_TABLE" : "REPUBLISH_FEATURE_TABLE",
                    table.securable(),
                    Map.of(
                        "version", Long.toString(publication.version()),
                        "mode", terms.mode().name(),
                        "rows", Long.toString(rows)));
              });
          return true;
        });
  }

  private OnlineStatus status(Caller caller, FeatureTable table) {
    OnlineStatistics statistics = online.statistics(table.online());
    Optional<Publication> publication = find(table);
    return new OnlineStatus(
        table.name(), statistics, publication, publication.flatMap(one -> lag(caller, table, one)));
  }

  private Optional<OnlineStatus.Lag> lag(Caller caller, FeatureTable table, Publication one) {
    if (!authorizer.allows(caller, Privilege.SELECT, table.securable())) {
      return Optional.empty();
    }
    long newest = changes.newest(caller, table.name());
    return Optional.of(
        new OnlineStatus.Lag(
            newest,
            newest <= one.version()
                ? Duration.ZERO
                : Duration.between(one.times().synced(), clock.instant())));
  }

  private Optional<Publication> find(FeatureTable table) {
    return database.read(handle -> repository.find(handle, table.id()));
  }

  private FeatureTable publishable(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    requirePublishable(caller, table);
    return table;
  }

  private void requirePublishable(Caller caller, FeatureTable table) {
    authorizer.require(caller, Privilege.MODIFY, table.securable());
    policies.requireNone(caller, table.securable(), "the online store");
  }

  private FeatureTable writable(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    authorizer.require(caller, Privilege.MODIFY, table.securable());
    return table;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
