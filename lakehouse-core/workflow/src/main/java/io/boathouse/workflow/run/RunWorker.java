package io.boathouse.workflow.run;

import static io.boathouse.platform.error.ErrorCode.OUTCOME_UNKNOWN;
import static io.boathouse.platform.error.ErrorCode.UNAVAILABLE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.workflow.task.AbandonedRun;
import io.boathouse.workflow.task.TaskContext;
import io.boathouse.workflow.task.TaskRunner;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes claimed runs on virtual threads and keeps their leases. It looks for work when told and
 * otherwise at every poll; a run whose worker fell silent is claimed here when its lease ends.
 */
final class RunWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunWorker.class);

  private final RunService runs;
  private final Map<String, TaskRunner> runners;
  private final Function<UUID, Caller> callers;
  private final WorkflowConfig config;
  private final InstantSource clock;
  private final String id = UUID.randomUUID().toString();
  private final Semaphore free;
  private final Semaphore bell = new Semaphore(0);
  private final Map<UUID, Thread> active = new ConcurrentHashMap<>();
  private final Set<UUID> told = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> running = new ConcurrentHashMap<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  RunWorker(
      RunService runs,
      Map<String, TaskRunner> runners,
      Function<UUID, Caller> callers,
      WorkflowConfig config,
      InstantSource clock) {
    this.runs = runs;
    this.runners = runners;
    this.callers = callers;
    this.config = config;
    this.clock = clock;
    this.free = new Semaphore(config.maxRunning());
  }

  void start() {
    executor.execute(this::claimUntilStopped);
    executor.execute(this::renewUntilStopped);
  }

  /** Looks for work now. */
  void wake() {
    bell.release();
  }

  /** Interrupts what runs and gives it back to the queue. */
  @Override
  public void close() {
    stopping.set(true);
    bell.release();
    active.values().forEach(Thread::interrupt);
    executor.shutdown();
    try {
      if (!executor.awaitTermination(20, TimeUnit.SECONDS)) {
        log.warn("{} runs did not stop in time; their leases will end", active.size());
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void claimUntilStopped() {
    while (!stopping.get()) {
      try {
        free.acquire();
        Optional<Run> claimed = claimQuietly();
        if (claimed.isPresent() && claimed.get().state() instanceof RunState.Running) {
          Run run = claimed.get();
          var unused = running.merge(run.kind(), 1, Integer::sum);
          executor.execute(() -> execute(run));
          continue;
        }
        free.release();
        if (claimed.isEmpty()) {
          boolean told = bell.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
          if (told) {
            bell.drainPermits();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Optional<Run> claimQuietly() {
    List<String> kinds = claimable();
    try {
      return runs.claim(id, kinds, this::abandon);
    } catch (RuntimeException e) {
      log.warn("Looking for runs failed, or ending one; trying without what its task does then", e);
    }
    try {
      return runs.claim(id, kinds, run -> {});
    } catch (RuntimeException e) {
      log.warn("Looking for runs failed; trying again at the next poll", e);
      return Optional.empty();
    }
  }

  /** Lets the task settle what the dead worker of a run left open. */
  private void abandon(Run run) {
    TaskRunner runner = runners.get(run.kind());
    boolean cancelled =
        run.state() instanceof RunState.Running running && running.cancelRequested();
    log.info("Run {} ({}) ends without its worker; cancelled: {}", run.id(), run.kind(), cancelled);
    if (runner != null) {
      runner.abandon(
          new AbandonedRun(
              run.id(),
              callers.apply(run.submittedBy()),
              run.parameters(),
              run.checkpoint(),
              cancelled));
    }
  }

  /** The kinds of which this worker may execute one more. */
  private List<String> claimable() {
    return runners.values().stream()
        .filter(runner -> running.getOrDefault(runner.kind(), 0) < runner.maxRunning())
        .map(TaskRunner::kind)
        .toList();
  }

  private void execute(Run run) {
    active.put(run.id(), Thread.currentThread());
    try {
      if (stopping.get()) {
        runs.apply(run.id(), new RunEvent.Released(id, clock.instant()));
        return;
      }
      log.info("Run {} ({}) begins attempt {}", run.id(), run.kind(), run.attempt());
      TaskRunner runner = runners.get(run.kind());
      if (runner == null) {
        throw RunErrors.unknownKind(run.kind(), runners.keySet());
      }
      JsonNode result = runner.run(new Context(run, callers.apply(run.submittedBy())));
      runs.succeed(run.id(), id, result);
      log.info("Run {} ({}) succeeded", run.id(), run.kind());
    } catch (InterruptedException e) {
      stopped(run);
    } catch (Exception e) {
      broke(run, e);
    } finally {
      active.remove(run.id());
      told.remove(run.id());
      var unused = running.merge(run.kind(), -1, Integer::sum);
      free.release();
      bell.release();
    }
  }

  private void stopped(Run run) {
    RunEvent event =
        stopping.get() ? new RunEvent.Released(id, clock.instant()) : new RunEvent.Stopped(id);
    log.info("Run {} ({}) stopped: {}", run.id(), run.kind(), event.getClass().getSimpleName());
    reported(run, event);
  }

  private void broke(Run run, Exception failure) {
    if (stopping.get()) {
      stopped(run);
      return;
    }
    RunEvent.Broke event =
        failure instanceof LakeException lake
            ? new RunEvent.Broke(
                id,
                lake.code().name(),
                lake.message(),
                lake.code() == UNAVAILABLE || lake.code() == OUTCOME_UNKNOWN,
                clock.instant())
            : new RunEvent.Broke(
                id,
                "INTERNAL",
                "The task failed by a defect of the server. Its log tells more under run id "
                    + run.id()
                    + ".",
                false,
                clock.instant());
    log.warn("Run {} ({}) failed in attempt {}", run.id(), run.kind(), run.attempt(), failure);
    reported(run, event);
  }

  private void reported(Run run, RunEvent event) {
    // A task that broke of being interrupted leaves the thread so, and no query runs on such a one.
    boolean unused = Thread.interrupted();
    try {
      runs.apply(run.id(), event);
    } catch (RuntimeException e) {
      log.warn("The end of run {} could not be kept; its lease will end", run.id(), e);
    }
  }

  /** Keeps leases, and tells cancelled or lost runs to stop. */
  private void renewUntilStopped() {
    long everyMillis = Math.max(50, config.lease().toMillis() / 4);
    Semaphore never = new Semaphore(0);
    while (!stopping.get()) {
      try {
        long wait = Math.min(everyMillis, 500);
        if (never.tryAcquire(wait, TimeUnit.MILLISECONDS)) {
          return;
        }
        active.forEach(this::renew);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void renew(UUID runId, Thread thread) {
    try {
      Optional<Run> renewed =
          runs.apply(runId, new RunEvent.Renewed(id, clock.instant().plus(config.lease())));
      boolean stop =
          renewed.isEmpty()
              || (renewed.get().state() instanceof RunState.Running running
                  && running.cancelRequested());
      // Once: a task that cleans up after itself is not disturbed in it.
      if (stop && active.containsKey(runId) && told.add(runId)) {
        thread.interrupt();
      }
    } catch (RuntimeException e) {
      log.warn("The lease of run {} could not be renewed", runId, e);
    }
  }

  /** The runner's view of one run. */
  private final class Context implements TaskContext {
    private final Run run;
    private final Caller caller;

    Context(Run run, Caller caller) {
      this.run = run;
      this.caller = caller;
    }

    @Override
    public UUID runId() {
      return run.id();
    }

    @Override
    public Caller caller() {
      return caller;
    }

    @Override
    public JsonNode parameters() {
      return run.parameters();
    }

    @Override
    public int attempt() {
      return run.attempt();
    }

    @Override
    public JsonNode lastCheckpoint() {
      return run.checkpoint();
    }

    @Override
    public void checkpoint(JsonNode value) {
      if (!runs.checkpoint(run.id(), id, value)) {
        throw RunErrors.lost(run.id());
      }
    }

    @Override
    public void progress(String phase, long done, long total) {
      ObjectNode progress = Json.mapper().createObjectNode();
      progress.put("phase", phase).put("done", done).put("total", total);
      runs.progress(run.id(), id, progress);
    }
  }
}
