package io.boathouse.training.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mlflow.api.proto.Service;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * Logs one run over HTTP as any outside job would: through MLflow's Java client, whose generic post
 * registers models, and by PUT to the artifact proxy. Not thread-safe.
 */
final class TrackingClient implements AutoCloseable {
  private static final String PROXY_SCHEME = "mlflow-artifacts:";
  private static final int MAX_BATCH = 100;
  private static final int UPLOAD_ATTEMPTS = 3;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration UPLOAD_TIMEOUT = Duration.ofMinutes(5);

  private final URI server;
  private final String token;
  private final InstantSource clock;
  private final MlflowClient mlflow;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /** The run that is logged to. */
  record Run(String id, String experimentId, String artifactUri) {}

  /**
   * @param token bearer token; empty sends none
   */
  TrackingClient(String trackingUri, String token, InstantSource clock) {
    String host = trackingUri.replaceAll("/+$", "");
    this.server = URI.create(host);
    this.token = token;
    this.clock = clock;
    this.mlflow =
        new MlflowClient(
            token.isEmpty()
                ? new BasicMlflowHostCreds(host)
                : new BasicMlflowHostCreds(host, token));
  }

  /** Creates a run that is running. */
  Run create(String experimentId, String name) {
    return step(
        "runs/create",
        () -> {
          var request =
              Service.CreateRun.newBuilder()
                  .setExperimentId(experimentId)
                  .setStartTime(clock.millis());
          if (!name.isEmpty()) {
            request.setRunName(name);
          }
          return run(mlflow.createRun(request.build()));
        });
  }

  /** Takes an existing run over and makes it running. */
  Run resume(String runId) {
    return step(
        "runs/get",
        () -> {
          Run run = run(mlflow.getRun(runId).getInfo());
          post("runs/update", object().put("run_id", runId).put("status", "RUNNING"));
          return run;
        });
  }

  void params(Run run, Map<String, String> params) {
    var all = new ArrayList<Service.Param>();
    params.forEach(
        (key, value) -> all.add(Service.Param.newBuilder().setKey(key).setValue(value).build()));
    inBatches(all, part -> mlflow.logBatch(run.id(), List.of(), part, List.of()));
  }

  void tags(Run run, Map<String, String> tags) {
    var all = new ArrayList<Service.RunTag>();
    tags.forEach(
        (key, value) -> all.add(Service.RunTag.newBuilder().setKey(key).setValue(value).build()));
    inBatches(all, part -> mlflow.logBatch(run.id(), List.of(), List.of(), part));
  }

  void metrics(Run run, Map<String, Double> metrics) {
    var all = new ArrayList<Service.Metric>();
    metrics.forEach(
        (key, value) ->
            all.add(
                Service.Metric.newBuilder()
                    .setKey(key)
                    .setValue(value)
                    .setTimestamp(clock.millis())
                    .setStep(0)
                    .build()));
    inBatches(all, part -> mlflow.logBatch(run.id(), part, List.of(), List.of()));
  }

  /** Logs the data sets that the run read, in the form of MLflow's runs/log-inputs. */
  void inputs(Run run, List<JsonNode> datasets) {
    ObjectNode body = object().put("run_id", run.id());
    ArrayNode array = body.putArray("datasets");
    for (JsonNode dataset : datasets) {
      ObjectNode described = dataset.deepCopy();
      JsonNode context = described.remove("context");
      ObjectNode input = array.addObject();
      if (context != null) {
        input
            .putArray("tags")
            .addObject()
            .put("key", "mlflow.data.context")
            .put("value", context.asText());
      }
      input.set("dataset", described);
    }
    post("runs/log-inputs", body);
  }

  /** Puts one file below the run's artifacts. */
  void upload(Run run, String path, byte[] bytes) {
    String folder = run.artifactUri().substring(PROXY_SCHEME.length()).replaceAll("^/+", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                address("/api/2.0/mlflow-artifacts/artifacts/" + folder + "/" + path))
            .timeout(UPLOAD_TIMEOUT)
            .header("Content-Type", "application/octet-stream")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<String> answer =
            http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 == 2) {
          return;
        }
        if (answer.statusCode() < 500 || attempt == UPLOAD_ATTEMPTS) {
          throw TrainerErrors.uploadFailed(path, answer.statusCode(), answer.body());
        }
      } catch (IOException e) {
        if (attempt == UPLOAD_ATTEMPTS) {
          throw TrainerErrors.trackingFailed("the upload of " + path, e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw TrainerErrors.trackingFailed("the upload of " + path, e);
      }
    }
  }

  /** Tells the run that it holds a model. */
  void logModel(Run run, Map<String, Object> mlmodel) {
    post(
        "runs/log-model",
        object().put("run_id", run.id()).put("model_json", Json.writeText(mlmodel)));
  }

  /**
   * Registers a folder of the run as the next version of a model, which may be new. A version that
   * this run registered already, before it was interrupted, is taken.
   */
  String register(Run run, String model, String folder, Map<String, String> tags) {
    Optional<String> registered = registered(run, model);
    if (registered.isPresent()) {
      return registered.get();
    }
    try {
      mlflow.sendPost("registered-models/create", object().put("name", model).toString());
    } catch (MlflowHttpException e) {
      if (!String.valueOf(e.getBodyMessage()).contains("RESOURCE_ALREADY_EXISTS")) {
        throw TrainerErrors.trackingFailed("registered-models/create", e);
      }
    } catch (MlflowClientException e) {
      throw TrainerErrors.trackingFailed("registered-models/create", e);
    }
    ObjectNode request =
        object()
            .put("name", model)
            .put("source", run.artifactUri() + "/" + folder)
            .put("run_id", run.id());
    ArrayNode array = request.putArray("tags");
    tags.forEach((key, value) -> array.addObject().put("key", key).put("value", value));
    return post("model-versions/create", request).path("model_version").path("version").asText();
  }

  private Optional<String> registered(Run run, String model) {
    String filter = URLEncoder.encode("run_id='" + run.id() + "'", StandardCharsets.UTF_8);
    JsonNode found =
        step(
            "model-versions/search",
            () -> Json.parse(mlflow.sendGet("model-versions/search?filter=" + filter)));
    for (JsonNode version : found.path("model_versions")) {
      String name = version.path("name").asText();
      if ((model.equals(name) || model.endsWith("." + name))
          && version.path("status").asText().equals("READY")) {
        return Optional.of(version.path("version").asText());
      }
    }
    return Optional.empty();
  }

  void alias(String model, String alias, String version) {
    post(
        "registered-models/alias",
        object().put("name", model).put("alias", alias).put("version", version));
  }

  void end(Run run, Service.RunStatus status) {
    step(
        "runs/update",
        () -> {
          mlflow.setTerminated(run.id(), status, clock.millis());
          return status;
        });
  }

  @Override
  public void close() {
    http.close();
    mlflow.close();
  }

  private static Run run(Service.RunInfo info) {
    if (!info.getArtifactUri().startsWith(PROXY_SCHEME)) {
      throw TrainerErrors.invalidJob(
          "run_id", info.getArtifactUri(), "keeps artifacts elsewhere than behind the server");
    }
    return new Run(
        info.getRunId(), info.getExperimentId(), info.getArtifactUri().replaceAll("/+$", ""));
  }

  private URI address(String path) {
    try {
      return new URI(
          server.getScheme(),
          null,
          server.getHost(),
          server.getPort(),
          server.getPath() + path,
          null,
          null);
    } catch (URISyntaxException e) {
      throw TrainerErrors.trackingFailed("the address " + path, e);
    }
  }

  private JsonNode post(String path, ObjectNode body) {
    return step(path, () -> Json.parse(mlflow.sendPost(path, body.toString())));
  }

  private <T> void inBatches(List<T> all, Consumer<List<T>> log) {
    for (int from = 0; from < all.size(); from += MAX_BATCH) {
      List<T> part = all.subList(from, Math.min(all.size(), from + MAX_BATCH));
      step(
          "runs/log-batch",
          () -> {
            log.accept(part);
            return part;
          });
    }
  }

  private static <T> T step(String name, Supplier<T> call) {
    try {
      return call.get();
    } catch (MlflowClientException e) {
      throw TrainerErrors.trackingFailed(name, e);
    }
  }

  private static ObjectNode object() {
    return Json.mapper().createObjectNode();
  }
}
