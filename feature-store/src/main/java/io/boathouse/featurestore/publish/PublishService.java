package io.boathouse.featurestore.publish;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.online.OnlineStore;
import io.boathouse.featurestore.online.OnlineStore.OnlineStatistics;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.FeatureTableService;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.featurestore.table.GovernedReads.Versioned;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts feature tables online. Thread-safe; every method blocks on the metadata database, the query
 * engine or the online store.
 */
public final class PublishService {
  private final Authorizer authorizer;
  private final PolicyService policies;
  private final Database database;
  private final FeatureTableService tables;
  private final GovernedReads reads;
  private final OnlineStore online;
  private final AuditLog audit;
  private final InstantSource clock;
  private final PublicationRepository repository = new PublicationRepository();

  /** What the service works with. */
  public record Parts(
      Authorizer authorizer,
      PolicyService policies,
      Database database,
      FeatureTableService tables,
      GovernedReads reads,
      OnlineStore online,
      AuditLog audit,
      InstantSource clock) {}

  public PublishService(Parts parts) {
    this.authorizer = parts.authorizer();
    this.policies = parts.policies();
    this.database = parts.database();
    this.tables = parts.tables();
    this.reads = parts.reads();
    this.online = parts.online();
    this.audit = parts.audit();
    this.clock = parts.clock();
  }

  /**
   * Replaces what is online by the newest row of every key; repeating it changes nothing. Needs
   * MODIFY and SELECT on the table, which must have no policy: what is online is the same for all
   * who look it up.
   *
   * @param knownBefore leaves out rows that became known at this instant or later
   */
  public OnlineStatus publish(Caller caller, FullName name, Optional<Instant> knownBefore) {
    FeatureTable table = writable(caller, name);
    policies.requireNone(caller, table.securable(), "the online store");
    return reads.tables(
        caller,
        List.of(Versioned.latest(name)),
        open -> {
          LatestRows latest = new LatestRows(table, knownBefore);
          long rows = latest.read(open.session(), found -> online.replace(table.online(), found));
          var publication =
              new PublicationRepository.Row(
                  open.inputs().getFirst().version().orElse(0),
                  knownBefore,
                  clock.instant().truncatedTo(ChronoUnit.MICROS));
          database.useTransaction(
              handle -> {
                repository.upsert(handle, table.id(), publication, caller.principal());
                audit.changed(
                    caller,
                    "PUBLISH_FEATURE_TABLE",
                    table.securable(),
                    Map.of(
                        "version", Long.toString(publication.version()),
                        "rows", Long.toString(rows)));
              });
          return status(table, Optional.of(publication));
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
    FeatureTable table = writable(caller, name);
    return online.write(table.online(), new PushedRows(table).typed(rows));
  }

  /** What of the table is online. */
  public OnlineStatus status(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    policies.requireNoneOrManage(caller, table.securable(), "its online status");
    return status(table, database.read(handle -> repository.find(handle, table.id())));
  }

  private OnlineStatus status(FeatureTable table, Optional<PublicationRepository.Row> row) {
    OnlineStatistics statistics = online.statistics(table.online());
    long newest = statistics.newestEventMicros();
    return new OnlineStatus(
        table.name(),
        statistics.rows(),
        statistics.bytes(),
        statistics.rows() == 0
            ? Optional.empty()
            : Optional.of(Instant.EPOCH.plus(newest, ChronoUnit.MICROS)),
        row.map(PublicationRepository.Row::version),
        row.flatMap(PublicationRepository.Row::knownBefore),
        row.map(PublicationRepository.Row::publishedAt));
  }

  private FeatureTable writable(Caller caller, FullName name) {
    FeatureTable table = tables.get(caller, name);
    authorizer.require(caller, Privilege.MODIFY, table.securable());
    return table;
  }
}
