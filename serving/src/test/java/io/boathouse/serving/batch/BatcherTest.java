package io.boathouse.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.Datatype;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.OnnxModels;
import io.boathouse.serving.runtime.OnnxRuntime;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.runtime.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BatcherTest {
  private final Pool pool = new Pool();

  /** Runs a task when the test says so. */
  private static final class Pool implements java.util.concurrent.Executor {
    final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void run(int index) {
      tasks.remove(index).run();
    }

    void runAll() {
      while (!tasks.isEmpty()) {
        run(0);
      }
    }
  }

  /** Doubles, remembers how many rows each batch had, and takes no negative number. */
  private static final class Doubling implements ModelRuntime {
    final List<Integer> batches = new ArrayList<>();

    @Override
    public String platform() {
      return "test";
    }

    @Override
    public List<TensorSpec> inputs() {
      return List.of(new TensorSpec("x", Datatype.FP32, List.of(-1L, -1L)));
    }

    @Override
    public List<TensorSpec> outputs() {
      return List.of(new TensorSpec("y", Datatype.FP32, List.of(-1L, -1L)));
    }

    @Override
    public List<Tensor> infer(List<Tensor> inputs) {
      float[] values = ((float[]) inputs.getFirst().data()).clone();
      batches.add(Math.toIntExact(inputs.getFirst().shape().getFirst()));
      for (int i = 0; i < values.length; i++) {
        if (values[i] < 0) {
          throw new IllegalStateException("negative");
        }
        values[i] *= 2;
      }
      // Long enough that nobody takes it for a model that costs nothing.
      long until = System.nanoTime() + 150_000L * inputs.getFirst().shape().getFirst();
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      return List.of(new Tensor("y", Datatype.FP32, inputs.getFirst().shape(), values));
    }

    @Override
    public void close() {
      // Nothing to free.
    }
  }

  private static Tensor rows(int width, float... values) {
    return Tensor.matrix("x", values, values.length / width, width);
  }

  private Batcher batcher(ModelRuntime runtime, int maxRows, int queueRows, int parallel) {
    return new Batcher(
        "ep",
        runtime,
        Optional.of(new BatchLimits(maxRows, Duration.ZERO, queueRows)),
        new Batcher.Workers(pool, parallel));
  }

  private static CompletableFuture<Batcher.Answer> submit(Batcher batcher, Tensor input) {
    return batcher.submit(List.of(input), Call.PATIENT);
  }

  private static float[] values(CompletableFuture<Batcher.Answer> answer) {
    assertThat(answer).isCompleted();
    return (float[]) answer.join().outputs().getFirst().data();
  }

  private static LakeException failure(CompletableFuture<Batcher.Answer> answer) {
    CompletionException failed = catchThrowableOfType(CompletionException.class, answer::join);
    return (LakeException) failed.getCause();
  }

  @Property(tries = 200)
  void anyInterleavingGivesEachRequestItsOwnRowsAnswers(@ForAll long seed) {
    var random = new Random(seed);
    var runtime = new Doubling();
    Batcher batcher = batcher(runtime, 2 + random.nextInt(6), 10_000, 1 + random.nextInt(3));
    List<float[]> asked = new ArrayList<>();
    List<CompletableFuture<Batcher.Answer>> answers = new ArrayList<>();
    float next = 1;
    for (int step = 0; step < 30; step++) {
      if (!pool.tasks.isEmpty() && random.nextInt(3) == 0) {
        pool.run(random.nextInt(pool.tasks.size()));
        continue;
      }
      int width = 1 + random.nextInt(2);
      float[] values = new float[width * (1 + random.nextInt(3))];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(12) == 0 ? -next++ : next++;
      }
      asked.add(values.clone());
      answers.add(submit(batcher, rows(width, values)));
    }
    pool.runAll();
    for (int i = 0; i < asked.size(); i++) {
      boolean wrong = false;
      float[] doubled = new float[asked.get(i).length];
      for (int n = 0; n < doubled.length; n++) {
        doubled[n] = 2 * asked.get(i)[n];
        wrong |= doubled[n] < 0;
      }
      if (wrong) {
        assertThat(answers.get(i)).isCompletedExceptionally();
      } else {
        assertThat(values(answers.get(i))).containsExactly(doubled);
      }
    }
    assertThat(batcher.waiting()).isZero();
  }

  @Test
  void aLoneRequestIsBegunAtOnceAndThoseThatWaitMeanwhileAreJoined() {
    var runtime = new Doubling();
    Batcher batcher = batcher(runtime, 8, 100, 1);
    var first = submit(batcher, rows(1, 1));
    assertThat(pool.tasks).hasSize(1);
    pool.run(0);
    assertThat(values(first)).containsExactly(2);
    for (int i = 0; i < 5; i++) {
      var unused = submit(batcher, rows(1, i));
    }
    assertThat(pool.tasks).hasSize(1);
    pool.runAll();
    assertThat(runtime.batches).containsExactly(1, 5);
  }

  @Test
  void aModelThatTakesNextToNoTimeIsScoredByWhoeverAsks() {
    try (var runtime = OnnxRuntime.load("m", OnnxModels.linear(0, 1))) {
      Batcher batcher = batcher(runtime, 8, 100, 1);
      Tensor input = Tensor.matrix("input", new float[] {3}, 1, 1);
      boolean atOnce = false;
      for (int i = 0; i < 20_000 && !atOnce; i++) {
        atOnce = submit(batcher, input).isDone();
        pool.runAll();
      }
      assertThat(atOnce).isTrue();
      assertThat(pool.tasks).isEmpty();
    }
  }

  @Test
  void case62_aFullQueueRefusesAndSaysWhenToComeBack() {
    Batcher batcher = batcher(new Doubling(), 2, 3, 1);
    var first = submit(batcher, rows(1, 1, 2, 3));
    var refused = submit(batcher, rows(1, 4));
    assertThat(failure(refused).code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(failure(refused).details()).containsEntry("retry_after", "1");
    pool.runAll();
    assertThat(values(first)).containsExactly(2, 4, 6);
    assertThat(submit(batcher, rows(1, 4))).isNotCompletedExceptionally();
  }

  @Test
  void whatNobodyWaitsForIsNotScored() {
    var runtime = new Doubling();
    Batcher batcher = batcher(runtime, 8, 100, 1);
    var late = batcher.submit(List.of(rows(1, 1)), new Call(System.nanoTime() - 1, () -> false));
    var gone = batcher.submit(List.of(rows(1, 2)), new Call(Call.NEVER, () -> true));
    var kept = submit(batcher, rows(1, 3));
    pool.runAll();
    assertThat(failure(late).reason()).isEqualTo("REQUEST_TIMED_OUT");
    assertThat(failure(gone).reason()).isEqualTo("CLIENT_GONE");
    assertThat(values(kept)).containsExactly(6);
    assertThat(runtime.batches).containsExactly(1);
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItIsJoined() {
    Batcher batcher = batcher(new Doubling(), 8, 100, 1);
    var wrong =
        batcher.submit(
            List.of(new Tensor("x", Datatype.FP64, List.of(1L, 1L), new double[1])), Call.PATIENT);
    assertThat(failure(wrong).reason()).isEqualTo("WRONG_DATATYPE");
    assertThat(pool.tasks).isEmpty();
  }

  /** Seen to take half a minute without Stop in OnnxRuntime.infer. */
  @Test
  void case63_aModelSlowerThanTheDeadlineIsStoppedAndItsThreadIsFree() throws Exception {
    try (ExecutorService one = Executors.newSingleThreadExecutor();
        var runtime = OnnxRuntime.load("slow", OnnxModels.slow(128, 1500))) {
      var batcher = new Batcher("ep", runtime, Optional.empty(), new Batcher.Workers(one, 1));
      Tensor input = Tensor.matrix("input", new float[20_000 * 128], 20_000, 128);
      long began = System.nanoTime();
      var answer = batcher.submit(List.of(input), new Call(began + 200_000_000L, () -> false));
      assertThat(failure(answer).reason()).isEqualTo("REQUEST_TIMED_OUT");
      one.submit(() -> {}).get();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void aModelOfRowsOfOneSizeOnlyCannotBeBatched() {
    try (var runtime = OnnxRuntime.load("m", OnnxModels.fixed(4))) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> batcher(runtime, 8, 100, 1));
      assertThat(failure.reason()).isEqualTo("MODEL_NOT_BATCHABLE");
      assertThat(failure.message()).contains("input", "[4, 1]");
    }
  }
}
