package io.boathouse.serving.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.NoModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ScaledModelTest {
  private static final Duration ANY = Duration.ofNanos(1);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Runnable> started = new ArrayList<>();

  private static MemoryBudget.Use use(String endpoint, long bytes) {
    return new MemoryBudget.Use(
        new Securable(
            UUID.nameUUIDFromBytes(endpoint.getBytes(StandardCharsets.UTF_8)),
            SecurableType.SERVING_ENDPOINT,
            FullName.verbatim(endpoint),
            Optional.empty(),
            List.of(),
            "ann",
            Optional.empty(),
            Map.of(),
            Instant.EPOCH,
            "ann",
            Instant.EPOCH,
            "ann"),
        1,
        "only",
        "main.default." + endpoint + " version 1",
        bytes);
  }

  private static final class Silent implements ScaledModel.Watcher {
    private final List<String> told = new ArrayList<>();

    @Override
    public void unloaded(String why, long bytes) {
      told.add("unloaded");
    }

    @Override
    public void woke(Duration took, long bytes) {
      told.add("woke");
    }

    @Override
    public void failed(RuntimeException failure) {
      told.add("failed");
    }
  }

  private static MemoryBudget.Reservation reserve(Residency residency, MemoryBudget.Use use) {
    return residency.reserve(use, other -> false, Residency.Room.IDLE);
  }

  /** One whose loads wait in {@link #started} until the test runs them. */
  private ScaledModel model(Residency residency, String name, long bytes, Silent watcher) {
    ScaledModel.Source source =
        () -> new ScaledModel.Resident(new NoModel(), reserve(residency, use(name, bytes)));
    return new ScaledModel(
        name, source.load(), source, watcher, new ScaledModel.Terms(residency, true, started::add));
  }

  private Residency residency(long bytes, int waiting) {
    return new Residency(new MemoryBudget(bytes, meters), new ScaleToZero(ANY, waiting));
  }

  private static LakeException failure(CompletableFuture<?> future) {
    ExecutionException failed =
        catchThrowableOfType(ExecutionException.class, () -> future.get(5, TimeUnit.SECONDS));
    Throwable cause = failed.getCause();
    return (LakeException) cause;
  }

  @Test
  void twoThatAskAtOnceNeverGetTheSameBytes() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed " + seed);
    var budget = new MemoryBudget(1000, meters);
    var most = new AtomicLong();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        var random = new Random(seed + i);
        String name = "e" + i;
        all.add(
            threads.submit(
                () -> {
                  for (int turn = 0; turn < 2000; turn++) {
                    Optional<MemoryBudget.Reservation> got =
                        budget.reserve(use(name, 1 + random.nextInt(400)));
                    most.accumulateAndGet(
                        budget.usage().uses().stream().mapToLong(MemoryBudget.Use::bytes).sum(),
                        Math::max);
                    got.ifPresent(MemoryBudget.Reservation::close);
                    got.ifPresent(MemoryBudget.Reservation::close);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(most.get()).isBetween(1L, 1000L);
    assertThat(budget.usage().used()).isZero();
  }

  @Test
  void howeverManyAskItIsLoadedOnce() {
    Residency residency = residency(100, 8);
    Silent watcher = new Silent();
    ScaledModel model = model(residency, "m", 60, watcher);
    assertThat(model.sleep(ANY)).isTrue();
    assertThat(residency.budget().usage().used()).isZero();
    List<CompletableFuture<Void>> places = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      places.add(model.wake());
    }
    assertThat(started).hasSize(1);
    assertThat(places).noneMatch(CompletableFuture::isDone);
    LakeException ninth = failure(model.wake());
    assertThat(ninth.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(ninth.details()).containsKey("retry_after");
    // A client that gave up leaves its place to another.
    places.getFirst().completeExceptionally(new IllegalStateException("too late"));
    CompletableFuture<Void> other = model.wake();
    assertThat(other).isNotDone();
    started.getFirst().run();
    assertThat(other).isCompleted();
    assertThat(places.subList(1, 8)).allMatch(place -> !place.isCompletedExceptionally());
    assertThat(model.isReady()).isTrue();
    assertThat(residency.budget().usage().used()).isEqualTo(60);
    assertThat(watcher.told).containsExactly("unloaded", "woke");
  }

  @Test
  void whatIsClosedWhileItIsLoadedGivesItsMemoryBack() {
    Residency residency = residency(100, 8);
    ScaledModel model = model(residency, "m", 60, new Silent());
    assertThat(model.sleep(ANY)).isTrue();
    CompletableFuture<Void> place = model.wake();
    model.close();
    started.getFirst().run();
    assertThat(place).isCompleted();
    assertThat(residency.budget().usage().used()).isZero();
    assertThat(failure(model.wake()).reason()).isEqualTo(ModelRuntime.UNLOADED);
  }

  @Test
  void aColdStartUnloadsTheLongestIdleAndNobodyInVain() {
    Residency residency = residency(100, 8);
    Silent watcher = new Silent();
    ScaledModel sleeper = model(residency, "sleeper", 60, watcher);
    assertThat(sleeper.sleep(ANY)).isTrue();
    ScaledModel older = model(residency, "older", 40, watcher);
    LockSupport.parkNanos(2_000_000);
    ScaledModel newer = model(residency, "newer", 40, watcher);
    CompletableFuture<Void> place = sleeper.wake();
    started.getFirst().run();
    assertThat(place).isCompleted();
    assertThat(older.state()).isEqualTo(ScaledModel.State.ASLEEP);
    assertThat(newer.isReady()).isTrue();
    // Nothing that can go makes room enough: nothing goes.
    LakeException refused =
        catchThrowableOfType(LakeException.class, () -> reserve(residency, use("big", 101)));
    assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refused.details())
        .containsEntry("needed", "101")
        .containsEntry("used", "100")
        .containsEntry("budget", "100");
    assertThat(refused.message()).contains("others: 2").doesNotContain("newer/only");
    assertThat(newer.isReady()).isTrue();
    assertThat(sleeper.isReady()).isTrue();
  }

  @Test
  void aColdStartThatFailsIsSaidToAllAndNotTriedAgainAtOnce() {
    Residency residency = residency(100, 8);
    Silent watcher = new Silent();
    ScaledModel sleeper = model(residency, "sleeper", 60, watcher);
    assertThat(sleeper.sleep(ANY)).isTrue();
    MemoryBudget.Reservation other = residency.budget().reserve(use("other", 50)).orElseThrow();
    CompletableFuture<Void> first = sleeper.wake();
    CompletableFuture<Void> second = sleeper.wake();
    started.getFirst().run();
    assertThat(failure(first).reason()).isEqualTo(MemoryBudget.EXCEEDED);
    assertThat(failure(second).reason()).isEqualTo(MemoryBudget.EXCEEDED);
    assertThat(failure(sleeper.wake()).reason()).isEqualTo(MemoryBudget.EXCEEDED);
    assertThat(started).hasSize(1);
    assertThat(watcher.told).containsExactly("unloaded", "failed");
    other.close();
  }

  @Test
  void whatWasUnloadedByHandIsLoadedByHand() {
    Residency residency = residency(100, 8);
    ScaledModel model = model(residency, "m", 60, new Silent());
    assertThat(model.park("by hand")).isTrue();
    assertThat(failure(model.wake()).reason()).isEqualTo("MODEL_NOT_LOADED");
    model.unpark();
    CompletableFuture<Void> place = model.wake();
    started.getFirst().run();
    assertThat(place).isCompleted();
    assertThat(model.isReady()).isTrue();
  }

  @Test
  void sleepingAndWakingAtOnceNeverLosesOrDoublesBytes() throws Exception {
    Residency residency = residency(100, 64);
    var gate = new Semaphore(0);
    try (var threads = Executors.newCachedThreadPool()) {
      ScaledModel.Source source =
          () -> new ScaledModel.Resident(new NoModel(), reserve(residency, use("m", 60)));
      var model =
          new ScaledModel(
              "m",
              source.load(),
              source,
              new Silent(),
              new ScaledModel.Terms(residency, true, threads));
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        boolean sleeps = i % 2 == 0;
        all.add(
            threads.submit(
                () -> {
                  gate.acquireUninterruptibly();
                  for (int turn = 0; turn < 500; turn++) {
                    if (sleeps) {
                      boolean unused = model.sleep(ANY);
                    } else {
                      model.wake().join();
                    }
                    assertThat(residency.budget().usage().used()).isIn(0L, 60L);
                  }
                }));
      }
      gate.release(4);
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
      model.wake().join();
      assertThat(residency.budget().usage().used()).isEqualTo(60);
      model.close();
      assertThat(residency.budget().usage().used()).isZero();
    }
  }
}
