package io.boathouse.catalog.commit;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's staging tables, from which its clients make managed tables. */
public final class StagingRoutes implements Routes {
  static final Endpoint CREATE =
      new Endpoint(POST, "/api/2.1/unity-catalog/staging-tables", "createStagingTable")
          .requires(Permission.privileges("CREATE_TABLE on the schema"));

  private final StagingService staging;

  public StagingRoutes(StagingService staging) {
    this.staging = staging;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
  }

  record CreateRequest(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("schema_name") @Nullable String schemaName) {}

  record StagingInfo(
      @JsonProperty("id") String id,
      @JsonProperty("name") String name,
      @JsonProperty("catalog_name") String catalogName,
      @JsonProperty("schema_name") String schemaName,
      @JsonProperty("staging_location") String stagingLocation) {}

  private Reply create(Request request) {
    CreateRequest body = request.json(CreateRequest.class);
    FullName name =
        FullName.of(
            HttpErrors.required("catalog_name", body.catalogName()),
            HttpErrors.required("schema_name", body.schemaName()),
            HttpErrors.required("name", body.name()));
    StagingTable made = staging.create(request.caller(), name);
    return Reply.of(
        new StagingInfo(
            made.id().toString(),
            name.name(),
            name.catalog(),
            name.schema(),
            staging.location(made)));
  }
}
