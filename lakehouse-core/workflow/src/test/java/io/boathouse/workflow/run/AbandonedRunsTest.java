package io.boathouse.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.CatalogModule;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.workflow.WorkflowModule;
import io.boathouse.workflow.run.RunService.Submission;
import io.boathouse.workflow.task.AbandonedRun;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a task is told of a run that ends because its workers died. */
@Timeout(60)
class AbandonedRunsTest {
  private static final String KIND = "settled";
  private static final WorkflowConfig CONFIG =
      new WorkflowConfig(
          3, 50, 3, Duration.ofMillis(200), Duration.ofMillis(800), Duration.ofMillis(50));

  @TempDir Path folder;
  private TestDatabase database;
  private LocalFileStore store;
  private CatalogModule catalog;
  private Caller admin;
  private WorkflowModule gone;
  private WorkflowModule module;

  @BeforeEach
  void open() {
    database = TestDatabase.create("catalog");
    store = new LocalFileStore(folder);
    catalog = new CatalogModule(database.database(), store, InstantSource.system());
    catalog.bootstrap().start();
    Caller system = catalog.systemCallers().system("test");
    admin =
        catalog
            .systemCallers()
            .inNameOf(catalog.principals().find(system, "admin").orElseThrow().id());
    // A minute ago, so that its leases have ended for everybody else.
    gone =
        module(
            InstantSource.fixed(Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS)),
            run -> {});
  }

  @AfterEach
  void close() {
    gone.close();
    module.close();
    catalog.close();
    store.close();
    database.close();
  }

  /** Without the call of abandon in the claim nobody is told. */
  @Test
  void aTaskIsToldOfARunThatWasCancelledOrHasNoAttemptLeft() {
    UUID cancelled = left(1);
    Run told = gone.runs().cancel(admin, cancelled);
    assertThat(told.state()).isInstanceOf(RunState.Running.class);
    UUID failed = left(CONFIG.maxAttempts());
    List<AbandonedRun> settled = new CopyOnWriteArrayList<>();
    module = module(InstantSource.system(), settled::add);
    module.start();
    awaited(cancelled, run -> run.state().equals(new RunState.Canceled()));
    awaited(failed, run -> run.state() instanceof RunState.Failed);
    assertThat(settled)
        .extracting(AbandonedRun::runId, AbandonedRun::cancelled, run -> run.caller().principal())
        .containsExactlyInAnyOrder(tuple(cancelled, true, "admin"), tuple(failed, false, "admin"));
    assertThat(settled)
        .extracting(run -> run.lastCheckpoint().path("kept").asBoolean())
        .containsOnly(true);
  }

  @Test
  void aTaskThatCannotSettleDoesNotHoldUpTheQueue() {
    UUID failed = left(CONFIG.maxAttempts());
    module =
        module(
            InstantSource.system(),
            run -> {
              throw new IllegalStateException("on purpose");
            });
    module.start();
    UUID next = submit(module.runs());
    awaited(failed, run -> run.state() instanceof RunState.Failed);
    awaited(next, run -> run.state().equals(new RunState.Succeeded()));
  }

  /** A run that its worker died with in this attempt. */
  private UUID left(int attempt) {
    UUID id = submit(gone.runs());
    for (int i = 1; i <= attempt; i++) {
      String worker = "dead" + i;
      Run claimed = gone.runs().claim(worker, List.of(KIND), run -> {}).orElseThrow();
      assertThat(claimed.id()).isEqualTo(id);
      assertThat(gone.runs().checkpoint(id, worker, json("{\"kept\":true}"))).isTrue();
      if (i < attempt) {
        var broke = new RunEvent.Broke(worker, "UNAVAILABLE", "m", true, Instant.EPOCH);
        assertThat(gone.runs().apply(id, broke)).isPresent();
      }
    }
    return id;
  }

  private UUID submit(RunService runs) {
    return runs.submit(admin, new Submission(KIND, json("{}"), Optional.empty())).id();
  }

  private void awaited(UUID id, Predicate<Run> until) {
    Instant end = Instant.now().plusSeconds(30);
    for (Run run = module.runs().get(admin, id);
        !until.test(run);
        run = module.runs().get(admin, id)) {
      assertThat(Instant.now()).as(run.toString()).isBefore(end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  private WorkflowModule module(InstantSource clock, Consumer<AbandonedRun> settle) {
    WorkflowModule made =
        new WorkflowModule(
            database.dataSource(),
            database.database(),
            catalog.authorizer(),
            clock,
            CONFIG,
            catalog.systemCallers()::inNameOf);
    made.register(
        new TaskRunner() {
          @Override
          public String kind() {
            return KIND;
          }

          @Override
          public JsonNode run(TaskContext context) {
            return json("{}");
          }

          @Override
          public void abandon(AbandonedRun run) {
            settle.accept(run);
          }
        });
    return made;
  }

  private static JsonNode json(String text) {
    return Json.parse(text);
  }
}
