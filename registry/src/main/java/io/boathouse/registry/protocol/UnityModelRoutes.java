package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;
import static io.boathouse.platform.http.Endpoint.Method.PUT;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.registry.alias.AliasService;
import io.boathouse.registry.model.ModelService;
import io.boathouse.registry.model.RegisteredModel;
import io.boathouse.registry.protocol.UnityWire.FoundModels;
import io.boathouse.registry.protocol.UnityWire.ShownAlias;
import io.boathouse.registry.protocol.UnityWire.ShownModel;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's calls about registered models and their aliases. */
public final class UnityModelRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/models";
  private static final Permission SEE = Permission.privileges("any privilege on the model");
  private static final Permission MODIFY = Permission.privileges("MODIFY on the model");
  private static final Permission MANAGE = Permission.privileges("MANAGE on the model");

  static final Endpoint CREATE =
      new Endpoint(POST, BASE, "createRegisteredModel")
          .requires(Permission.privileges("CREATE_MODEL on the schema"));
  static final Endpoint LIST = new Endpoint(GET, BASE, "listRegisteredModels").requires(SEE);
  static final Endpoint GET_ONE =
      new Endpoint(GET, BASE + "/:full_name", "getRegisteredModel").requires(SEE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, BASE + "/:full_name", "updateRegisteredModel").requires(MANAGE);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, BASE + "/:full_name", "deleteRegisteredModel").requires(MANAGE);
  static final Endpoint SET_ALIAS =
      new Endpoint(PUT, BASE + "/:full_name/aliases/:alias", "setRegisteredModelAlias")
          .requires(MODIFY);
  static final Endpoint DELETE_ALIAS =
      new Endpoint(DELETE, BASE + "/:full_name/aliases/:alias", "deleteRegisteredModelAlias")
          .requires(MODIFY);
  static final Endpoint GET_BY_ALIAS =
      new Endpoint(GET, BASE + "/:full_name/aliases/:alias", "getModelVersionByAlias")
          .requires(Permission.privileges("EXECUTE on the model"));

  private final ModelService models;
  private final ModelVersionService versions;
  private final AliasService aliases;
  private final SecurableService securables;
  private final UnityWire wire;

  public UnityModelRoutes(
      ModelService models,
      ModelVersionService versions,
      AliasService aliases,
      SecurableService securables,
      UnityWire wire) {
    this.models = models;
    this.versions = versions;
    this.aliases = aliases;
    this.securables = securables;
    this.wire = wire;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_ONE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(REMOVE, ErrorFormat.UNITY_CATALOG, this::delete);
    api.handle(SET_ALIAS, ErrorFormat.UNITY_CATALOG, this::setAlias);
    api.handle(DELETE_ALIAS, ErrorFormat.UNITY_CATALOG, this::deleteAlias);
    api.handle(GET_BY_ALIAS, ErrorFormat.UNITY_CATALOG, this::getByAlias);
  }

  static FullName name(Request request) {
    return FullName.parse(SecurableType.REGISTERED_MODEL, request.pathParam("full_name"));
  }

  static String required(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw HttpErrors.missingParameter(field);
    }
    return value;
  }

  private Reply create(Request request) {
    NewModel wanted = request.json(NewModel.class);
    FullName name =
        FullName.of(
            required("catalog_name", wanted.catalogName()),
            required("schema_name", wanted.schemaName()),
            required("name", wanted.name()));
    RegisteredModel model =
        models.create(
            request.caller(),
            name,
            required("name", wanted.name()),
            Optional.ofNullable(wanted.comment()),
            List.of());
    return shown(request.caller(), model.name());
  }

  private Reply list(Request request) {
    Caller caller = request.caller();
    PageRequest page = PageRequest.of(request, 100, 1000);
    Optional<String> catalog = request.query("catalog_name").filter(text -> !text.isEmpty());
    Optional<String> schema = request.query("schema_name").filter(text -> !text.isEmpty());
    if (catalog.isPresent() != schema.isPresent()) {
      throw HttpErrors.missingParameter(catalog.isPresent() ? "schema_name" : "catalog_name");
    }
    Page<Securable> found =
        catalog.isEmpty()
            ? securables.list(caller, SecurableType.REGISTERED_MODEL, page)
            : securables.list(
                caller,
                SecurableType.REGISTERED_MODEL,
                FullName.of(catalog.get(), schema.orElseThrow()),
                page);
    Map<UUID, RegisteredModel> byId =
        models.of(caller, found.items()).stream()
            .collect(Collectors.toMap(RegisteredModel::id, Function.identity()));
    List<ShownModel> shown =
        found.items().stream()
            .flatMap(
                securable ->
                    Optional.ofNullable(byId.get(securable.id())).stream()
                        .map(model -> wire.model(caller, securable, model)))
            .toList();
    return Reply.of(new FoundModels(shown, found.nextPageToken()));
  }

  private Reply get(Request request) {
    return shown(request.caller(), name(request));
  }

  private Reply update(Request request) {
    ModelChange change = request.json(ModelChange.class);
    FullName name = name(request);
    if (change.comment() != null) {
      RegisteredModel unused = models.describe(request.caller(), name, change.comment());
    }
    if (change.newName() != null && !change.newName().isBlank()) {
      RegisteredModel renamed =
          models.rename(
              request.caller(), name, name.parent().child(change.newName()), change.newName());
      return shown(request.caller(), renamed.name());
    }
    return shown(request.caller(), name);
  }

  private Reply delete(Request request) {
    FullName name = name(request);
    boolean force = request.booleanQuery("force").orElse(false);
    models.delete(request.caller(), name, force);
    return Reply.empty();
  }

  private Reply setAlias(Request request) {
    NewAlias wanted = request.json(NewAlias.class);
    if (wanted.version() == null) {
      throw HttpErrors.missingParameter("version_num");
    }
    ModelVersion version =
        aliases.set(request.caller(), name(request), request.pathParam("alias"), wanted.version());
    return Reply.of(new ShownAlias(request.pathParam("alias"), version.number()));
  }

  private Reply deleteAlias(Request request) {
    aliases.delete(request.caller(), name(request), request.pathParam("alias"));
    return Reply.empty();
  }

  private Reply getByAlias(Request request) {
    ModelVersion version =
        versions.getByAlias(request.caller(), name(request), request.pathParam("alias"));
    return Reply.of(wire.version(request.caller(), version));
  }

  private Reply shown(Caller caller, FullName name) {
    RegisteredModel model = models.get(caller, name);
    return Reply.of(
        wire.model(caller, securables.get(caller, SecurableType.REGISTERED_MODEL, name), model));
  }

  record NewModel(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("schema_name") @Nullable String schemaName,
      @JsonProperty("comment") @Nullable String comment) {}

  record ModelChange(
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("new_name") @Nullable String newName) {}

  record NewAlias(@JsonProperty("version_num") @Nullable Integer version) {}
}
