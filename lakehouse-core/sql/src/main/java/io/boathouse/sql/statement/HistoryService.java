package io.boathouse.sql.statement;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.engine.ReadTotals;
import io.boathouse.sql.warehouse.Warehouse;
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
  private static final String OF_VALUES = "[SQL_VALUE]";
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
        rows.stream().map(entry -> shown(caller, entry)).toList(),
        page.maxResults(),
        entry -> List.of(entry.startedAt().toString(), entry.id().toString()));
  }

  /** Values that stand in the words of a failure are for those only whom they were shown to. */
  private static HistoryEntry shown(Caller caller, HistoryEntry entry) {
    boolean holdsValues = entry.error().filter(text -> text.startsWith(OF_VALUES)).isPresent();
    return holdsValues && !entry.principalId().equals(caller.principalId())
        ? entry.withError(OF_VALUES + " A value does not fit; whoever ran it was told which.")
        : entry;
  }

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
            0,
            NOTHING,
            clock.instant(),
            Optional.empty()));
  }

  void ended(ExecutedStatement statement, StatementState state) {
    Optional<String> error =
        state instanceof StatementState.Failed failed
            ? Optional.of(failed.message())
            : Optional.empty();
    long rows =
        state instanceof StatementState.Succeeded(StatementResult result) ? result.rows() : 0;
    repository.end(
        statement.id(),
        new HistoryRepository.End(
            statement.kind(),
            state.word(),
            error,
            rows,
            statement.reads().read(),
            clock.instant()));
  }

  /** Statements of an earlier process that ended with it. */
  void endAbandoned() {
    repository.endAbandoned(clock.instant());
  }
}
