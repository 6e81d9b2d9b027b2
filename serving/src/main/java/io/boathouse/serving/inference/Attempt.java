package io.boathouse.serving.inference;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.batch.BatchErrors;
import io.boathouse.serving.batch.Batcher;
import io.boathouse.serving.capture.CapturedPrediction;
import io.boathouse.serving.capture.InferenceTable;
import io.boathouse.serving.runtime.Tensor;
import io.boathouse.serving.scale.ScaledModel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request on its way through one entity. */
final class Attempt {
  private final LiveEndpoint.Choice choice;
  private final LiveEntity entity;
  private final Asked asked;
  private final Predictor.Scoring scoring;
  private final Executor waiting;
  private final Optional<InferenceTable> table;
  private final InferenceTable.Place place;
  private final AtomicBoolean settled = new AtomicBoolean();

  private Attempt(
      LiveEndpoint.Choice choice,
      LiveEntity entity,
      Asked asked,
      Predictor.Scoring scoring,
      Executor waiting) {
    this.choice = choice;
    this.entity = entity;
    this.asked = asked;
    this.scoring = scoring;
    this.waiting = waiting;
    this.table = choice.endpoint().capture();
    this.place =
        table
            .map(kept -> kept.reserve(asked.predictionId()))
            .orElse(InferenceTable.Place.SAMPLED_OUT);
  }

  /**
   * Chooses who answers and takes a place in the inference table.
   *
   * @param waiting where features are waited for that are kept elsewhere
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is no such entity;
   *     UNAVAILABLE if the inference table must have the row and has no room
   */
  static Attempt begin(
      LiveEndpoint endpoint,
      Optional<String> entityName,
      Asked asked,
      Predictor.Scoring scoring,
      Executor waiting) {
    LiveEndpoint.Choice choice =
        entityName.isPresent()
            ? new LiveEndpoint.Choice(endpoint, Optional.empty())
            : endpoint.choose(asked);
    LiveEntity entity =
        entityName.map(endpoint::entity).orElseGet(() -> choice.endpoint().next(asked));
    return new Attempt(choice, entity, asked, scoring, waiting);
  }

  /** Answers, now or later. */
  CompletableFuture<Answered> run() {
    Optional<ScaledModel> asleep = entity.scaled().filter(model -> !model.isReady());
    if (asleep.isPresent()) {
      return afterColdStart(asleep.get());
    }
    if (!entity.inputs().waits()) {
      return prepare();
    }
    var answered = new CompletableFuture<Answered>();
    try {
      waiting.execute(() -> relay(answered));
    } catch (RejectedExecutionException e) {
      failed(e);
      throw e;
    }
    return answered;
  }

  /** Waits for the model as long as the client does. */
  private CompletableFuture<Answered> afterColdStart(ScaledModel model) {
    var answered = new CompletableFuture<Answered>();
    CompletableFuture<Void> loaded = model.wake();
    if (!loaded.isDone() && asked.from().call().hasDeadline()) {
      CompletableFuture.delayedExecutor(
              asked.from().call().remaining(), TimeUnit.NANOSECONDS, Runnable::run)
          .execute(
              () -> loaded.completeExceptionally(BatchErrors.tooLate(choice.endpoint().name())));
    }
    var unused =
        loaded.whenComplete(
            (done, failure) -> {
              RuntimeException problem = failure == null ? null : known(failure);
              try {
                if (problem == null) {
                  waiting.execute(() -> relay(answered));
                }
              } catch (RejectedExecutionException e) {
                problem = e;
              }
              if (problem != null) {
                failed(problem);
                answered.completeExceptionally(problem);
              }
            });
    return answered;
  }

  private static RuntimeException known(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof RuntimeException found
        ? found
        : new IllegalStateException("not loaded", cause);
  }

  private void relay(CompletableFuture<Answered> answered) {
    try {
      var unused =
          prepare()
              .whenComplete(
                  (answer, failure) -> {
                    boolean unusedFirst =
                        failure == null
                            ? answered.complete(answer)
                            : answered.completeExceptionally(failure);
                  });
    } catch (RuntimeException e) {
      boolean unusedFirst = answered.completeExceptionally(e);
    }
  }

  private CompletableFuture<Answered> prepare() {
    try {
      long began = System.nanoTime();
      Prepared prepared = scoring.prepare(entity, asked.body());
      entity.meters().took(ServingMeters.Phase.LOOKUP, System.nanoTime() - began);
      return score(prepared);
    } catch (RuntimeException e) {
      failed(e);
      throw e;
    }
  }

  private CompletableFuture<Answered> score(Prepared prepared) {
    CompletableFuture<Batcher.Answer> scored =
        entity.batcher().submit(prepared.inputs(), asked.from().call());
    var result = new CompletableFuture<Answered>();
    var unused =
        scored.whenComplete((answer, failure) -> settle(result, prepared, answer, failure));
    if (!result.isDone() && asked.from().call().hasDeadline()) {
      CompletableFuture.delayedExecutor(
              asked.from().call().remaining(), TimeUnit.NANOSECONDS, Runnable::run)
          .execute(() -> expire(result));
    }
    return result;
  }

  /** Whoever comes first settles it: the model, or the deadline. */
  private void settle(
      CompletableFuture<Answered> result,
      Prepared prepared,
      Batcher.@Nullable Answer answer,
      @Nullable Throwable failure) {
    if (!settled.compareAndSet(false, true)) {
      return;
    }
    try {
      if (answer == null) {
        throw failure instanceof RuntimeException known
            ? known
            : new IllegalStateException("not scored", failure);
      }
      entity.meters().took(ServingMeters.Phase.QUEUE, answer.queueNanos());
      entity.meters().took(ServingMeters.Phase.SCORE, answer.scoreNanos());
      answer(result, prepared.wording().word(answer.outputs()), answer.outputs());
    } catch (RuntimeException e) {
      failed(e);
      result.completeExceptionally(e);
    }
  }

  private void expire(CompletableFuture<Answered> result) {
    if (settled.compareAndSet(false, true)) {
      LakeException late = BatchErrors.tooLate(choice.endpoint().name());
      failed(late);
      result.completeExceptionally(late);
    }
  }

  /** Answers when the row is kept, where it must be. */
  private void answer(
      CompletableFuture<Answered> result, Predictor.Scored scored, List<Tensor> outputs) {
    if (table.isEmpty() || place != InferenceTable.Place.KEPT) {
      table.ifPresent(counting -> counting.skip(place));
      answered(result, scored, outputs);
      return;
    }
    long began = System.nanoTime();
    var unused =
        table
            .get()
            .add(row(scored))
            .whenComplete(
                (kept, failure) -> {
                  entity.meters().took(ServingMeters.Phase.LOG, System.nanoTime() - began);
                  if (failure == null) {
                    answered(result, scored, outputs);
                  } else {
                    choice.outcomes().ifPresent(Outcomes::failed);
                    result.completeExceptionally(failure);
                  }
                });
  }

  private void answered(
      CompletableFuture<Answered> result, Predictor.Scored scored, List<Tensor> outputs) {
    choice.outcomes().ifPresent(noted -> noted.answered(System.nanoTime() - asked.beganNanos()));
    choice.endpoint().shadow().ifPresent(shadow -> shadow.offer(asked, scoring, outputs, waiting));
    result.complete(new Answered(entity, scored.reply()));
  }

  private void failed(RuntimeException failure) {
    table.ifPresent(reserved -> reserved.release(place));
    entity.log().failed(asked.predictionId(), failure);
    choice.outcomes().ifPresent(Outcomes::failed);
  }

  private CapturedPrediction row(Predictor.Scored scored) {
    LiveEndpoint endpoint = choice.endpoint();
    ReplyBody.Texts kept = scored.reply().kept(asked.body());
    return new CapturedPrediction(
        asked.predictionId(),
        scored.clientRequestId(),
        asked.time(),
        200,
        (System.nanoTime() - asked.beganNanos()) / 1_000_000,
        kept.request(),
        kept.response(),
        new CapturedPrediction.Origin(
            endpoint.name(),
            endpoint.configVersion(),
            entity.id(),
            entity.model().toString(),
            entity.version(),
            entity.runId(),
            entity.featureSpec()),
        asked.requester(),
        scored.features(),
        List.of());
  }
}
