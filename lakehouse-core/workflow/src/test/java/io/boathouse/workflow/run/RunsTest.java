package io.boathouse.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.CatalogModule;
import io.boathouse.catalog.identity.NewPrincipal;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.workflow.WorkflowModule;
import io.boathouse.workflow.run.RunService.Submission;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs from submission to end on a real database: retry, cancel, and workers that die. */
@Timeout(60)
class RunsTest {
  private static final Duration LEASE = Duration.ofMillis(800);
  private static final Duration BACKOFF = Duration.ofMillis(200);
  private static final WorkflowConfig CONFIG =
      new WorkflowConfig(3, 50, 3, BACKOFF, LEASE, Duration.ofMillis(50));

  @TempDir Path folder;
  private WorkflowConfig config = CONFIG;
  private TestDatabase database;
  private LocalFileStore store;
  private CatalogModule catalog;
  private Caller admin;
  private final List<WorkflowModule> opened = new ArrayList<>();

  @BeforeEach
  void open() {
    database = TestDatabase.create("catalog");
    store = new LocalFileStore(folder);
    catalog = new CatalogModule(database.database(), store, InstantSource.system());
    catalog.bootstrap().start();
    Caller system = catalog.systemCallers().system("test");
    admin = caller(catalog.principals().find(system, "admin").orElseThrow());
  }

  @AfterEach
  void close() {
    opened.forEach(WorkflowModule::close);
    catalog.close();
    store.close();
    database.close();
  }

  @Test
  void aRunKeepsItsProgressAndItsResult() {
    RunService runs =
        started(
                task(
                    "greet",
                    context -> {
                      context.progress("think", 1, 2);
                      return json("{\"hello\":\"" + context.caller().principal() + "\"}");
                    }))
            .runs();
    Run ended = awaited(runs, submit(runs, "greet", "{}"), run -> run.state().ended());
    assertThat(ended.state()).isEqualTo(new RunState.Succeeded());
    assertThat(ended.result()).contains(json("{\"hello\":\"admin\"}"));
    assertThat(ended.progress().path("phase").asText()).isEqualTo("think");
    assertThat(ended.attempt()).isEqualTo(1);
  }

  @Test
  void whatMayPassIsTriedAgainAfterABackoffThatDoubles() {
    List<Instant> begun = new CopyOnWriteArrayList<>();
    RunService runs =
        started(
                task(
                    "flaky",
                    context -> {
                      begun.add(Instant.now());
                      if (context.attempt() < 3) {
                        throw failure(ErrorCode.UNAVAILABLE);
                      }
                      return json("{}");
                    }))
            .runs();
    Run ended = awaited(runs, submit(runs, "flaky", "{}"), run -> run.state().ended());
    assertThat(ended.state()).isEqualTo(new RunState.Succeeded());
    assertThat(ended.attempt()).isEqualTo(3);
    assertThat(Duration.between(begun.get(0), begun.get(1))).isGreaterThanOrEqualTo(BACKOFF);
    assertThat(Duration.between(begun.get(1), begun.get(2)))
        .isGreaterThanOrEqualTo(BACKOFF.multipliedBy(2));
  }

  @Test
  void whatCannotPassIsTriedOnce() {
    RunService runs =
        started(
                task(
                    "wrong",
                    context -> {
                      throw failure(ErrorCode.INVALID_ARGUMENT);
                    }))
            .runs();
    Run ended = awaited(runs, submit(runs, "wrong", "{}"), run -> run.state().ended());
    assertThat(ended.state()).isEqualTo(new RunState.Failed("INVALID_ARGUMENT", "on purpose"));
    assertThat(ended.attempt()).isEqualTo(1);
  }

  @Test
  void aDefectOfATaskTellsNothingOfItsInside() {
    RunService runs =
        started(
                task(
                    "broken",
                    context -> {
                      throw new IllegalStateException("secret");
                    }))
            .runs();
    Run ended = awaited(runs, submit(runs, "broken", "{}"), run -> run.state().ended());
    assertThat(ended.state()).isInstanceOf(RunState.Failed.class);
    assertThat(ended.state().toString()).contains("INTERNAL").doesNotContain("secret");
  }

  @Test
  void aRunningRunIsCancelledOnceAndMayCleanUpUndisturbed() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean cleaned = new AtomicBoolean();
    RunService runs =
        started(
                task(
                    "long",
                    context -> {
                      begun.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        // Longer than the worker takes to look at its runs again.
                        boolean disturbed =
                            new CountDownLatch(1).await(1500, TimeUnit.MILLISECONDS);
                        cleaned.set(!disturbed);
                      }
                      return json("{}");
                    }))
            .runs();
    UUID id = submit(runs, "long", "{}");
    awaitQuietly(begun);
    runs.cancel(admin, id);
    Run ended = awaited(runs, id, run -> run.state().ended());
    assertThat(ended.state()).isEqualTo(new RunState.Canceled());
    assertThat(cleaned).isTrue();
  }

  /** Its end could not be told, for the thread was still interrupted, so it lasted a lease more. */
  @Test
  void aRunThatBreaksOfBeingInterruptedIsCancelledAtOnce() {
    config = new WorkflowConfig(3, 50, 3, BACKOFF, Duration.ofMinutes(10), Duration.ofMillis(50));
    CountDownLatch begun = new CountDownLatch(1);
    RunService runs =
        started(
                task(
                    "broken",
                    context -> {
                      begun.countDown();
                      while (!Thread.currentThread().isInterrupted()) {
                        LockSupport.parkNanos(1_000_000);
                      }
                      throw new IllegalStateException("the connection was closed by it");
                    }))
            .runs();
    UUID id = submit(runs, "broken", "{}");
    awaitQuietly(begun);
    runs.cancel(admin, id);
    assertThat(awaited(runs, id, run -> run.state().ended()).state())
        .isEqualTo(new RunState.Canceled());
  }

  @Test
  void aQueuedRunIsCancelledWithoutBeginning() {
    RunService runs = module().runs();
    UUID id = submit(runs, "none", "{}");
    assertThat(runs.cancel(admin, id).state()).isEqualTo(new RunState.Canceled());
    assertThat(runs.cancel(admin, id).state()).isEqualTo(new RunState.Canceled());
    assertThat(runs.claim("worker", List.of("none"), run -> {})).isEmpty();
  }

  @Test
  void aKindHasItsOwnLimitAndDoesNotHoldUpOthers() {
    CountDownLatch release = new CountDownLatch(1);
    List<UUID> begun = new CopyOnWriteArrayList<>();
    TaskRunner narrow =
        new TaskRunner() {
          @Override
          public String kind() {
            return "narrow";
          }

          @Override
          public int maxRunning() {
            return 1;
          }

          @Override
          public JsonNode run(TaskContext context) throws Exception {
            begun.add(context.runId());
            release.await();
            return json("{}");
          }
        };
    RunService runs = started(narrow, task("quick", context -> json("{}"))).runs();
    UUID first = submit(runs, "narrow", "{}");
    UUID second = submit(runs, "narrow", "{}");
    UUID other = submit(runs, "quick", "{}");
    assertThat(awaited(runs, other, run -> run.state().ended()).state())
        .isEqualTo(new RunState.Succeeded());
    assertThat(begun).containsExactly(first);
    assertThat(runs.get(admin, second).state()).isInstanceOf(RunState.Queued.class);
    release.countDown();
    awaited(runs, second, run -> run.state().ended());
    assertThat(begun).containsExactly(first, second);
  }

  /**
   * A worker dies at a random place between its claim and the end of its run; whatever it had
   * committed by then is there for the next, and the effect is there once.
   */
  @Test
  void aWorkerThatDiesAnywhereIsFollowedByOneThatFinishes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<UUID, Integer> effects = new ConcurrentHashMap<>();
    Map<UUID, String> seen = new ConcurrentHashMap<>();
    WorkflowModule module = module();
    module.register(
        task(
            "count",
            context -> {
              seen.put(context.runId(), context.lastCheckpoint().path("at").asText("none"));
              effects.put(context.runId(), 1);
              return json("{}");
            }));
    RunService runs = module.runs();
    // A minute ago, so that its leases have ended for everybody else.
    InstantSource then =
        InstantSource.fixed(Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.MILLIS));
    WorkflowModule gone = module(then);
    gone.register(task("count", context -> json("{}")));
    RunService dead = gone.runs();
    Map<UUID, Integer> diedAt = new HashMap<>();
    for (int i = 0; i < 12; i++) {
      UUID id = submit(dead, "count", "{}");
      int place = random.nextInt(4);
      diedAt.put(id, place);
      Run claimed = dead.claim("dead", List.of("count"), run -> {}).orElseThrow();
      assertThat(claimed.id()).isEqualTo(id);
      if (place >= 1) {
        assertThat(dead.checkpoint(id, "dead", json("{\"at\":" + place + "}"))).isTrue();
      }
      if (place >= 2) {
        effects.put(id, 1);
      }
      if (place >= 3) {
        dead.progress(id, "dead", json("{\"phase\":\"nearly\"}"));
      }
    }
    module.start();
    diedAt.forEach(
        (id, place) -> {
          Run ended = awaited(runs, id, run -> run.state().ended());
          assertThat(ended.state()).as("seed %d", seed).isEqualTo(new RunState.Succeeded());
          assertThat(ended.attempt()).as("seed %d", seed).isEqualTo(2);
          assertThat(seen.get(id))
              .as("seed %d", seed)
              .isEqualTo(place >= 1 ? Integer.toString(place) : "none");
          assertThat(effects).as("seed %d", seed).containsEntry(id, 1);
          assertThat(runs.succeed(id, "dead", json("{\"late\":true}"))).isEmpty();
          assertThat(runs.checkpoint(id, "dead", json("{\"late\":true}"))).isFalse();
          assertThat(runs.get(admin, id).result()).contains(json("{}"));
        });
  }

  @Test
  void aRunWhoseWorkersAllDieFailsAfterItsLastAttempt() {
    WorkflowModule module = module();
    RunService runs = module.runs();
    UUID id = submit(runs, "deadly", "{}");
    for (int attempt = 1; attempt <= CONFIG.maxAttempts(); attempt++) {
      Run claimed = claimed(runs, "dead" + attempt);
      assertThat(claimed.attempt()).isEqualTo(attempt);
    }
    Run ended = claimed(runs, "next");
    assertThat(ended.id()).isEqualTo(id);
    assertThat(ended.state()).isInstanceOf(RunState.Failed.class);
  }

  @Test
  void aStoppedServerGivesItsRunsBackAndTheNextOneGoesOn() {
    CountDownLatch begun = new CountDownLatch(1);
    WorkflowModule first =
        started(
            task(
                "resumed",
                context -> {
                  context.checkpoint(json("{\"half\":true}"));
                  begun.countDown();
                  new CountDownLatch(1).await();
                  return json("{}");
                }));
    UUID id = submit(first.runs(), "resumed", "{}");
    awaitQuietly(begun);
    first.close();
    Run given = first.runs().get(admin, id);
    assertThat(given.state()).isInstanceOf(RunState.Queued.class);
    assertThat(given.attempt()).isZero();
    RunService runs = started(task("resumed", TaskContext::lastCheckpoint)).runs();
    Run ended = awaited(runs, id, run -> run.state().ended());
    assertThat(ended.result()).contains(json("{\"half\":true}"));
  }

  @Test
  void aKeyGivesTheFirstRunAgainAndRefusesOtherParameters() {
    RunService runs = module().runs();
    UUID id = keyed(runs, Json.mapper().createObjectNode().put("seed", 42L)).id();
    assertThat(keyed(runs, json("{\"seed\":42}")).id()).isEqualTo(id);
    assertThatThrownBy(() -> keyed(runs, json("{\"seed\":43}")))
        .isInstanceOfSatisfying(
            LakeException.class, e -> assertThat(e.reason()).isEqualTo("IDEMPOTENCY_KEY_REUSED"));
  }

  @Test
  void aRunIsSeenByWhoSubmittedItAndByAdministrators() {
    RunService runs = module().runs();
    Caller carl = caller(catalog.principals().create(admin, NewPrincipal.user("carl")));
    UUID own = runs.submit(carl, new Submission("none", json("{}"), Optional.empty())).id();
    UUID others = submit(runs, "none", "{}");
    assertThat(runs.list(carl, 0, 10)).extracting(Run::id).containsExactly(own);
    assertThat(runs.list(admin, 0, 10)).extracting(Run::id).containsExactlyInAnyOrder(own, others);
    assertThat(runs.list(admin, Optional.of("other"), 0, 10)).isEmpty();
    assertThatThrownBy(() -> runs.get(carl, others)).isInstanceOf(LakeException.class);
    assertThatThrownBy(() -> runs.cancel(carl, others)).isInstanceOf(LakeException.class);
  }

  private Run keyed(RunService runs, JsonNode parameters) {
    return runs.submit(admin, new Submission("none", parameters, Optional.of("key")));
  }

  private static Run claimed(RunService runs, String worker) {
    Instant end = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(end)) {
      Optional<Run> claimed = runs.claim(worker, List.of("deadly"), run -> {});
      if (claimed.isPresent()) {
        return claimed.get();
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("no lease ended");
  }

  /** A workflow whose workers do not run yet. */
  private WorkflowModule module() {
    return module(InstantSource.system());
  }

  private WorkflowModule module(InstantSource clock) {
    WorkflowModule module =
        new WorkflowModule(
            database.dataSource(),
            database.database(),
            catalog.authorizer(),
            clock,
            config,
            catalog.systemCallers()::inNameOf);
    module.register(task("none", context -> json("{}")));
    module.register(task("deadly", context -> json("{}")));
    opened.add(module);
    return module;
  }

  private WorkflowModule started(TaskRunner... runners) {
    WorkflowModule module = module();
    List.of(runners).forEach(module::register);
    module.start();
    return module;
  }

  private static TaskRunner task(String kind, TestTask.Work work) {
    return new TestTask(kind, work);
  }

  private UUID submit(RunService runs, String kind, String parameters) {
    return runs.submit(admin, new Submission(kind, json(parameters), Optional.empty())).id();
  }

  private Run awaited(RunService runs, UUID id, Predicate<Run> until) {
    Instant end = Instant.now().plusSeconds(30);
    while (true) {
      Run run = runs.get(admin, id);
      if (until.test(run)) {
        return run;
      }
      assertThat(Instant.now()).as(run.toString()).isBefore(end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static LakeException failure(ErrorCode code) {
    return new LakeException(code, "ON_PURPOSE", "on purpose", Map.of());
  }

  private static JsonNode json(String text) {
    return Json.parse(text);
  }

  private Caller caller(Principal principal) {
    return catalog.systemCallers().inNameOf(principal.id());
  }
}
