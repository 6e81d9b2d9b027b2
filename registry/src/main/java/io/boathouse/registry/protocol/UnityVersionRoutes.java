package io.boathouse.registry.protocol;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.location.AccessOperation;
import io.boathouse.catalog.location.AccessWire;
import io.boathouse.catalog.securable.FullName;
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
import io.boathouse.registry.model.RegistryErrors;
import io.boathouse.registry.protocol.UnityWire.FoundVersions;
import io.boathouse.registry.version.ModelVersion;
import io.boathouse.registry.version.ModelVersionService;
import io.boathouse.registry.version.NewVersion;
import io.boathouse.registry.version.RegistrationService;
import io.boathouse.registry.version.VersionAccessService;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's calls about model versions. */
public final class UnityVersionRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/models";
  private static final String ONE = BASE + "/:full_name/versions/:version";
  private static final Permission EXECUTE = Permission.privileges("EXECUTE on the model");
  private static final Permission MODIFY = Permission.privileges("MODIFY on the model");

  static final Endpoint CREATE =
      new Endpoint(POST, BASE + "/versions", "createModelVersion").requires(MODIFY);
  static final Endpoint LIST =
      new Endpoint(GET, BASE + "/:full_name/versions", "listModelVersions").requires(EXECUTE);
  static final Endpoint GET_ONE = new Endpoint(GET, ONE, "getModelVersion").requires(EXECUTE);
  static final Endpoint UPDATE = new Endpoint(PATCH, ONE, "updateModelVersion").requires(MODIFY);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, ONE, "deleteModelVersion")
          .requires(Permission.privileges("MANAGE on the model"));
  static final Endpoint FINALIZE =
      new Endpoint(PATCH, ONE + "/finalize", "finalizeModelVersion").requires(MODIFY);
  static final Endpoint CREDENTIALS =
      new Endpoint(
              POST,
              "/api/2.1/unity-catalog/temporary-model-version-credentials",
              "generateTemporaryModelVersionCredentials")
          .requires(Permission.privileges("EXECUTE on the model, also MODIFY to write"));

  private final ModelVersionService versions;
  private final RegistrationService registration;
  private final VersionAccessService access;
  private final UnityWire wire;

  public UnityVersionRoutes(
      ModelVersionService versions,
      RegistrationService registration,
      VersionAccessService access,
      UnityWire wire) {
    this.versions = versions;
    this.registration = registration;
    this.access = access;
    this.wire = wire;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_ONE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(REMOVE, ErrorFormat.UNITY_CATALOG, this::delete);
    api.handle(FINALIZE, ErrorFormat.UNITY_CATALOG, this::finalizeVersion);
    api.handle(CREDENTIALS, ErrorFormat.UNITY_CATALOG, this::credentials);
  }

  private static int version(Request request) {
    return version(request.longPathParam("version"));
  }

  private static int version(long number) {
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw RegistryErrors.invalidVersion(Long.toString(number));
    }
    return (int) number;
  }

  record CredentialsRequest(
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("schema_name") @Nullable String schemaName,
      @JsonProperty("model_name") @Nullable String modelName,
      @JsonProperty("version") @Nullable Long version,
      @JsonProperty("operation") @Nullable String operation) {}

  private Reply credentials(Request request) {
    CredentialsRequest body = request.json(CredentialsRequest.class);
    FullName model =
        FullName.of(
            UnityModelRoutes.required("catalog_name", body.catalogName()),
            UnityModelRoutes.required("schema_name", body.schemaName()),
            UnityModelRoutes.required("model_name", body.modelName()));
    String operation = UnityModelRoutes.required("operation", body.operation());
    AccessOperation wanted =
        switch (operation) {
          case "READ_MODEL_VERSION" -> AccessOperation.READ;
          case "READ_WRITE_MODEL_VERSION" -> AccessOperation.READ_WRITE;
          default ->
              throw HttpErrors.invalidParameter(
                  "operation", operation, "READ_MODEL_VERSION or READ_WRITE_MODEL_VERSION");
        };
    if (body.version() == null) {
      throw HttpErrors.missingParameter("version");
    }
    return Reply.of(
        AccessWire.of(access.issue(request.caller(), model, version(body.version()), wanted)));
  }

  private Reply shown(Request request, ModelVersion version) {
    return Reply.of(wire.version(request.caller(), version));
  }

  private Reply create(Request request) {
    NewUnityVersion wanted = request.json(NewUnityVersion.class);
    FullName name =
        FullName.of(
            UnityModelRoutes.required("catalog_name", wanted.catalogName()),
            UnityModelRoutes.required("schema_name", wanted.schemaName()),
            UnityModelRoutes.required("model_name", wanted.modelName()));
    NewVersion version =
        new NewVersion(
            UnityModelRoutes.required("source", wanted.source()),
            Optional.ofNullable(wanted.runId()).filter(text -> !text.isBlank()),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(wanted.comment()).orElse(""),
            List.of());
    return shown(request, registration.createPending(request.caller(), name, version));
  }

  private Reply list(Request request) {
    Page<ModelVersion> page =
        versions.list(
            request.caller(), UnityModelRoutes.name(request), PageRequest.of(request, 100, 1000));
    return Reply.of(
        new FoundVersions(
            page.items().stream().map(v -> wire.version(request.caller(), v)).toList(),
            page.nextPageToken()));
  }

  private Reply get(Request request) {
    return shown(
        request, versions.get(request.caller(), UnityModelRoutes.name(request), version(request)));
  }

  private Reply update(Request request) {
    VersionChange change = request.json(VersionChange.class);
    FullName name = UnityModelRoutes.name(request);
    if (change.comment() == null) {
      return shown(request, versions.get(request.caller(), name, version(request)));
    }
    return shown(
        request, versions.describe(request.caller(), name, version(request), change.comment()));
  }

  private Reply delete(Request request) {
    versions.delete(request.caller(), UnityModelRoutes.name(request), version(request));
    return Reply.empty();
  }

  private Reply finalizeVersion(Request request) {
    return shown(
        request,
        registration.finalizeVersion(
            request.caller(), UnityModelRoutes.name(request), version(request)));
  }

  record NewUnityVersion(
      @JsonProperty("model_name") @Nullable String modelName,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("schema_name") @Nullable String schemaName,
      @JsonProperty("source") @Nullable String source,
      @JsonProperty("run_id") @Nullable String runId,
      @JsonProperty("comment") @Nullable String comment) {}

  record VersionChange(@JsonProperty("comment") @Nullable String comment) {}
}
