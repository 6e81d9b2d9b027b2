package io.boathouse.serving.prediction;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.catalog.lineage.WalkLimits;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;

/** Predictions that were kept. */
public final class PredictionRoutes implements Routes {
  static final Endpoint GET_PREDICTION =
      new Endpoint(GET, "/api/2.0/boathouse/predictions/:id", "getPrediction")
          .requires(Permission.privileges("SELECT on the endpoint's inference table"));
  static final Endpoint EXPLAIN_PREDICTION =
      new Endpoint(GET, "/api/2.0/boathouse/predictions/:id/why", "explainPrediction")
          .requires(
              Permission.privileges(
                  "SELECT on the endpoint's inference table",
                  "what the caller may not know of has no name in the reply"));
  static final Endpoint REPLAY_PREDICTION =
      new Endpoint(POST, "/api/2.0/boathouse/predictions/:id/replay", "replayPrediction")
          .requires(
              Permission.privileges(
                  "SELECT on the endpoint's inference table", "EXECUTE on the model"));
  private static final long MOST_HOPS = 50;
  private static final long USUAL_EDGES = 1_000;

  private final PredictionService predictions;
  private final PredictionOrigins origins;
  private final PredictionReplay replay;

  public PredictionRoutes(
      PredictionService predictions, PredictionOrigins origins, PredictionReplay replay) {
    this.predictions = predictions;
    this.origins = origins;
    this.replay = replay;
  }

  @Override
  public void mount(Api api) {
    api.handle(
        GET_PREDICTION,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(predictions.get(request.caller(), request.pathParam("id"))));
    api.handle(EXPLAIN_PREDICTION, ErrorFormat.DATABRICKS, this::explain);
    api.handle(REPLAY_PREDICTION, ErrorFormat.DATABRICKS, this::replay);
  }

  private Reply replay(Request request) {
    request.requireNoFields();
    return Reply.of(replay.of(request.caller(), request.pathParam("id")));
  }

  private Reply explain(Request request) {
    WalkLimits limits =
        new WalkLimits(limit(request, "hops", MOST_HOPS), limit(request, "max_edges", USUAL_EDGES));
    return Reply.of(OriginsReply.of(origins.of(request.caller(), request.pathParam("id"), limits)));
  }

  private static int limit(Request request, String name, long otherwise) {
    return Math.clamp(request.longQuery(name).orElse(otherwise), 1, Integer.MAX_VALUE);
  }
}
