package io.boathouse.serving.inference;

import io.boathouse.platform.error.LakeException;
import io.boathouse.serving.capture.CapturedPrediction;
import io.boathouse.serving.capture.InferenceTable;
import io.boathouse.serving.runtime.ModelRuntime;
import io.boathouse.serving.runtime.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Answers requests with loaded models: assemble, score, word, keep. It burns CPU and never waits;
 * thread-safe.
 */
public final class Predictor {
  private final RoutingTable routing;

  public Predictor(RoutingTable routing) {
    this.routing = routing;
  }

  /** A protocol's way from a body to a reply. */
  @FunctionalInterface
  public interface Scoring {
    Scored score(LiveEntity entity, byte[] body);
  }

  /**
   * What a protocol made of a request.
   *
   * @param features the vectors that the model saw, as JSON
   */
  public record Scored(byte[] reply, Optional<String> clientRequestId, Optional<String> features) {}

  /**
   * Answers in MLflow's protocol.
   *
   * @param endpoint as it was when the request was admitted
   * @param entityName empty for the one whose turn it is
   */
  public Answered invoke(LiveEndpoint endpoint, Optional<String> entityName, Asked asked) {
    return answer(endpoint, entityName, asked, this::invoked);
  }

  /** Answers in any protocol; the row of the inference table is the same. */
  public Answered answer(
      LiveEndpoint endpoint, Optional<String> entityName, Asked asked, Scoring scoring) {
    endpoint.enter();
    try {
      return kept(endpoint, entityName, asked, scoring);
    } catch (LakeException e) {
      Optional<LiveEndpoint> newer = routing.find(endpoint.name());
      if (e.reason().equals(ModelRuntime.UNLOADED) && newer.isPresent()) {
        // A new configuration took over between the choice of the model and its score.
        return kept(newer.get(), entityName, asked, scoring);
      }
      throw e;
    } finally {
      endpoint.leave();
    }
  }

  private Answered kept(
      LiveEndpoint endpoint, Optional<String> entityName, Asked asked, Scoring scoring) {
    LiveEntity entity = entityName.map(endpoint::entity).orElseGet(endpoint::next);
    Optional<InferenceTable> table = endpoint.capture().filter(InferenceTable::reserve);
    if (table.isEmpty()) {
      return new Answered(entity, scored(entity, asked, scoring).reply());
    }
    boolean kept = false;
    try {
      Scored scored = scored(entity, asked, scoring);
      long began = System.nanoTime();
      table.get().add(row(endpoint, entity, asked, scored));
      kept = true;
      entity.meters().took(ServingMeters.Phase.LOG, System.nanoTime() - began);
      return new Answered(entity, scored.reply());
    } finally {
      if (!kept) {
        table.get().release();
      }
    }
  }

  private static Scored scored(LiveEntity entity, Asked asked, Scoring scoring) {
    try {
      return scoring.score(entity, asked.body());
    } catch (RuntimeException e) {
      entity.log().failed(asked.predictionId(), e);
      throw e;
    }
  }

  private static CapturedPrediction row(
      LiveEndpoint endpoint, LiveEntity entity, Asked asked, Scored scored) {
    return new CapturedPrediction(
        asked.predictionId(),
        scored.clientRequestId(),
        asked.time(),
        200,
        (System.nanoTime() - asked.beganNanos()) / 1_000_000,
        new String(asked.body(), StandardCharsets.UTF_8),
        new String(scored.reply(), StandardCharsets.UTF_8),
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

  private Scored invoked(LiveEntity entity, byte[] bytes) {
    long began = System.nanoTime();
    InvocationBody body = InvocationBody.parse(bytes);
    Assembled inputs = entity.inputs().assembler().assemble(body);
    entity.meters().took(ServingMeters.Phase.LOOKUP, System.nanoTime() - began);
    List<Tensor> outputs = score(entity, inputs.tensors());
    return new Scored(
        PredictionReply.of(outputs, inputs.rows()),
        body.clientRequestId(),
        inputs.vectors().map(PredictionReply::vectors));
  }

  /** Scores tensors, and notes how long it took. */
  public List<Tensor> score(LiveEntity entity, List<Tensor> inputs) {
    long began = System.nanoTime();
    List<Tensor> outputs = entity.runtime().infer(inputs);
    entity.meters().took(ServingMeters.Phase.SCORE, System.nanoTime() - began);
    return outputs;
  }
}
