package io.boathouse.serving.protocol;

import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.lane.Lanes;
import io.boathouse.serving.ServingConfig;
import io.boathouse.serving.endpoint.EndpointService;
import io.boathouse.serving.inference.Predictor;
import io.boathouse.serving.inference.RoutingTable;
import java.time.InstantSource;
import java.util.List;

/** The protocols in which endpoints are queried. */
public final class Protocols {
  private final List<Routes> routes;

  /** What answers. */
  public record Engine(RoutingTable routing, Predictor predictor) {}

  public Protocols(
      Engine engine,
      EndpointService endpoints,
      Authorizer authorizer,
      Lanes lanes,
      InstantSource clock,
      ServingConfig config) {
    var hot =
        new HotPath(engine.routing(), endpoints, authorizer, HotPath.Threads.of(lanes, clock));
    var scoring = new MlflowScoring(hot, engine.predictor());
    this.routes =
        List.of(
            new InvocationRoutes(scoring),
            new ContainerRoutes(scoring, config.invocationsEndpoint(), config.concurrentRequests()),
            new OpenInferenceRoutes(hot, endpoints, engine.predictor()),
            new GrpcInferenceRoutes(
                hot, engine.predictor(), new ModelRepository(endpoints), lanes.virtualThreads()));
  }

  public List<Routes> routes() {
    return routes;
  }
}
