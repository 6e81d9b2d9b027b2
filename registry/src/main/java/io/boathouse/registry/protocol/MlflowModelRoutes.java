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
import io.boathouse.registry.alias.AliasService;
import io.boathouse.registry.mlflow.MlflowApi;
import io.boathouse.registry.mlflow.MlflowParameters;
import io.boathouse.registry.mlflow.PageOffset;
import io.boathouse.registry.model.ModelNames;
import io.boathouse.registry.model.ModelSearch;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.model.RegistryErrors;
import io.boathouse.registry.model.Tag;
import io.boathouse.registry.protocol.MlflowWire.FoundModels;
import io.boathouse.registry.protocol.MlflowWire.ShownModel;
import io.boathouse.registry.protocol.MlflowWire.ShownVersion;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.registry.version.Stage;
import java.util.List;
import java.util.Map;

/** MLflow's calls about registered models. */
public final class MlflowModelRoutes implements Routes {
  private static final String BASE = "/api/2.0/mlflow/registered-models/";
  private static final Permission SEE = Permission.privileges("any privilege on the model");
  private static final Permission EXECUTE = Permission.privileges("EXECUTE on the model");
  private static final Permission MODIFY = Permission.privileges("MODIFY on the model");
  private static final Permission MANAGE = Permission.privileges("MANAGE on the model");

  static final Endpoint CREATE =
      new Endpoint(POST, BASE + "create", "mlflowCreateRegisteredModel")
          .requires(Permission.privileges("CREATE_MODEL on the schema"));
  static final Endpoint GET_ONE =
      new Endpoint(GET, BASE + "get", "mlflowGetRegisteredModel").requires(SEE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, BASE + "update", "mlflowUpdateRegisteredModel").requires(MANAGE);
  static final Endpoint RENAME =
      new Endpoint(POST, BASE + "rename", "mlflowRenameRegisteredModel").requires(MANAGE);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, BASE + "delete", "mlflowDeleteRegisteredModel").requires(MANAGE);
  static final Endpoint SEARCH =
      new Endpoint(GET, BASE + "search", "mlflowSearchRegisteredModels").requires(SEE);
  static final Endpoint LATEST =
      new Endpoint(GET, BASE + "get-latest-versions", "mlflowGetLatestVersionsByQuery")
          .requires(EXECUTE);
  static final Endpoint LATEST_BY_BODY =
      new Endpoint(POST, BASE + "get-latest-versions", "mlflowGetLatestVersions").requires(EXECUTE);
  static final Endpoint SET_TAG =
      new Endpoint(POST, BASE + "set-tag", "mlflowSetRegisteredModelTag").requires(MODIFY);
  static final Endpoint DELETE_TAG =
      new Endpoint(DELETE, BASE + "delete-tag", "mlflowDeleteRegisteredModelTag").requires(MODIFY);
  static final Endpoint SET_ALIAS =
      new Endpoint(POST, BASE + "alias", "mlflowSetRegisteredModelAlias").requires(MODIFY);
  static final Endpoint DELETE_ALIAS =
      new Endpoint(DELETE, BASE + "alias", "mlflowDeleteRegisteredModelAlias").requires(MODIFY);
  static final Endpoint GET_BY_ALIAS =
      new Endpoint(GET, BASE + "alias", "mlflowGetModelVersionByAlias").requires(EXECUTE);

  private final ModelService models;
  private final ModelVersionService versions;
  private final AliasService aliases;
  private final ModelNames names;

  public MlflowModelRoutes(
      ModelService models, ModelVersionService versions, AliasService aliases, ModelNames names) {
    this.models = models;
    this.versions = versions;
    this.aliases = aliases;
    this.names = names;
  }

  @Override
  public void mount(Api api) {
    MlflowApi mlflow = new MlflowApi(api);
    mlflow.call(CREATE, this::create);
    mlflow.call(GET_ONE, this::get);
    mlflow.call(UPDATE, this::update);
    mlflow.call(RENAME, this::rename);
    mlflow.call(REMOVE, this::delete);
    mlflow.call(SEARCH, this::search);
    mlflow.call(LATEST, this::latest);
    mlflow.call(LATEST_BY_BODY, this::latest);
    mlflow.call(SET_TAG, this::setTag);
    mlflow.call(DELETE_TAG, this::deleteTag);
    mlflow.call(SET_ALIAS, this::setAlias);
    mlflow.call(DELETE_ALIAS, this::deleteAlias);
    mlflow.call(GET_BY_ALIAS, this::getByAlias);
  }

  static List<Tag> tags(MlflowParameters in) {
    return in.objects("tags").stream().map(MlflowModelRoutes::tag).toList();
  }

  static Tag tag(MlflowParameters in) {
    return new Tag(in.required("key"), in.text("value").orElse(""));
  }

  static int version(MlflowParameters in) {
    String text = in.required("version");
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw RegistryErrors.invalidVersion(text);
    }
    return Integer.parseInt(text);
  }

  private FullName name(MlflowParameters in) {
    return names.parse(in.required("name"));
  }

  private Object shown(Caller caller, RegisteredModel model) {
    return Map.of(
        "registered_model", ShownModel.of(model, versions.latestOf(caller, List.of(model))));
  }

  private Object create(Caller caller, MlflowParameters in) {
    String name = in.required("name");
    return shown(
        caller, models.create(caller, names.parse(name), name, in.text("description"), tags(in)));
  }

  private Object get(Caller caller, MlflowParameters in) {
    return shown(caller, models.get(caller, name(in)));
  }

  private Object update(Caller caller, MlflowParameters in) {
    return shown(caller, models.describe(caller, name(in), in.text("description").orElse("")));
  }

  private Object rename(Caller caller, MlflowParameters in) {
    String newName = in.required("new_name");
    return shown(caller, models.rename(caller, name(in), names.parse(newName), newName));
  }

  private Object delete(Caller caller, MlflowParameters in) {
    models.delete(caller, name(in), true);
    return Map.of();
  }

  private Object search(Caller caller, MlflowParameters in) {
    PageOffset.Page<RegisteredModel> page =
        models.search(
            caller,
            new ModelSearch(in.text("filter"), in.texts("order_by"), PageOffset.of(in, 100, 1000)));
    List<ModelVersion> latest = versions.latestOf(caller, page.items());
    return new FoundModels(
        page.items().stream().map(model -> ShownModel.of(model, latest)).toList(),
        page.nextToken());
  }

  private Object latest(Caller caller, MlflowParameters in) {
    List<Stage> stages = in.texts("stages").stream().map(Stage::parse).toList();
    return Map.of(
        "model_versions",
        versions.latest(caller, name(in), stages).stream().map(ShownVersion::of).toList());
  }

  private Object setTag(Caller caller, MlflowParameters in) {
    models.setTag(caller, name(in), tag(in));
    return Map.of();
  }

  private Object deleteTag(Caller caller, MlflowParameters in) {
    models.deleteTag(caller, name(in), in.required("key"));
    return Map.of();
  }

  private Object setAlias(Caller caller, MlflowParameters in) {
    ModelVersion unused = aliases.set(caller, name(in), in.required("alias"), version(in));
    return Map.of();
  }

  private Object deleteAlias(Caller caller, MlflowParameters in) {
    aliases.delete(caller, name(in), in.required("alias"));
    return Map.of();
  }

  private Object getByAlias(Caller caller, MlflowParameters in) {
    return Map.of(
        "model_version",
        ShownVersion.of(versions.getByAlias(caller, name(in), in.required("alias"))));
  }
}
