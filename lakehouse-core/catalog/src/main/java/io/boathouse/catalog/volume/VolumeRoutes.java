package io.boathouse.catalog.volume;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableType;
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
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's volumes. */
public final class VolumeRoutes implements Routes {
  private static final String VOLUMES = "/api/2.1/unity-catalog/volumes";
  private static final String VOLUME = VOLUMES + "/:name";

  static final Endpoint CREATE =
      new Endpoint(POST, VOLUMES, "createVolume")
          .requires(Permission.privileges("CREATE_VOLUME on the schema"));
  static final Endpoint LIST =
      new Endpoint(GET, VOLUMES, "listVolumes")
          .requires(Permission.authenticated("only volumes that the caller may see"));
  static final Endpoint GET_VOLUME =
      new Endpoint(GET, VOLUME, "getVolume")
          .requires(Permission.privileges("any privilege on the volume"));
  static final Endpoint UPDATE =
      new Endpoint(PATCH, VOLUME, "updateVolume")
          .requires(Permission.privileges("MANAGE on the volume"));
  static final Endpoint DELETE_VOLUME =
      new Endpoint(DELETE, VOLUME, "deleteVolume")
          .requires(Permission.privileges("MANAGE on the volume"));

  private final VolumeService volumes;

  public VolumeRoutes(VolumeService volumes) {
    this.volumes = volumes;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_VOLUME, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(DELETE_VOLUME, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record CreateRequest(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("schema_name") @Nullable String schemaName,
      @JsonProperty("volume_type") @Nullable String volumeType,
      @JsonProperty("storage_location") @Nullable String storageLocation,
      @JsonProperty("comment") @Nullable String comment) {}

  record UpdateRequest(
      @JsonProperty("new_name") @Nullable String newName,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("owner") @Nullable String owner) {}

  private Reply create(Request request) {
    CreateRequest body = request.json(CreateRequest.class);
    FullName name =
        FullName.of(
            HttpErrors.required("catalog_name", body.catalogName()),
            HttpErrors.required("schema_name", body.schemaName()),
            HttpErrors.required("name", body.name()));
    Volume volume =
        volumes.create(
            request.caller(),
            name,
            kind(HttpErrors.required("volume_type", body.volumeType())),
            Optional.ofNullable(body.storageLocation()),
            Optional.ofNullable(body.comment()));
    return Reply.of(VolumeInfo.of(volume));
  }

  private Reply list(Request request) {
    FullName schema =
        FullName.of(request.requiredQuery("catalog_name"), request.requiredQuery("schema_name"));
    Page<Volume> page = volumes.list(request.caller(), schema, PageRequest.of(request, 100, 100));
    return Reply.of(
        new ListReply(
            page.items().stream().map(VolumeInfo::of).toList(), page.nextPageToken().orElse(null)));
  }

  private Reply get(Request request) {
    return Reply.of(VolumeInfo.of(volumes.get(request.caller(), name(request))));
  }

  private Reply update(Request request) {
    UpdateRequest body = request.json(UpdateRequest.class);
    SecurableChange change =
        new SecurableChange(
            Optional.ofNullable(body.newName()),
            Optional.ofNullable(body.comment()),
            Optional.ofNullable(body.owner()),
            Optional.empty());
    return Reply.of(VolumeInfo.of(volumes.update(request.caller(), name(request), change)));
  }

  private Reply delete(Request request) {
    volumes.delete(request.caller(), name(request));
    return Reply.empty();
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.VOLUME, request.pathParam("name"));
  }

  private static Volume.Kind kind(String text) {
    return switch (text) {
      case "MANAGED" -> Volume.Kind.MANAGED;
      case "EXTERNAL" -> Volume.Kind.EXTERNAL;
      default -> throw HttpErrors.invalidParameter("volume_type", text, "MANAGED or EXTERNAL");
    };
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ListReply(
      @JsonProperty("volumes") List<VolumeInfo> volumes,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}

  /** A volume on the wire; times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record VolumeInfo(
      @JsonProperty("name") String name,
      @JsonProperty("catalog_name") String catalogName,
      @JsonProperty("schema_name") String schemaName,
      @JsonProperty("full_name") String fullName,
      @JsonProperty("volume_id") String volumeId,
      @JsonProperty("volume_type") String volumeType,
      @JsonProperty("storage_location") String storageLocation,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("owner") String owner,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy,
      @JsonProperty("updated_at") long updatedAt,
      @JsonProperty("updated_by") String updatedBy) {
    static VolumeInfo of(Volume volume) {
      var securable = volume.securable();
      return new VolumeInfo(
          securable.name().name(),
          securable.name().catalog(),
          securable.name().schema(),
          securable.name().toString(),
          securable.id().toString(),
          volume.kind().name(),
          volume.storageLocation(),
          securable.comment().orElse(null),
          securable.owner(),
          securable.createdAt().toEpochMilli(),
          securable.createdBy(),
          securable.updatedAt().toEpochMilli(),
          securable.updatedBy());
    }
  }
}
