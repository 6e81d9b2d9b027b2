package io.boathouse.serving.prediction;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Routes;

/** Predictions that were kept. */
public final class PredictionRoutes implements Routes {
  static final Endpoint GET_PREDICTION =
      new Endpoint(GET, "/api/2.0/boathouse/predictions/:id", "getPrediction")
          .requires(Permission.privileges("SELECT on the endpoint's inference table"));

  private final PredictionService predictions;

  public PredictionRoutes(PredictionService predictions) {
    this.predictions = predictions;
  }

  @Override
  public void mount(Api api) {
    api.handle(
        GET_PREDICTION,
        ErrorFormat.DATABRICKS,
        request -> Reply.of(predictions.get(request.caller(), request.pathParam("id"))));
  }
}
