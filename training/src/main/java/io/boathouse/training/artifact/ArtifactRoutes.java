package io.boathouse.training.artifact;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.mlflow.Attachment;
import io.boathouse.registry.mlflow.MlflowApi;
import io.boathouse.training.artifact.ArtifactService.Child;
import io.boathouse.training.artifact.ArtifactService.OpenArtifact;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** MLflow's artifact proxy: files by their path, streamed both ways. */
public final class ArtifactRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow-artifacts";
  private static final String PLAIN_PUT = "Upload the file with one PUT to the proxy.";
  private static final String PLAIN_GET = "Download the file with GET from the proxy.";
  private static final Permission READ = Permission.privileges("CAN_READ on the experiment");
  private static final Permission EDIT = Permission.privileges("CAN_EDIT on the experiment");

  static final Endpoint DOWNLOAD =
      new Endpoint(GET, BASE + "/artifacts/*", "downloadArtifact").requires(READ);
  static final Endpoint UPLOAD =
      new Endpoint(PUT, BASE + "/artifacts/*", "uploadArtifact").requires(EDIT);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, BASE + "/artifacts/*", "deleteArtifact").requires(EDIT);
  static final Endpoint LIST =
      new Endpoint(GET, BASE + "/artifacts", "listProxiedArtifacts").requires(READ);
  static final Endpoint PARTS_CREATE =
      new Endpoint(POST, BASE + "/mpu/create/*", "createMultipartUpload").requires(EDIT);
  static final Endpoint PARTS_COMPLETE =
      new Endpoint(POST, BASE + "/mpu/complete/*", "completeMultipartUpload").requires(EDIT);
  static final Endpoint PARTS_ABORT =
      new Endpoint(POST, BASE + "/mpu/abort/*", "abortMultipartUpload").requires(EDIT);
  static final Endpoint PRESIGNED =
      new Endpoint(GET, BASE + "/presigned/*", "getPresignedDownloadUrl").requires(READ);

  private final ArtifactService artifacts;

  public ArtifactRoutes(ArtifactService artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.handle(DOWNLOAD, this::download);
    mlflow.handleStream(UPLOAD, this::upload);
    mlflow.handle(REMOVE, this::delete);
    mlflow.handle(LIST, this::list);
    mlflow.unsupported(PARTS_CREATE, PLAIN_PUT);
    mlflow.unsupported(PARTS_COMPLETE, PLAIN_PUT);
    mlflow.unsupported(PARTS_ABORT, PLAIN_PUT);
    mlflow.unsupported(PRESIGNED, PLAIN_GET);
  }

  static Reply attachment(OpenArtifact file) {
    return Attachment.of(file.name(), file.size(), file.content());
  }

  private Reply download(Request request) {
    return attachment(artifacts.open(request.caller(), request.pathParam("*")));
  }

  private Reply upload(Request request) {
    artifacts.write(request.caller(), request.pathParam("*"), request.bodyStream());
    return Reply.empty();
  }

  private Reply delete(Request request) {
    artifacts.delete(request.caller(), request.pathParam("*"));
    return Reply.empty();
  }

  private Reply list(Request request) {
    List<Child> children = artifacts.list(request.caller(), request.requiredQuery("path"));
    return Reply.of(new Files(Optional.empty(), ShownFile.of("", children)));
  }

  /**
   * @param rootUri the URI that paths are relative to, where the call says it
   */
  record Files(
      @JsonProperty("root_uri") Optional<String> rootUri,
      @JsonProperty("files") List<ShownFile> files) {}

  record ShownFile(
      @JsonProperty("path") String path,
      @JsonProperty("is_dir") boolean isFolder,
      @JsonProperty("file_size") OptionalLong size) {
    /**
     * @param prefix what each path begins with; empty or ending in a slash
     */
    static List<ShownFile> of(String prefix, List<Child> children) {
      return children.stream()
          .map(child -> new ShownFile(prefix + child.name(), child.size().isEmpty(), child.size()))
          .toList();
    }
  }
}
