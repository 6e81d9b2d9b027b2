package io.boathouse.table.maintain;

import io.boathouse.catalog.audit.AuditLog;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.AccessService;
import io.boathouse.catalog.location.ExternalFolders;
import io.boathouse.catalog.policy.PolicyService;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.CommitNote;
import io.boathouse.table.delta.DeltaLog;
import io.boathouse.table.delta.DeltaLogs;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.read.At;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Keeps tables fast, small and recoverable. Everything needs MODIFY on the table. Readers and
 * writers go on beside it. Thread-safe; every method blocks.
 */
public final class MaintenanceService {
  private static final int OPTIMIZE_REDOS = 3;

  /** How long a commit may take after its first file was written. */
  private static final Duration WRITERS = Duration.ofHours(1);

  private final RelationService relations;
  private final PolicyService policies;
  private final ExternalFolders places;
  private final AccessService access;
  private final AuditLog audit;
  private final DeltaLogs logs;
  private final DuckDb duckDb;
  private final InstantSource clock;

  /** What names, decides and records. */
  public record Governance(
      RelationService relations,
      PolicyService policies,
      ExternalFolders places,
      AccessService access,
      AuditLog audit) {}

  /**
   * @param clock tells how old files and versions are
   */
  public MaintenanceService(
      Governance governance, DeltaLogs logs, DuckDb duckDb, InstantSource clock) {
    this.relations = governance.relations();
    this.policies = governance.policies();
    this.places = governance.places();
    this.access = governance.access();
    this.audit = governance.audit();
    this.logs = logs;
    this.duckDb = duckDb;
    this.clock = clock;
  }

  /**
   * Puts the rows of small files together, or orders rows by some columns. Appends beside it stay.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED without MODIFY;
   *     INVALID_ARGUMENT naming a column that cannot be used; CONFLICT if rows of the chosen files
   *     were changed meanwhile, once too often
   */
  public Optimized optimize(Caller caller, FullName name, OptimizeOptions options) {
    Relation relation = maintained(caller, name);
    if (options.where().isPresent()) {
      policies.requireNoneOrManage(caller, relation.securable(), "OPTIMIZE … WHERE");
    }
    Optimized done = optimize(log(relation), options);
    record(caller, relation.securable(), done, "asked for");
    return done;
  }

  /** Writes a compaction that the server did by itself to the audit. */
  public void recordCompaction(Caller system, Securable table, Optimized done) {
    record(system, table, done, "automatic");
  }

  private void record(Caller caller, Securable table, Optimized done, String why) {
    audit.changed(
        caller,
        "OPTIMIZE_TABLE",
        table,
        Map.of(
            "version", done.version().map(String::valueOf).orElse(""),
            "files_removed", Long.toString(done.filesRemoved()),
            "files_added", Long.toString(done.filesAdded()),
            "why", why));
  }

  /** Again on the newest files when others took rows out of the chosen ones. */
  private Optimized optimize(DeltaLog log, OptimizeOptions options) {
    for (int i = 0; ; i++) {
      try {
        return new Optimization(duckDb, log, options).run();
      } catch (LakeException e) {
        if (e.code() != ErrorCode.CONFLICT || i == OPTIMIZE_REDOS) {
          throw e;
        }
      }
    }
  }

  /** Deletes what no version of the table's own retention needs. */
  public Vacuumed vacuum(Caller caller, FullName name, boolean dryRun) {
    return vacuum(caller, maintained(caller, name), Optional.empty(), dryRun);
  }

  /**
   * Deletes files that no version needs that was the newest within the retention, and those that
   * writers left behind; none that came since, and none that somebody has begun to read here.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED without MODIFY;
   *     FAILED_PRECONDITION if the retention is shorter than the table's own
   */
  public Vacuumed vacuum(Caller caller, FullName name, Duration retention, boolean dryRun) {
    return vacuum(caller, maintained(caller, name), Optional.of(retention), dryRun);
  }

  private Vacuumed vacuum(
      Caller caller, Relation relation, Optional<Duration> asked, boolean dryRun) {
    DeltaLog log = log(relation);
    Duration least = log.latest().facts().keptAfterRemoval();
    Duration retention = asked.orElse(least);
    if (retention.compareTo(least) < 0) {
      throw MaintainErrors.retentionTooShort(retention, least);
    }
    Instant now = clock.instant();
    UUID id = relation.securable().id();
    Instant cutoff = earlier(now.minus(retention), access.heldSince(caller, id));
    Instant hourAgo = now.minus(WRITERS);
    Vacuum.Ages ages = new Vacuum.Ages(cutoff, cutoff.isBefore(hourAgo) ? cutoff : hourAgo);
    Vacuumed done = new Vacuum(log, ages, () -> logs.leases().of(id), dryRun).run();
    if (!dryRun) {
      audit.changed(
          caller,
          "VACUUM_TABLE",
          relation.securable(),
          Map.of(
              "files", Long.toString(done.count()),
              "bytes", Long.toString(done.bytes()),
              "retention_hours", Long.toString(retention.toHours())));
    }
    return done;
  }

  /**
   * Makes an old version the newest again, as a version of its own.
   *
   * @throws io.boathouse.platform.error.LakeException PERMISSION_DENIED without MODIFY, or without
   *     MANAGE if the table has a policy, which speaks of the columns of now; NOT_FOUND if there is
   *     no such version; FAILED_PRECONDITION naming a file of it that was vacuumed; CONFLICT if
   *     others wrote meanwhile
   */
  public Commit restore(Caller caller, FullName name, At to) {
    Relation relation = maintained(caller, name);
    policies.requireNoneOrManage(caller, relation.securable(), "RESTORE");
    DeltaLog log = log(relation);
    DeltaSnapshot target =
        switch (to) {
          case At.Latest latest -> log.latest();
          case At.Version version -> log.at(version.number());
          case At.Timestamp timestamp -> log.at(timestamp.instant());
        };
    Map<String, String> asked =
        to instanceof At.Timestamp timestamp
            ? Map.of("timestamp", timestamp.instant().toString())
            : Map.of("version", Long.toString(target.version()));
    Commit commit = log.restore(target, new CommitNote("RESTORE", asked, Optional.empty()));
    audit.changed(
        caller,
        "RESTORE_TABLE",
        relation.securable(),
        Map.of(
            "version", Long.toString(commit.version()),
            "restored_version", Long.toString(target.version())));
    return commit;
  }

  /** Who was given access to the files reads versions that were the newest since then. */
  private static Instant earlier(Instant cutoff, Optional<Instant> heldSince) {
    return heldSince.filter(since -> since.isBefore(cutoff)).orElse(cutoff);
  }

  private Relation maintained(Caller caller, FullName name) {
    Relation relation = relations.require(caller, Privilege.MODIFY, name);
    switch (relation.kind()) {
      case MANAGED -> {}
      case EXTERNAL -> places.requireWritable(relation);
      case VIEW -> throw MaintainErrors.notMaintained(name);
    }
    return relation;
  }

  private DeltaLog log(Relation relation) {
    return logs.of(relation);
  }
}
