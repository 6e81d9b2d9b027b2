package io.boathouse.serving.inference;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.runtime.ModelRuntime;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Answers requests with loaded models: assemble, score, word, keep. It burns CPU and never makes
 * its caller wait; thread-safe.
 */
public final class Predictor {
  private final RoutingTable routing;
  private final Executor waiting;

  /**
   * @param waiting where features are waited for that are kept elsewhere
   */
  public Predictor(RoutingTable routing, Executor waiting) {
    this.routing = routing;
    this.waiting = waiting;
  }

  /** A protocol's way from a body to a model's inputs, and from its outputs to a reply. */
  @FunctionalInterface
  public interface Scoring {
    Prepared prepare(LiveEntity entity, byte[] body);
  }

  /**
   * What a protocol made of a request.
   *
   * @param features the vectors that the model saw, as JSON
   */
  public record Scored(
      ReplyBody reply, Optional<String> clientRequestId, Optional<String> features) {}

  /**
   * Answers in MLflow's protocol.
   *
   * @param endpoint as it was when the request was admitted
   * @param entityName empty for the one whose turn it is
   */
  public CompletableFuture<Answered> invoke(
      LiveEndpoint endpoint, Optional<String> entityName, Asked asked) {
    return answer(endpoint, entityName, asked, Predictor::invoked);
  }

  /**
   * Answers in any protocol; the row of the inference table is the same. What comes back is mostly
   * complete already; if not, it will be completed by whoever scores it.
   */
  public CompletableFuture<Answered> answer(
      LiveEndpoint endpoint, Optional<String> entityName, Asked asked, Scoring scoring) {
    try {
      endpoint.enter(asked.requester());
    } catch (LakeException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Answered> answer = attempt(endpoint, entityName, asked, scoring);
    if (answer.isDone() && !answer.isCompletedExceptionally()) {
      endpoint.leave();
      return answer;
    }
    return answer
        .exceptionallyCompose(e -> again(endpoint, e, entityName, asked, scoring))
        .whenComplete((answered, failure) -> endpoint.leave());
  }

  private CompletableFuture<Answered> attempt(
      LiveEndpoint endpoint, Optional<String> entityName, Asked asked, Scoring scoring) {
    try {
      return Attempt.begin(endpoint, entityName, asked, scoring, waiting).run();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A new configuration may take over between the choice of the model and its score. */
  private CompletableFuture<Answered> again(
      LiveEndpoint endpoint,
      Throwable failure,
      Optional<String> entityName,
      Asked asked,
      Scoring scoring) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    Optional<LiveEndpoint> newer = routing.find(endpoint.name());
    if (cause instanceof LakeException known
        && known.reason().equals(ModelRuntime.UNLOADED)
        && newer.isPresent()) {
      return attempt(newer.get(), entityName, asked, scoring);
    }
    return CompletableFuture.failedFuture(cause == null ? failure : cause);
  }

  private static Prepared invoked(LiveEntity entity, byte[] bytes) {
    return entity.inputs().prepare(InvocationBody.parse(bytes));
  }
}
