package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.mlflow.MlflowApi;
import io.boathouse.registry.mlflow.MlflowParameters;
import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelSearch;
import io.boathouse.registry.protocol.MlflowWire.FoundVersions;
import io.boathouse.registry.protocol.MlflowWire.ShownVersion;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.registry.version.NewVersion;
import io.boathouse.registry.version.RegistrationService;
import io.boathouse.registry.version.Stage;
import java.util.Map;
import java.util.Optional;

/** MLflow's calls about model versions. */
public final class MlflowVersionRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/model-versions/";
  private static final Permission SEE = Permission.privileges("any privilege on the model");
  private static final Permission EXECUTE = Permission.privileges("EXECUTE on the model");
  private static final Permission MODIFY = Permission.privileges("MODIFY on the model");

  static final Endpoint CREATE =
      new Endpoint(POST, BASE + "create", "mlflowCreateModelVersion").requires(MODIFY);
  static final Endpoint GET_ONE =
      new Endpoint(GET, BASE + "get", "mlflowGetModelVersion").requires(EXECUTE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, BASE + "update", "mlflowUpdateModelVersion").requires(MODIFY);
  static final Endpoint TRANSITION =
      new Endpoint(POST, BASE + "transition-stage", "mlflowTransitionModelVersionStage")
          .requires(MODIFY);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, BASE + "delete", "mlflowDeleteModelVersion")
          .requires(Permission.privileges("MANAGE on the model"));
  static final Endpoint SEARCH =
      new Endpoint(GET, BASE + "search", "mlflowSearchModelVersions").requires(SEE);
  static final Endpoint DOWNLOAD_URI =
      new Endpoint(GET, BASE + "get-download-uri", "mlflowGetModelVersionDownloadUri")
          .requires(EXECUTE);
  static final Endpoint SET_TAG =
      new Endpoint(POST, BASE + "set-tag", "mlflowSetModelVersionTag").requires(MODIFY);
  static final Endpoint DELETE_TAG =
      new Endpoint(DELETE, BASE + "delete-tag", "mlflowDeleteModelVersionTag").requires(MODIFY);

  private final ModelVersionService versions;
  private final RegistrationService registration;
  private final ModelNames names;

  public MlflowVersionRoutes(
      ModelVersionService versions, RegistrationService registration, ModelNames names) {
    this.versions = versions;
    this.registration = registration;
    this.names = names;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(CREATE, this::create);
    mlflow.call(GET_ONE, this::get);
    mlflow.call(UPDATE, this::update);
    mlflow.call(TRANSITION, this::transition);
    mlflow.call(REMOVE, this::delete);
    mlflow.call(SEARCH, this::search);
    mlflow.call(DOWNLOAD_URI, this::downloadUri);
    mlflow.call(SET_TAG, this::setTag);
    mlflow.call(DELETE_TAG, this::deleteTag);
  }

  private FullName name(MlflowParameters in) {
    return names.parse(in.required("name"));
  }

  private static Object shown(ModelVersion version) {
    return Map.of("model_version", ShownVersion.of(version));
  }

  private static Optional<String> filled(MlflowParameters in, String name) {
    return in.text(name).filter(text -> !text.isBlank());
  }

  private Object create(Caller caller, MlflowParameters in) {
    NewVersion wanted =
        new NewVersion(
            in.required("source"),
            filled(in, "run_id"),
            filled(in, "run_link"),
            filled(in, "model_id"),
            in.text("description").orElse(""),
            MlflowModelRoutes.tags(in));
    return shown(registration.create(caller, name(in), wanted));
  }

  private Object get(Caller caller, MlflowParameters in) {
    return shown(versions.get(caller, name(in), MlflowModelRoutes.version(in)));
  }

  private Object update(Caller caller, MlflowParameters in) {
    return shown(
        versions.describe(
            caller, name(in), MlflowModelRoutes.version(in), in.text("description").orElse("")));
  }

  private Object transition(Caller caller, MlflowParameters in) {
    return shown(
        versions.transition(
            caller,
            name(in),
            MlflowModelRoutes.version(in),
            Stage.parse(in.required("stage")),
            in.flag("archive_existing_versions").orElse(false)));
  }

  private Object delete(Caller caller, MlflowParameters in) {
    versions.delete(caller, name(in), MlflowModelRoutes.version(in));
    return Map.of();
  }

  private Object search(Caller caller, MlflowParameters in) {
    PageOffset.Page<ModelVersion> page =
        versions.search(
            caller,
            new ModelSearch(
                in.text("filter"), in.texts("order_by"), PageOffset.of(in, 10_000, 200_000)));
    return new FoundVersions(
        page.items().stream().map(ShownVersion::of).toList(), page.nextToken());
  }

  private Object downloadUri(Caller caller, MlflowParameters in) {
    ModelVersion version = versions.get(caller, name(in), MlflowModelRoutes.version(in));
    return Map.of("artifact_uri", version.downloadUri());
  }

  private Object setTag(Caller caller, MlflowParameters in) {
    versions.setTag(caller, name(in), MlflowModelRoutes.version(in), MlflowModelRoutes.tag(in));
    return Map.of();
  }

  private Object deleteTag(Caller caller, MlflowParameters in) {
    versions.deleteTag(caller, name(in), MlflowModelRoutes.version(in), in.required("key"));
    return Map.of();
  }
}
