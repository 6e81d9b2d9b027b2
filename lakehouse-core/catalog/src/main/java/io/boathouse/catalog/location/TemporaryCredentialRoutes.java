package io.boathouse.catalog.location;

import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableService;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.volume.Volume;
import io.boathouse.catalog.volume.VolumeService;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Unity Catalog's temporary credentials and its metastore's summary. Data on local disk needs no
 * credential: after the privilege check the reply names the location and holds none, which clients
 * take as such. Data in S3 is not vended yet.
 */
public final class TemporaryCredentialRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/";
  private static final String OLD_BASE = "/api/2.0/unity-catalog/";
  private static final Duration LIFETIME = Duration.ofHours(1);

  static final Endpoint TABLE =
      new Endpoint(POST, BASE + "temporary-table-credentials", "generateTemporaryTableCredentials")
          .requires(Permission.privileges("SELECT to READ, also MODIFY to READ_WRITE"));
  static final Endpoint VOLUME =
      new Endpoint(
              POST, BASE + "temporary-volume-credentials", "generateTemporaryVolumeCredentials")
          .requires(Permission.privileges("READ_VOLUME, also WRITE_VOLUME to write"));
  static final Endpoint PATH =
      new Endpoint(POST, BASE + "temporary-path-credentials", "generateTemporaryPathCredentials")
          .requires(Permission.administrator());
  static final Endpoint SUMMARY =
      new Endpoint(GET, BASE + "metastore_summary", "getMetastoreSummary")
          .requires(Permission.authenticated("the id and name of the metastore"));

  private final RelationService relations;
  private final VolumeService volumes;
  private final SecurableService securables;
  private final Authorizer authorizer;
  private final InstantSource clock;

  public TemporaryCredentialRoutes(
      RelationService relations,
      VolumeService volumes,
      SecurableService securables,
      Authorizer authorizer,
      InstantSource clock) {
    this.relations = relations;
    this.volumes = volumes;
    this.securables = securables;
    this.authorizer = authorizer;
    this.clock = clock;
  }

  @Override
  public void mount(Api api) {
    api.handle(TABLE, ErrorFormat.UNITY_CATALOG, this::table);
    api.handle(
        TABLE.at(OLD_BASE + "temporary-table-credentials", "V20"),
        ErrorFormat.UNITY_CATALOG,
        this::table);
    api.handle(VOLUME, ErrorFormat.UNITY_CATALOG, this::volume);
    api.unsupported(
        PATH,
        ErrorFormat.UNITY_CATALOG,
        "External locations are not offered yet; ask for the credentials of a table or volume.");
    api.handle(SUMMARY, ErrorFormat.UNITY_CATALOG, this::summary);
  }

  record TableRequest(
      @JsonProperty("table_id") @Nullable String tableId,
      @JsonProperty("operation") @Nullable String operation) {}

  record VolumeRequest(
      @JsonProperty("volume_id") @Nullable String volumeId,
      @JsonProperty("operation") @Nullable String operation) {}

  private Reply table(Request request) {
    TableRequest body = request.json(TableRequest.class);
    Relation relation = relations.byId(request.caller(), id("table_id", body.tableId()));
    authorizer.require(request.caller(), Privilege.SELECT, relation.securable());
    String operation = HttpErrors.required("operation", body.operation());
    switch (operation) {
      case "READ" -> {}
      case "READ_WRITE" ->
          authorizer.require(request.caller(), Privilege.MODIFY, relation.securable());
      default -> throw HttpErrors.invalidParameter("operation", operation, "READ or READ_WRITE");
    }
    return credentials(relation.storageLocation().orElse(""));
  }

  private Reply volume(Request request) {
    VolumeRequest body = request.json(VolumeRequest.class);
    Volume volume = volumes.byId(request.caller(), id("volume_id", body.volumeId()));
    authorizer.require(request.caller(), Privilege.READ_VOLUME, volume.securable());
    String operation = HttpErrors.required("operation", body.operation());
    switch (operation) {
      case "READ_VOLUME" -> {}
      case "WRITE_VOLUME" ->
          authorizer.require(request.caller(), Privilege.WRITE_VOLUME, volume.securable());
      default ->
          throw HttpErrors.invalidParameter("operation", operation, "READ_VOLUME or WRITE_VOLUME");
    }
    return credentials(volume.storageLocation());
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

  private Reply credentials(String location) {
    if (!location.startsWith("file:")) {
      throw new LakeException(
          UNSUPPORTED,
          "CREDENTIAL_VENDING_UNSUPPORTED",
          "Credentials for '%s' are not vended yet. Read the data through SQL or the Files API."
              .formatted(location),
          Map.of("location", location));
    }
    Map<String, Object> reply = new LinkedHashMap<>();
    reply.put("url", location);
    reply.put("expiration_time", clock.instant().plus(LIFETIME).toEpochMilli());
    return Reply.of(reply);
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
