package io.boathouse.catalog.location;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Unity Catalog's temporary credentials and its metastore's summary. Engines on the server's own
 * machine need no credential for its disk; for others the reply has an address beside the location.
 */
final class TemporaryCredentialRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/";
  private static final String OLD_BASE = "/api/2.0/unity-catalog/";

  static final Endpoint TABLE =
      new Endpoint(POST, BASE + "temporary-table-credentials", "generateTemporaryTableCredentials")
          .requires(Permission.privileges("SELECT to READ, also MODIFY to READ_WRITE"));
  static final Endpoint VOLUME =
      new Endpoint(
              POST, BASE + "temporary-volume-credentials", "generateTemporaryVolumeCredentials")
          .requires(Permission.privileges("READ_VOLUME, also WRITE_VOLUME to write"));
  static final Endpoint PATH =
      new Endpoint(POST, BASE + "temporary-path-credentials", "generateTemporaryPathCredentials")
          .requires(Permission.authenticated("the rights to what the path lies in"));
  static final Endpoint SUMMARY =
      new Endpoint(GET, BASE + "metastore_summary", "getMetastoreSummary")
          .requires(Permission.authenticated("the id and name of the metastore"));

  private final AccessService access;
  private final SecurableService securables;

  TemporaryCredentialRoutes(AccessService access, SecurableService securables) {
    this.access = access;
    this.securables = securables;
  }

  @Override
  public void mount(Api api) {
    api.handle(TABLE, ErrorFormat.UNITY_CATALOG, this::table);
    api.handle(
        TABLE.at(OLD_BASE + "temporary-table-credentials", "V20"),
        ErrorFormat.UNITY_CATALOG,
        this::table);
    api.handle(VOLUME, ErrorFormat.UNITY_CATALOG, this::volume);
    api.handle(PATH, ErrorFormat.UNITY_CATALOG, this::path);
    api.handle(SUMMARY, ErrorFormat.UNITY_CATALOG, this::summary);
  }

  record TableRequest(
      @JsonProperty("table_id") @Nullable String tableId,
      @JsonProperty("operation") @Nullable String operation) {}

  record VolumeRequest(
      @JsonProperty("volume_id") @Nullable String volumeId,
      @JsonProperty("operation") @Nullable String operation) {}

  record PathRequest(
      @JsonProperty("url") @Nullable String url,
      @JsonProperty("operation") @Nullable String operation) {}

  private Reply table(Request request) {
    TableRequest body = request.json(TableRequest.class);
    UUID id = id("table_id", body.tableId());
    String operation = HttpErrors.required("operation", body.operation());
    return reply(access.table(request.caller(), id, operation(operation, "READ", "READ_WRITE")));
  }

  private Reply volume(Request request) {
    VolumeRequest body = request.json(VolumeRequest.class);
    UUID id = id("volume_id", body.volumeId());
    String operation = HttpErrors.required("operation", body.operation());
    return reply(
        access.volume(request.caller(), id, operation(operation, "READ_VOLUME", "WRITE_VOLUME")));
  }

  private Reply path(Request request) {
    PathRequest body = request.json(PathRequest.class);
    String url = HttpErrors.required("url", body.url());
    String operation = HttpErrors.required("operation", body.operation());
    if (operation.equals("PATH_CREATE_TABLE")) {
      return reply(access.pathForTable(request.caller(), url));
    }
    AccessOperation wanted = operation(operation, "PATH_READ", "PATH_READ_WRITE");
    return reply(access.path(request.caller(), url, wanted));
  }

  private static AccessOperation operation(String operation, String read, String write) {
    if (operation.equals(read)) {
      return AccessOperation.READ;
    }
    if (operation.equals(write)) {
      return AccessOperation.READ_WRITE;
    }
    throw HttpErrors.invalidParameter("operation", operation, read + " or " + write);
  }

  private Reply summary(Request request) {
    Securable metastore =
        securables.get(request.caller(), SecurableType.METASTORE, FullName.metastore());
    return Reply.of(
        Map.of(
            "metastore_id", metastore.id().toString(),
            "global_metastore_id", metastore.id().toString(),
            "name", "boathouse",
            "owner", metastore.owner(),
            "created_at", metastore.createdAt().toEpochMilli()));
  }

  private static Reply reply(Access issued) {
    return Reply.of(AccessWire.of(issued));
  }

  private static UUID id(String field, @Nullable String text) {
    String present = HttpErrors.required(field, text);
    try {
      return UUID.fromString(present);
    } catch (IllegalArgumentException e) {
      throw HttpErrors.invalidParameter(field, present, "a UUID");
    }
  }
}
