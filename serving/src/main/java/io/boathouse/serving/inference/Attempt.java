package io.boathouse.serving.inference;

import io.boathouse.serving.capture.CapturedPrediction;
import io.boathouse.serving.capture.InferenceTable;
import io.boathouse.serving.runtime.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One request on its way through one entity. */
final class Attempt {
  private final LiveEndpoint.Choice choice;
  private final LiveEntity entity;
  private final Asked asked;
  private final Predictor.Scoring scoring;
  private final Optional<InferenceTable> table;

  private Attempt(
      LiveEndpoint.Choice choice, LiveEntity entity, Asked asked, Predictor.Scoring scoring) {
    this.choice = choice;
    this.entity = entity;
    this.asked = asked;
    this.scoring = scoring;
    this.table = choice.endpoint().capture().filter(InferenceTable::reserve);
  }

  /**
   * Chooses who answers and takes a place in the inference table.
   *
   * @throws io.boathouse.platform.error.LakeException NOT_FOUND if there is no such entity;
   *     RATE_LIMITED if the inference table must have the row and has no room
   */
  static Attempt begin(
      LiveEndpoint endpoint, Optional<String> entityName, Asked asked, Predictor.Scoring scoring) {
    LiveEndpoint.Choice choice =
        entityName.isPresent()
            ? new LiveEndpoint.Choice(endpoint, Optional.empty())
            : endpoint.choose(asked);
    LiveEntity entity =
        entityName.map(endpoint::entity).orElseGet(() -> choice.endpoint().next(asked));
    return new Attempt(choice, entity, asked, scoring);
  }

  CompletableFuture<Answered> run() {
    try {
      long began = System.nanoTime();
      Prepared prepared = scoring.prepare(entity, asked.body());
      entity.meters().took(ServingMeters.Phase.LOOKUP, System.nanoTime() - began);
      began = System.nanoTime();
      List<Tensor> outputs = entity.runtime().infer(prepared.inputs());
      entity.meters().took(ServingMeters.Phase.SCORE, System.nanoTime() - began);
      return CompletableFuture.completedFuture(answered(prepared, outputs));
    } catch (RuntimeException e) {
      failed(e);
      throw e;
    }
  }

  private Answered answered(Prepared prepared, List<Tensor> outputs) {
    Predictor.Scored scored = prepared.wording().word(outputs);
    if (table.isPresent()) {
      long began = System.nanoTime();
      table.get().add(row(scored));
      entity.meters().took(ServingMeters.Phase.LOG, System.nanoTime() - began);
    }
    choice.outcomes().ifPresent(noted -> noted.answered(System.nanoTime() - asked.beganNanos()));
    choice.endpoint().shadow().ifPresent(shadow -> shadow.offer(asked, scoring, outputs));
    return new Answered(entity, scored.reply());
  }

  private void failed(RuntimeException failure) {
    table.ifPresent(InferenceTable::release);
    entity.log().failed(asked.predictionId(), failure);
    choice.outcomes().ifPresent(Outcomes::failed);
  }

  private CapturedPrediction row(Predictor.Scored scored) {
    LiveEndpoint endpoint = choice.endpoint();
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
}
