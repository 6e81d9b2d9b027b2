package io.boathouse.featurestore.browse;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;

/**
 * Databricks' features without a table, which this feature store has not: it has tables of them.
 */
public final class DeclaredFeatureRoutes implements Routes {
  private static final String BASE = "/api/2.0/feature-engineering/";
  private static final String REMEDY =
      "Declare a feature table, or create one with windows: POST"
          + " /api/2.0/boathouse/feature-tables.";
  private static final Permission ANY =
      Permission.authenticated("it does nothing but say that it does not exist yet");

  @Override
  public void mount(Api api) {
    resource(api, "features/kafka-configs", "KafkaConfig");
    resource(api, "features", "Feature");
    resource(api, "materialized-features", "MaterializedFeature");
    resource(api, "streams", "Stream");
  }

  private static void resource(Api api, String path, String noun) {
    unsupported(api, POST, path, "createEngineered" + noun);
    unsupported(api, GET, path, "listEngineered" + noun + "s");
    unsupported(api, GET, path + "/:name", "getEngineered" + noun);
    unsupported(api, PATCH, path + "/:name", "updateEngineered" + noun);
    unsupported(api, DELETE, path + "/:name", "deleteEngineered" + noun);
  }

  private static void unsupported(Api api, Endpoint.Method method, String path, String operation) {
    api.unsupported(
        new Endpoint(method, BASE + path, operation).requires(ANY), ErrorFormat.DATABRICKS, REMEDY);
  }
}
