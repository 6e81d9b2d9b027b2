package io.boathouse.serving.prediction;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.json.Json;
import io.boathouse.serving.batch.Call;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.endpoint.QueryableEndpoint;
import io.boathouse.serving.inference.Answered;
import io.boathouse.serving.inference.Asked;
import io.boathouse.serving.inference.LiveEndpoint;
import io.boathouse.serving.inference.Predictor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Queries endpoints for other rooms of the server, with the checks, the traffic split and the
 * inference table of a query over HTTP. Thread-safe; every method blocks.
 */
public final class InvocationService {
  private final EndpointService endpoints;
  private final Predictor predictor;
  private final InstantSource clock;

  public InvocationService(EndpointService endpoints, Predictor predictor, InstantSource clock) {
    this.endpoints = endpoints;
    this.predictor = predictor;
    this.clock = clock;
  }

  /**
   * A prediction.
   *
   * @param id under which the inference table has it
   * @param servedModel the name of the served entity that answered
   * @param model the registered model that it serves
   * @param version of the model
   * @param reply as it would go over HTTP
   */
  public record Invocation(
      String id, String servedModel, FullName model, int version, JsonNode reply) {}

  /** The endpoints that answer and that the caller may query, by name. */
  public List<QueryableEndpoint> list(Caller caller) {
    return endpoints.listQueryable(caller);
  }

  /**
   * An endpoint that the caller may query.
   *
   * @throws LakeException NOT_FOUND, PERMISSION_DENIED, or UNAVAILABLE while it is not ready
   */
  public QueryableEndpoint get(Caller caller, String endpoint) {
    return endpoints.getQueryable(caller, endpoint);
  }

  /**
   * Asks an endpoint.
   *
   * @param body in one of the forms of MLflow's scoring protocol
   * @param patience how long an answer is waited for
   * @throws LakeException as {@link #get}, DEADLINE_EXCEEDED, or what the model's inputs refuse
   */
  public Invocation invoke(Caller caller, String endpoint, JsonNode body, Duration patience) {
    return invoke(caller, endpoint, Json.write(body), patience);
  }

  /** As the other, of a body as it would come over HTTP. */
  public Invocation invoke(Caller caller, String endpoint, byte[] body, Duration patience) {
    long began = System.nanoTime();
    LiveEndpoint live = endpoints.requireQueryable(caller, endpoint);
    var asked =
        new Asked(
            UUID.randomUUID().toString(),
            new Asked.From(
                caller.principal(),
                Optional.empty(),
                new Call(began + patience.toNanos(), () -> false)),
            clock.instant(),
            began,
            body);
    Answered answered;
    try {
      answered = await(endpoint, predictor.invoke(live, Optional.empty(), asked), patience);
    } catch (LakeException e) {
      live.meters().failed(e.code(), System.nanoTime() - began);
      throw e;
    }
    live.meters().answered(System.nanoTime() - began);
    return new Invocation(
        asked.predictionId(),
        answered.entity().name(),
        answered.entity().model(),
        answered.entity().version(),
        Json.parse(answered.body().bytes()));
  }

  private static Answered await(String endpoint, Future<Answered> answer, Duration patience) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw PredictionErrors.tooLong(endpoint, patience);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw PredictionErrors.tooLong(endpoint, patience);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      Throwable inner = cause instanceof CompletionException ? cause.getCause() : cause;
      throw inner instanceof LakeException known ? known : PredictionErrors.internal(endpoint, e);
    }
  }
}
