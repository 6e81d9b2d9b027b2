package io.boathouse.workflow.run;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.workflow.task.TaskRunner;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The run machine put together: its service, its worker, and the task runners that it knows. */
public final class Runs implements AutoCloseable {
  private final Map<String, TaskRunner> runners = new ConcurrentHashMap<>();
  private final RunService service;
  private final RunWorker worker;

  /**
   * @param callers the caller of a principal with its present rights, for runs that begin later
   */
  public Runs(
      Authorizer authorizer,
      Database database,
      InstantSource clock,
      WorkflowConfig config,
      Function<UUID, Caller> callers) {
    this.service =
        new RunService(authorizer, database, clock, config, runners.keySet(), this::wake);
    this.worker = new RunWorker(service, runners, callers, config, clock);
  }

  /**
   * Adds a task runner; before {@link #start}.
   *
   * @throws IllegalStateException if its kind is taken
   */
  public void register(TaskRunner runner) {
    if (runners.putIfAbsent(runner.kind(), runner) != null) {
      throw new IllegalStateException("kind: " + runner.kind() + " (expected: not yet registered)");
    }
  }

  /** Begins to execute, first of all what an earlier process left unfinished. */
  public void start() {
    worker.start();
  }

  public RunService service() {
    return service;
  }

  @Override
  public void close() {
    worker.close();
  }

  private void wake() {
    worker.wake();
  }
}
