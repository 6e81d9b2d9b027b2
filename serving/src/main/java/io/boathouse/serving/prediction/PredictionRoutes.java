package io.boathouse.serving.prediction;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.catalog.lineage.LineageNode;
import io.boathouse.catalog.lineage.WalkLimits;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Locale;

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
  static final Endpoint RECALL =
      new Endpoint(GET, "/api/2.0/boathouse/lineage/recall", "recallLineage")
          .requires(
              Permission.authenticated(
                  "what the caller may not know of has no name in the reply, and predictions need"
                      + " SELECT on the endpoint's inference table"));
  private static final long MOST_HOPS = 50;
  private static final long USUAL_EDGES = 1_000;

  private final PredictionService predictions;
  private final PredictionOrigins origins;
  private final PredictionReplay replay;
  private final Recall recall;

  public PredictionRoutes(
      PredictionService predictions,
      PredictionOrigins origins,
      PredictionReplay replay,
      Recall recall) {
    this.predictions = predictions;
    this.origins = origins;
    this.replay = replay;
    this.recall = recall;
  }

  @Override
  public void mount(Api api) {
    api.handle(
        GET_PREDICTION,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(predictions.get(request.caller(), request.pathParam("id"))));
    api.handle(EXPLAIN_PREDICTION, ErrorFormat.DATABRICKS, this::explain);
    api.handle(REPLAY_PREDICTION, ErrorFormat.DATABRICKS, this::replay);
    api.handle(RECALL, ErrorFormat.DATABRICKS, this::recall);
  }

  private Reply recall(Request request) {
    var node =
        new LineageNode(
            request.requiredQuery("kind").toUpperCase(Locale.ROOT),
            request.requiredQuery("name"),
            request.longQuery("version"));
    return Reply.of(
        RecallReply.of(
            recall.of(
                request.caller(), node, limits(request), PageRequest.of(request, 100, 1_000))));
  }

  private Reply replay(Request request) {
    request.requireNoFields();
    return Reply.of(replay.of(request.caller(), request.pathParam("id")));
  }

  private Reply explain(Request request) {
    return Reply.of(
        OriginsReply.of(origins.of(request.caller(), request.pathParam("id"), limits(request))));
  }

  private static WalkLimits limits(Request request) {
    return new WalkLimits(
        limit(request, "hops", MOST_HOPS), limit(request, "max_edges", USUAL_EDGES));
  }

  private static int limit(Request request, String name, long otherwise) {
    return Math.clamp(request.longQuery(name).orElse(otherwise), 1, Integer.MAX_VALUE);
  }
}
