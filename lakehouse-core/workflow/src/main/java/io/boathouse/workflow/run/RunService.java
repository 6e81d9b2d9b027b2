package io.boathouse.workflow.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Submits, shows and cancels runs. A run is seen and cancelled by who submitted it and by
 * administrators; what it may do is decided when it does it, with the submitter's rights of that
 * moment. Thread-safe; every method blocks on the metadata database.
 */
public final class RunService {
  private final Authorizer authorizer;
  private final Database database;
  private final InstantSource clock;
  private final RunMachine machine;
  private final WorkflowConfig config;
  private final Set<String> kinds;
  private final RunRepository repository = new RunRepository();
  private final Runnable wakeUp;

  /**
   * @param kinds the live set of known task kinds @param wakeUp tells the worker that work came
   */
  RunService(
      Authorizer authorizer,
      Database database,
      InstantSource clock,
      WorkflowConfig config,
      Set<String> kinds,
      Runnable wakeUp) {
    this.authorizer = authorizer;
    this.database = database;
    this.clock = clock;
    this.config = config;
    this.machine = new RunMachine(config.maxAttempts(), config.firstBackoff());
    this.kinds = kinds;
    this.wakeUp = wakeUp;
  }

  /**
   * @param idempotencyKey a second submission with the same key gives the first one's run
   */
  public record Submission(String kind, JsonNode parameters, Optional<String> idempotencyKey) {}

  /**
   * Queues a run; durable when this returns.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT for an unknown kind,
   *     CONFLICT for a key that was used with other parameters, RATE_LIMITED when the queue is full
   */
  public Run submit(Caller caller, Submission submission) {
    if (!kinds.contains(submission.kind())) {
      throw RunErrors.unknownKind(submission.kind(), kinds);
    }
    Run run =
        new Run(
            UUID.randomUUID(),
            submission.kind(),
            submission.parameters(),
            new RunState.Queued(clock.instant()),
            0,
            caller.principalId(),
            caller.principal(),
            Json.mapper().createObjectNode(),
            Json.mapper().createObjectNode(),
            Optional.empty(),
            clock.instant(),
            Optional.empty(),
            Optional.empty());
    Run stored =
        database.inTransaction(
            handle -> {
              if (repository.countQueued(handle) >= config.maxQueued()) {
                throw RunErrors.queueFull(config.maxQueued());
              }
              if (repository.insert(handle, run, submission.idempotencyKey())) {
                return run;
              }
              String key = submission.idempotencyKey().orElseThrow();
              Run first = repository.findByKey(handle, caller.principalId(), key).orElseThrow();
              if (!first.kind().equals(run.kind())
                  || !first.parameters().equals(RunService::compared, run.parameters())) {
                throw RunErrors.otherParameters(key, first.id());
              }
              return first;
            });
    wakeUp.run();
    return stored;
  }

  /** Numbers are the same if their values are: the database does not keep how they were typed. */
  private static int compared(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return one.decimalValue().compareTo(other.decimalValue());
    }
    return one.equals(other) ? 0 : 1;
  }

  /**
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if absent or somebody else's
   */
  public Run get(Caller caller, UUID id) {
    return database
        .read(handle -> repository.find(handle, id))
        .filter(run -> mayManage(caller, run))
        .orElseThrow(() -> RunErrors.notFound(id));
  }

  /** The caller's runs, newest first; an administrator sees everybody's. */
  public List<Run> list(Caller caller, int offset, int limit) {
    return list(caller, Optional.empty(), offset, limit);
  }

  /** The same, of one kind only if one is given. */
  public List<Run> list(Caller caller, Optional<String> kind, int offset, int limit) {
    Optional<UUID> by =
        authorizer.isAdministrator(caller) ? Optional.empty() : Optional.of(caller.principalId());
    return database.read(handle -> repository.list(handle, by, kind, offset, limit));
  }

  /** Asks for the end of a run; a run that has ended stays as it is. */
  public Run cancel(Caller caller, UUID id) {
    Run run = get(caller, id);
    Optional<Run> cancelled = apply(run.id(), new RunEvent.CancelRequested());
    wakeUp.run();
    return cancelled.orElseGet(() -> get(caller, id));
  }

  private boolean mayManage(Caller caller, Run run) {
    return run.submittedBy().equals(caller.principalId()) || authorizer.isAdministrator(caller);
  }

  /**
   * Takes the oldest run of these kinds that is free, if any.
   *
   * @param abandoned is told, inside the transaction, of a run that ends instead
   */
  Optional<Run> claim(String worker, List<String> wanted, Consumer<Run> abandoned) {
    Instant now = clock.instant();
    return database.inTransaction(
        handle ->
            repository
                .lockClaimable(handle, wanted, now)
                .flatMap(
                    run ->
                        machine
                            .next(
                                run.state(),
                                run.attempt(),
                                new RunEvent.Claimed(worker, now, now.plus(config.lease())))
                            .map(
                                next -> {
                                  repository.updateState(handle, run.id(), next, now);
                                  if (next.state().ended()) {
                                    abandoned.accept(run);
                                  }
                                  return repository.find(handle, run.id()).orElseThrow();
                                })));
  }

  /** Applies an event; empty if it does not fit the state any more. */
  Optional<Run> apply(UUID id, RunEvent event) {
    return database.inTransaction(
        handle ->
            repository
                .lock(handle, id)
                .flatMap(
                    run ->
                        machine
                            .next(run.state(), run.attempt(), event)
                            .map(
                                next -> {
                                  repository.updateState(handle, id, next, clock.instant());
                                  return repository.find(handle, id).orElseThrow();
                                })));
  }

  /** Ends a run with its result, as one change; empty if the worker lost the run. */
  Optional<Run> succeed(UUID id, String worker, JsonNode result) {
    return database.inTransaction(
        handle -> {
          Optional<Run> ended = apply(id, new RunEvent.Finished(worker));
          if (ended.isPresent()) {
            repository.updateResult(handle, id, result);
          }
          return ended;
        });
  }

  void progress(UUID id, String worker, JsonNode progress) {
    database.useTransaction(handle -> repository.updateProgress(handle, id, worker, progress));
  }

  boolean checkpoint(UUID id, String worker, JsonNode value) {
    return database.inTransaction(handle -> repository.updateCheckpoint(handle, id, worker, value));
  }
}
