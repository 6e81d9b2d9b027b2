package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.engine.ReadTotals;
import io.boathouse.sql.warehouse.Warehouse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What statements ran, when, for whom and how they ended. Everybody sees their own, administrators
 * all. Thread-safe; blocks on the metadata database.
 */
public final class HistoryService {
  private static final int MAX_TEXT = 64 << 10;
  private static final ReadTotals.Read NOTHING = new ReadTotals().read();

  private final Authorizer authorizer;
  private final InstantSource clock;
  private final HistoryRepository repository;

  HistoryService(Database database, Authorizer authorizer, InstantSource clock) {
    this.authorizer = authorizer;
    this.clock = clock;
    this.repository = new HistoryRepository(database);
  }

  /**
   * The statements of the caller, newest first; for administrators those of all.
   *
   * @param states only these; empty for all
   */
  public Page<HistoryEntry> list(Caller caller, List<String> states, PageRequest page) {
    Optional<UUID> owner =
        authorizer.isAdministrator(caller) ? Optional.empty() : Optional.of(caller.principalId());
    var after = page.after(2);
    List<HistoryEntry> rows =
        repository.list(
            new HistoryRepository.Filter(
                owner,
                states,
                after.map(token -> Instant.parse(token.keys().get(0))),
                after.map(token -> UUID.fromString(token.keys().get(1))),
                page.maxResults() + 1));
    return Page.cut(
        rows.stream().map(entry -> entry.seenBy(caller)).toList(),
        page.maxResults(),
        entry -> List.of(entry.startedAt().toString(), entry.id().toString()));
  }

  /**
   * One statement of the caller's, or of anybody's for administrators, and how it ran.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND for any other
   */
  public Profiled get(Caller caller, String id) {
    return uuid(id)
        .flatMap(repository::find)
        .filter(
            found ->
                found.entry().principalId().equals(caller.principalId())
                    || authorizer.isAdministrator(caller))
        .map(found -> new Profiled(found.entry().seenBy(caller), found.profile()))
        .orElseThrow(() -> StatementErrors.statementNotFound(id));
  }

  private static Optional<UUID> uuid(String id) {
    try {
      return Optional.of(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * A statement and how it ran.
   *
   * @param profile as JSON; empty if it was not asked for, or would tell of hidden rows
   */
  public record Profiled(HistoryEntry entry, Optional<String> profile) {}

  void started(Caller caller, UUID id, StatementRequest request, Warehouse warehouse) {
    String text = request.sql();
    repository.insert(
        new HistoryEntry(
            id,
            caller.principalId(),
            caller.principal(),
            warehouse.id(),
            (text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text).replace("\0", ""),
            "OTHER",
            "RUNNING",
            Optional.empty(),
            Optional.empty(),
            0,
            NOTHING,
            false,
            clock.instant(),
            Optional.empty()),
        caller.userAgent());
  }

  void ended(ExecutedStatement statement, StatementState state) {
    Optional<String> error =
        state instanceof StatementState.Failed failed
            ? Optional.of(failed.message())
            : Optional.empty();
    Optional<StatementResult> result =
        state instanceof StatementState.Succeeded(StatementResult made)
            ? Optional.of(made)
            : Optional.empty();
    Instant now = clock.instant();
    repository.end(
        statement.id(),
        new HistoryRepository.End(
            statement.kind(),
            state.word(),
            error,
            error.map(
                text ->
                    statement.errorForOthers().orElse("[INTERNAL_ERROR] See the server's log.")),
            new HistoryRepository.Cost(
                result.map(StatementResult::rows).orElse(0L),
                result.map(StatementResult::bytes).orElse(0L),
                statement.ranAt().map(at -> Duration.between(at, now).toMillis()).orElse(0L),
                statement.reads().read(),
                statement.reads().isRecalled(),
                statement.reads().profile()),
            now));
  }

  /** Statements of an earlier process that ended with it. */
  void endAbandoned() {
    repository.endAbandoned(clock.instant());
  }
}
