package io.boathouse.catalog.location;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
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
import io.boathouse.platform.secret.Secret;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Storage credentials as Unity Catalog has them, and under Databricks' older name. What is secret
 * is taken and never given.
 */
final class StorageCredentialRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/";

  private final StorageCredentialService credentials;
  private final String listed;
  private final Endpoint create;
  private final Endpoint list;
  private final Endpoint getOne;
  private final Endpoint update;
  private final Endpoint deleteOne;

  private StorageCredentialRoutes(
      StorageCredentialService credentials, String path, String operation, String listed) {
    String all = BASE + path;
    String one = all + "/:name";
    Permission manage = Permission.privileges("MANAGE on the storage credential");
    this.credentials = credentials;
    this.listed = listed;
    this.create =
        new Endpoint(POST, all, "create" + operation)
            .requires(Permission.privileges("CREATE_STORAGE_CREDENTIAL on the metastore"));
    this.list =
        new Endpoint(GET, all, "list" + operation + "s")
            .requires(Permission.authenticated("only credentials that the caller may see"));
    this.getOne =
        new Endpoint(GET, one, "get" + operation)
            .requires(Permission.privileges("any privilege on the storage credential"));
    this.update = new Endpoint(PATCH, one, "update" + operation).requires(manage);
    this.deleteOne = new Endpoint(DELETE, one, "delete" + operation).requires(manage);
  }

  static StorageCredentialRoutes unityCatalog(StorageCredentialService credentials) {
    return new StorageCredentialRoutes(credentials, "credentials", "Credential", "credentials");
  }

  static StorageCredentialRoutes databricks(StorageCredentialService credentials) {
    return new StorageCredentialRoutes(
        credentials, "storage-credentials", "StorageCredential", "storage_credentials");
  }

  @Override
  public void mount(Api api) {
    api.handle(create, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(list, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(getOne, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(update, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(deleteOne, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record Role(@JsonProperty("role_arn") @Nullable String roleArn) {}

  record KeyPair(
      @JsonProperty("access_key_id") @Nullable String accessKeyId,
      @JsonProperty("secret_access_key") @Nullable Secret secretAccessKey,
      @JsonProperty("endpoint") @Nullable String endpoint,
      @JsonProperty("region") @Nullable String region,
      @JsonProperty("path_style") @Nullable Boolean pathStyle,
      @JsonProperty("access_role") @Nullable String accessRole,
      @JsonProperty("sts_endpoint") @Nullable String stsEndpoint) {
    StorageCredentialService.Wanted wanted() {
      return new StorageCredentialService.Wanted(
          new StorageCredential.S3Compatible(
              HttpErrors.required("s3_compatible.access_key_id", accessKeyId),
              uri("s3_compatible.endpoint", endpoint),
              Optional.ofNullable(region),
              Boolean.TRUE.equals(pathStyle),
              Optional.ofNullable(accessRole),
              uri("s3_compatible.sts_endpoint", stsEndpoint)),
          Optional.ofNullable(secretAccessKey));
    }

    private static Optional<URI> uri(String field, @Nullable String text) {
      try {
        return Optional.ofNullable(text).map(URI::create);
      } catch (IllegalArgumentException e) {
        throw HttpErrors.invalidParameter(field, String.valueOf(text), "a URI");
      }
    }
  }

  record Body(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("new_name") @Nullable String newName,
      @JsonProperty("owner") @Nullable String owner,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("purpose") @Nullable String purpose,
      @JsonProperty("aws_iam_role") @Nullable Role role,
      @JsonProperty("s3_compatible") @Nullable KeyPair keyPair) {
    List<StorageCredentialService.Wanted> wanted() {
      if (purpose != null && !purpose.equals("STORAGE")) {
        throw HttpErrors.invalidParameter("purpose", purpose, "STORAGE");
      }
      if (role != null && keyPair != null) {
        throw HttpErrors.invalidParameter(
            "s3_compatible", "given", "either aws_iam_role or s3_compatible");
      }
      if (role != null) {
        String arn = HttpErrors.required("aws_iam_role.role_arn", role.roleArn());
        return List.of(
            new StorageCredentialService.Wanted(
                new StorageCredential.IamRole(arn, ""), Optional.empty()));
      }
      return keyPair == null ? List.of() : List.of(keyPair.wanted());
    }
  }

  private Reply create(Request request) {
    Body body = request.json(Body.class);
    FullName name = FullName.of(HttpErrors.required("name", body.name()));
    List<StorageCredentialService.Wanted> wanted = body.wanted();
    if (wanted.isEmpty()) {
      throw HttpErrors.missingParameter("aws_iam_role");
    }
    return Reply.of(
        Shown.of(
            credentials.create(
                request.caller(), name, Optional.ofNullable(body.comment()), wanted.getFirst())));
  }

  private Reply list(Request request) {
    Page<StorageCredential> page =
        credentials.list(request.caller(), PageRequest.of(request, 100, 100));
    List<Shown> shown = page.items().stream().map(Shown::of).toList();
    return Reply.of(
        page.nextPageToken()
            .<Map<String, Object>>map(token -> Map.of(listed, shown, "next_page_token", token))
            .orElseGet(() -> Map.of(listed, shown)));
  }

  private Reply get(Request request) {
    return Reply.of(Shown.of(credentials.get(request.caller(), name(request))));
  }

  private Reply update(Request request) {
    Body body = request.json(Body.class);
    SecurableChange change =
        new SecurableChange(
            Optional.ofNullable(body.newName()),
            Optional.ofNullable(body.comment()),
            Optional.ofNullable(body.owner()),
            Optional.empty());
    return Reply.of(
        Shown.of(credentials.update(request.caller(), name(request), change, body.wanted())));
  }

  private Reply delete(Request request) {
    boolean force = request.query("force").filter("true"::equals).isPresent();
    credentials.delete(request.caller(), name(request), force);
    return Reply.empty();
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.STORAGE_CREDENTIAL, request.pathParam("name"));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ShownRole(
      @JsonProperty("role_arn") String roleArn, @JsonProperty("external_id") String externalId) {}

  /** Without the secret. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ShownKeyPair(
      @JsonProperty("access_key_id") String accessKeyId,
      @JsonProperty("endpoint") @Nullable String endpoint,
      @JsonProperty("region") @Nullable String region,
      @JsonProperty("path_style") boolean pathStyle,
      @JsonProperty("access_role") @Nullable String accessRole,
      @JsonProperty("sts_endpoint") @Nullable String stsEndpoint) {
    static ShownKeyPair of(StorageCredential.S3Compatible pair) {
      return new ShownKeyPair(
          pair.accessKeyId(),
          pair.endpoint().map(URI::toString).orElse(null),
          pair.region().orElse(null),
          pair.pathStyle(),
          pair.role().orElse(null),
          pair.stsEndpoint().map(URI::toString).orElse(null));
    }
  }

  /** Times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Shown(
      @JsonProperty("id") String id,
      @JsonProperty("name") String name,
      @JsonProperty("full_name") String fullName,
      @JsonProperty("purpose") String purpose,
      @JsonProperty("aws_iam_role") @Nullable ShownRole role,
      @JsonProperty("s3_compatible") @Nullable ShownKeyPair keyPair,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("owner") String owner,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy,
      @JsonProperty("updated_at") long updatedAt,
      @JsonProperty("updated_by") String updatedBy) {
    static Shown of(StorageCredential credential) {
      Securable securable = credential.securable();
      return new Shown(
          securable.id().toString(),
          securable.name().name(),
          securable.name().toString(),
          "STORAGE",
          credential.kind() instanceof StorageCredential.IamRole role
              ? new ShownRole(role.roleArn(), role.externalId())
              : null,
          credential.kind() instanceof StorageCredential.S3Compatible pair
              ? ShownKeyPair.of(pair)
              : null,
          securable.comment().orElse(null),
          securable.owner(),
          securable.createdAt().toEpochMilli(),
          securable.createdBy(),
          securable.updatedAt().toEpochMilli(),
          securable.updatedBy());
    }
  }
}
