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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's external locations. */
final class ExternalLocationRoutes implements Routes {
  private static final String ALL = "/api/2.1/unity-catalog/external-locations";
  private static final String ONE = ALL + "/:name";
  private static final Permission MANAGE = Permission.privileges("MANAGE on the external location");

  static final Endpoint CREATE =
      new Endpoint(POST, ALL, "createExternalLocation")
          .requires(
              Permission.privileges(
                  "CREATE_EXTERNAL_LOCATION on the metastore and on the storage credential"));
  static final Endpoint LIST =
      new Endpoint(GET, ALL, "listExternalLocations")
          .requires(Permission.authenticated("only locations that the caller may see"));
  static final Endpoint GET_ONE =
      new Endpoint(GET, ONE, "getExternalLocation")
          .requires(Permission.privileges("any privilege on the external location"));
  static final Endpoint UPDATE =
      new Endpoint(PATCH, ONE, "updateExternalLocation").requires(MANAGE);
  static final Endpoint DELETE_ONE =
      new Endpoint(DELETE, ONE, "deleteExternalLocation").requires(MANAGE);

  private final ExternalLocationService locations;

  ExternalLocationRoutes(ExternalLocationService locations) {
    this.locations = locations;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_ONE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(DELETE_ONE, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record Body(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("new_name") @Nullable String newName,
      @JsonProperty("owner") @Nullable String owner,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("url") @Nullable String url,
      @JsonProperty("credential_name") @Nullable String credentialName,
      @JsonProperty("read_only") @Nullable Boolean readOnly) {
    Optional<FullName> credential() {
      return Optional.ofNullable(credentialName)
          .filter(text -> !text.isEmpty())
          .map(text -> FullName.parse(SecurableType.STORAGE_CREDENTIAL, text));
    }
  }

  private Reply create(Request request) {
    Body body = request.json(Body.class);
    ExternalLocation made =
        locations.create(
            request.caller(),
            FullName.of(HttpErrors.required("name", body.name())),
            Optional.ofNullable(body.comment()),
            new ExternalLocationService.Wanted(
                HttpErrors.required("url", body.url()),
                body.credential(),
                Boolean.TRUE.equals(body.readOnly())));
    return Reply.of(Shown.of(made));
  }

  private Reply list(Request request) {
    Page<ExternalLocation> page =
        locations.list(request.caller(), PageRequest.of(request, 100, 100));
    return Reply.of(
        new ListReply(
            page.items().stream().map(Shown::of).toList(), page.nextPageToken().orElse(null)));
  }

  private Reply get(Request request) {
    return Reply.of(Shown.of(locations.get(request.caller(), name(request))));
  }

  private Reply update(Request request) {
    Body body = request.json(Body.class);
    SecurableChange change =
        new SecurableChange(
            Optional.ofNullable(body.newName()),
            Optional.ofNullable(body.comment()),
            Optional.ofNullable(body.owner()),
            Optional.empty());
    var place =
        new ExternalLocationService.Changed(
            Optional.ofNullable(body.url()),
            body.credential(),
            Optional.ofNullable(body.readOnly()));
    return Reply.of(Shown.of(locations.update(request.caller(), name(request), change, place)));
  }

  private Reply delete(Request request) {
    boolean force = request.query("force").filter("true"::equals).isPresent();
    locations.delete(request.caller(), name(request), force);
    return Reply.empty();
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.EXTERNAL_LOCATION, request.pathParam("name"));
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ListReply(
      @JsonProperty("external_locations") List<Shown> locations,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}

  /** Times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Shown(
      @JsonProperty("id") String id,
      @JsonProperty("name") String name,
      @JsonProperty("url") String url,
      @JsonProperty("credential_name") @Nullable String credentialName,
      @JsonProperty("credential_id") @Nullable String credentialId,
      @JsonProperty("read_only") boolean readOnly,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("owner") String owner,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy,
      @JsonProperty("updated_at") long updatedAt,
      @JsonProperty("updated_by") String updatedBy) {
    static Shown of(ExternalLocation location) {
      Securable securable = location.securable();
      return new Shown(
          securable.id().toString(),
          securable.name().name(),
          location.url(),
          location.credentialName().orElse(null),
          location.credentialId().map(UUID::toString).orElse(null),
          location.readOnly(),
          securable.comment().orElse(null),
          securable.owner(),
          securable.createdAt().toEpochMilli(),
          securable.createdBy(),
          securable.updatedAt().toEpochMilli(),
          securable.updatedBy());
    }
  }
}
