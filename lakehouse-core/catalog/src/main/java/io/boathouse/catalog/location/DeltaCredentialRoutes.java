package io.boathouse.catalog.location;

import static io.boathouse.platform.http.Endpoint.Method.GET;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.commit.DeltaPaths;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The credentials of Unity Catalog's Delta API 1.0 (delta.yaml). */
final class DeltaCredentialRoutes implements Routes {
  static final Endpoint TABLE =
      new Endpoint(GET, DeltaPaths.TABLE + "/credentials", "deltaTableCredentials")
          .requires(Permission.privileges("SELECT to READ, also MODIFY to READ_WRITE"));
  static final Endpoint STAGING =
      new Endpoint(
              GET,
              DeltaPaths.BASE + "/staging-tables/:table_id/credentials",
              "deltaStagingTableCredentials")
          .requires(Permission.authenticated("only staging tables of the caller's own"));
  static final Endpoint PATH =
      new Endpoint(GET, DeltaPaths.BASE + "/temporary-path-credentials", "deltaPathCredentials")
          .requires(Permission.authenticated("the rights to what the path lies in"));

  private final AccessService access;

  DeltaCredentialRoutes(AccessService access) {
    this.access = access;
  }

  @Override
  public void mount(Api api) {
    api.handle(TABLE, ErrorFormat.DELTA, this::table);
    api.handle(STAGING, ErrorFormat.DELTA, this::staging);
    api.handle(PATH, ErrorFormat.DELTA, this::path);
  }

  record Credential(
      @JsonProperty("prefix") String prefix,
      @JsonProperty("operation") String operation,
      @JsonProperty("expiration-time-ms") long expiresAt,
      @JsonProperty("config") Map<String, String> config) {
    static Credential of(Access access) {
      return new Credential(
          access.url(),
          access.operation().name(),
          access.expiresAt().toEpochMilli(),
          config(access));
    }

    private static Map<String, String> config(Access access) {
      Map<String, String> config = new LinkedHashMap<>();
      access
          .keys()
          .ifPresent(
              keys -> {
                config.put("s3.access-key-id", keys.accessKeyId());
                config.put("s3.secret-access-key", keys.secretAccessKey());
                config.put("s3.session-token", keys.sessionToken());
              });
      access.fileAccess().ifPresent(url -> config.put("boathouse.file-access", url));
      return config;
    }
  }

  record Credentials(@JsonProperty("storage-credentials") List<Credential> credentials) {}

  private Reply table(Request request) {
    return reply(access.table(request.caller(), DeltaPaths.table(request), operation(request)));
  }

  private Reply staging(Request request) {
    String id = request.pathParam("table_id");
    try {
      return reply(access.staging(request.caller(), UUID.fromString(id)));
    } catch (IllegalArgumentException e) {
      throw HttpErrors.invalidParameter("table_id", id, "a UUID");
    }
  }

  private Reply path(Request request) {
    return reply(
        access.path(request.caller(), request.requiredQuery("location"), operation(request)));
  }

  private static Reply reply(Access access) {
    return Reply.of(new Credentials(List.of(Credential.of(access))));
  }

  private static AccessOperation operation(Request request) {
    String operation = request.requiredQuery("operation");
    return switch (operation) {
      case "READ" -> AccessOperation.READ;
      case "READ_WRITE" -> AccessOperation.READ_WRITE;
      default -> throw HttpErrors.invalidParameter("operation", operation, "READ or READ_WRITE");
    };
  }
}
