package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.registry.artifact.ArtifactFile;
import io.boathouse.registry.mlflow.Attachment;
import io.boathouse.registry.mlflow.MlflowParameters;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.RegistryErrors;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.registry.version.VersionFiles;

/** Downloads of single files of a version, as MLflow's web pages ask for them. */
public final class VersionFileRoutes implements Routes {
  static final Endpoint GET_FILE =
      new Endpoint(GET, "/model-versions/get-artifact", "getModelVersionArtifact")
          .requires(Permission.privileges("EXECUTE on the model"));

  private final ModelVersionService versions;
  private final ModelNames names;

  public VersionFileRoutes(ModelVersionService versions, ModelNames names) {
    this.versions = versions;
    this.names = names;
  }

  @Override
  public void mount(Api api) {
    api.handle(GET_FILE, ErrorFormat.DATABRICKS, this::get);
  }

  private Reply get(Request request) {
    MlflowParameters in = MlflowParameters.of(request);
    StoragePath path = StoragePath.of(in.required("path"));
    VersionFiles files =
        versions.files(
            request.caller(), names.parse(in.required("name")), MlflowModelRoutes.version(in));
    ArtifactFile file =
        files.files().stream()
            .filter(candidate -> candidate.path().equals(path))
            .findFirst()
            .orElseThrow(() -> RegistryErrors.fileNotFound(path.value()));
    return Attachment.of(path.name(), file.size(), files.store().open(path));
  }
}
