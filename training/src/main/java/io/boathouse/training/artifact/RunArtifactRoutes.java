package io.boathouse.training.artifact;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.mlflow.MlflowApi;
import io.boathouse.training.artifact.ArtifactRoutes.Files;
import io.boathouse.training.artifact.ArtifactRoutes.ShownFile;
import io.boathouse.training.experiment.TrainingErrors;
import io.boathouse.training.model.LoggedModelService;
import io.boathouse.training.run.RunService;
import java.util.Optional;

/** MLflow's calls for the artifacts of one run or logged model. */
public final class RunArtifactRoutes implements Routes {
  private static final long MAX_PAGE_UPLOAD = 10L << 20;
  private static final Permission READ = Permission.privileges("CAN_READ on the experiment");
  private static final Permission EDIT = Permission.privileges("CAN_EDIT on the experiment");

  static final Endpoint LIST =
      new Endpoint(GET, "/api/2.0/mlflow/artifacts/list", "listArtifacts").requires(READ);
  static final Endpoint PRESIGNED_UPLOAD =
      new Endpoint(
              POST, "/api/2.0/mlflow/artifacts/presigned-upload-url", "createPresignedUploadUrl")
          .requires(EDIT);
  static final Endpoint PRESIGNED_DOWNLOAD =
      new Endpoint(
              POST,
              "/api/2.0/mlflow/artifacts/presigned-download-url",
              "createPresignedDownloadUrl")
          .requires(READ);
  static final Endpoint GET_ARTIFACT =
      new Endpoint(GET, "/get-artifact", "getArtifact").requires(READ);
  static final Endpoint UPLOAD =
      new Endpoint(POST, "/ajax-api/2.0/mlflow/upload-artifact", "uploadRunArtifact")
          .requires(EDIT);
  static final Endpoint LIST_OF_MODEL =
      new Endpoint(
              GET,
              "/api/2.0/mlflow/logged-models/:model_id/artifacts/directories",
              "listLoggedModelArtifacts")
          .requires(READ);
  static final Endpoint GET_OF_MODEL =
      new Endpoint(
              GET,
              "/ajax-api/2.0/mlflow/logged-models/:model_id/artifacts/files",
              "getLoggedModelArtifact")
          .requires(READ);

  private final ArtifactService artifacts;
  private final RunService runs;
  private final LoggedModelService models;

  public RunArtifactRoutes(ArtifactService artifacts, RunService runs, LoggedModelService models) {
    this.artifacts = artifacts;
    this.runs = runs;
    this.models = models;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.handle(LIST, this::list);
    mlflow.unsupported(PRESIGNED_UPLOAD, "Upload through the artifact proxy.");
    mlflow.unsupported(PRESIGNED_DOWNLOAD, "Download through the artifact proxy.");
    api.handle(GET_ARTIFACT, ErrorFormat.DATABRICKS, this::get);
    api.handleStream(UPLOAD, ErrorFormat.DATABRICKS, this::upload);
    mlflow.handle(LIST_OF_MODEL, this::listOfModel);
    api.handle(GET_OF_MODEL, ErrorFormat.DATABRICKS, this::getOfModel);
  }

  private static String runId(Request request) {
    return request
        .query("run_id")
        .filter(id -> !id.isEmpty())
        .or(() -> request.query("run_uuid").filter(id -> !id.isEmpty()))
        .orElseThrow(() -> HttpErrors.missingParameter("run_id"));
  }

  private Reply list(Request request) {
    String uri = runs.get(request.caller(), runId(request)).info().artifactUri();
    return listed(request.caller(), uri, request.query("path").orElse(""));
  }

  private Reply listOfModel(Request request) {
    String uri = models.get(request.caller(), request.pathParam("model_id"), false).artifactUri();
    return listed(request.caller(), uri, request.query("artifact_directory_path").orElse(""));
  }

  private Reply listed(Caller caller, String uri, String path) {
    String folder = ArtifactPaths.parseOrRoot(path).value();
    return Reply.of(
        new Files(
            Optional.of(uri),
            ShownFile.of(
                folder.isEmpty() ? "" : folder + "/",
                artifacts.list(caller, ArtifactService.below(uri, folder)))));
  }

  private Reply get(Request request) {
    String uri = runs.get(request.caller(), runId(request)).info().artifactUri();
    return opened(request, uri, request.requiredQuery("path"));
  }

  private Reply getOfModel(Request request) {
    String uri = models.get(request.caller(), request.pathParam("model_id"), false).artifactUri();
    return opened(request, uri, request.requiredQuery("artifact_file_path"));
  }

  private Reply opened(Request request, String uri, String path) {
    return ArtifactRoutes.attachment(
        artifacts.open(request.caller(), ArtifactService.below(uri, path)));
  }

  private Reply upload(Request request) {
    long length =
        request.contentLength().orElseThrow(() -> HttpErrors.missingParameter("Content-Length"));
    if (length > MAX_PAGE_UPLOAD) {
      throw TrainingErrors.requestTooLarge("An uploaded artifact", length, MAX_PAGE_UPLOAD);
    }
    String uri = runs.get(request.caller(), runId(request)).info().artifactUri();
    String path = ArtifactService.below(uri, request.requiredQuery("path"));
    artifacts.write(request.caller(), path, request.bodyStream());
    return Reply.empty();
  }
}
