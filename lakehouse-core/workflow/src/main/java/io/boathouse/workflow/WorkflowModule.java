package io.boathouse.workflow;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.Migrations;
import io.boathouse.platform.http.Routes;
import io.boathouse.workflow.run.RunRoutes;
import io.boathouse.workflow.run.RunService;
import io.boathouse.workflow.run.Runs;
import io.boathouse.workflow.run.WorkflowConfig;
import io.boathouse.workflow.task.TaskRunner;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/** Puts the workflow room together. */
public final class WorkflowModule implements AutoCloseable {
  private final Runs runs;

  /**
   * @param callers the caller of a principal id with its present rights
   */
  public WorkflowModule(
      DataSource dataSource,
      Database database,
      Authorizer authorizer,
      InstantSource clock,
      WorkflowConfig config,
      Function<UUID, Caller> callers) {
    Migrations.run(dataSource, "workflow");
    this.runs = new Runs(authorizer, database, clock, config, callers);
  }

  public RunService runs() {
    return runs.service();
  }

  /** Adds a task runner; before {@link #start}. */
  public void register(TaskRunner runner) {
    runs.register(runner);
  }

  /** Begins to execute runs; when every runner is registered. */
  public void start() {
    runs.start();
  }

  public List<Routes> routes() {
    return List.of(new RunRoutes(runs.service()));
  }

  @Override
  public void close() {
    runs.close();
  }
}
