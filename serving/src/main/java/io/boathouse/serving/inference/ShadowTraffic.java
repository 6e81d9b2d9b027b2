package io.boathouse.serving.inference;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.scale.ScaledModel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Asks another entity what was asked of the one that answered, afterwards and beside, and compares
 * what they say. Its answers go nowhere. When there is no room a copy is dropped and counted, so
 * that no request ever waits for it. Thread-safe.
 */
public final class ShadowTraffic {
  private static final int HUNDRED = 100;
  private static final int STRIDE = 37;
  private static final int AT_ONCE = 4;

  private final LiveEntity entity;
  private final int percentage;
  private final double tolerance;
  private final Executor compute;
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final AtomicInteger turn = new AtomicInteger();
  private final LongAdder same = new LongAdder();
  private final LongAdder different = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final DoubleAccumulator largest = new DoubleAccumulator(Math::max, 0);
  private volatile @Nullable String lastDifferent;

  /**
   * @param percentage how many requests of a hundred are copied
   * @param tolerance how far numbers may be apart, relative to the larger, and count as the same
   * @param compute where copies are scored
   */
  public ShadowTraffic(LiveEntity entity, int percentage, double tolerance, Executor compute) {
    this.entity = entity;
    this.percentage = percentage;
    this.tolerance = tolerance;
    this.compute = compute;
  }

  /**
   * What was compared since the configuration answers.
   *
   * @param largest the largest difference of two numbers, relative to the larger
   * @param lastDifferent the id of the newest prediction that was answered differently
   */
  public record Compared(
      long same,
      long different,
      long failed,
      long dropped,
      double largest,
      Optional<String> lastDifferent) {}

  public LiveEntity entity() {
    return entity;
  }

  public Compared compared() {
    return new Compared(
        same.sum(),
        different.sum(),
        failed.sum(),
        dropped.sum(),
        largest.get(),
        Optional.ofNullable(lastDifferent));
  }

  /**
   * Copies a request that was answered with these outputs, if it is its turn.
   *
   * @param waiting where features are waited for that are kept elsewhere
   */
  void offer(Asked asked, Predictor.Scoring scoring, List<Tensor> answered, Executor waiting) {
    if (Math.floorMod(turn.getAndIncrement() * STRIDE, HUNDRED) >= percentage) {
      return;
    }
    Optional<ScaledModel> asleep = entity.scaled().filter(model -> !model.isReady());
    asleep.ifPresent(
        model -> {
          var unused = model.wake(); // for a later request; this one waits for nothing
        });
    if (asleep.isPresent() || !room.tryAcquire()) {
      dropped.increment();
      return;
    }
    try {
      (entity.inputs().waits() ? waiting : compute)
          .execute(() -> compare(asked, scoring, answered));
    } catch (LakeException e) {
      room.release();
      dropped.increment();
    }
  }

  private void compare(Asked asked, Predictor.Scoring scoring, List<Tensor> answered) {
    try {
      List<Tensor> own = entity.runtime().infer(scoring.prepare(entity, asked.body()).inputs());
      double apart = apart(answered, own);
      largest.accumulate(apart);
      if (apart <= tolerance) {
        same.increment();
      } else {
        different.increment();
        lastDifferent = asked.predictionId();
      }
    } catch (RuntimeException e) {
      failed.increment();
      entity.log().failed(asked.predictionId(), e);
    } finally {
      room.release();
    }
  }

  /** 1 where shapes, texts or flags differ. */
  private static double apart(List<Tensor> answered, List<Tensor> own) {
    if (answered.size() != own.size()) {
      return 1;
    }
    double most = 0;
    for (int i = 0; i < own.size(); i++) {
      Tensor left = answered.get(i);
      Tensor right = own.get(i);
      if (!left.shape().equals(right.shape())) {
        return 1;
      }
      for (int n = 0; n < left.elements(); n++) {
        most = Math.max(most, apart(left, right, n));
      }
    }
    return most;
  }

  private static double apart(Tensor left, Tensor right, int index) {
    double a = left.number(index);
    double b = right.number(index);
    if (left.value(index).equals(right.value(index)) || a == b) {
      return 0;
    }
    if (Double.isNaN(a) || Double.isNaN(b) || Double.isInfinite(a) || Double.isInfinite(b)) {
      return 1;
    }
    return Math.min(1, Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)));
  }
}
