package io.boathouse.featurestore.spec;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.spec.ResolvedJson.InputJson;
import io.boathouse.featurestore.spec.ResolvedJson.OutputJson;
import io.boathouse.featurestore.spec.SpecJson.LookupJson;
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

/** Feature specs over REST: create versions, list, show. */
public final class FeatureSpecRoutes implements Routes {
  private static final String ALL = "/api/2.0/boathouse/feature-specs";
  private static final Permission VISIBLE =
      Permission.authenticated("only feature specs that the caller may see");

  static final Endpoint CREATE =
      new Endpoint(POST, ALL, "createFeatureSpec")
          .requires(
              Permission.privileges(
                  "CREATE_FUNCTION on the schema, or MANAGE on the spec for a further version"));
  static final Endpoint LIST = new Endpoint(GET, ALL, "listFeatureSpecs").requires(VISIBLE);
  static final Endpoint NEWEST =
      new Endpoint(GET, ALL + "/:name", "getFeatureSpec").requires(VISIBLE);
  static final Endpoint VERSION =
      new Endpoint(GET, ALL + "/:name/versions/:version", "getFeatureSpecVersion")
          .requires(VISIBLE);

  private final FeatureSpecService specs;

  public FeatureSpecRoutes(FeatureSpecService specs) {
    this.specs = specs;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(NEWEST, ErrorFormat.DATABRICKS, this::newest);
    api.handle(VERSION, ErrorFormat.DATABRICKS, this::version);
  }

  private Reply create(Request request) {
    CreateBody body = request.json(CreateBody.class);
    FeatureSpec spec =
        specs.create(
            request.caller(),
            FullName.parse(SecurableType.FUNCTION, HttpErrors.required("name", body.name())),
            body.spec().toDefinition(),
            Optional.ofNullable(body.comment()));
    return Reply.of(SpecReply.of(spec));
  }

  private Reply list(Request request) {
    Page<SpecReply> page =
        specs
            .list(
                request.caller(),
                request.query("schema").map(FullName::parse),
                PageRequest.of(request, 100, 1000))
            .map(SpecReply::of);
    return Reply.of(new ListReply(page.items(), page.nextPageToken().orElse(null)));
  }

  private Reply newest(Request request) {
    return Reply.of(SpecReply.of(specs.latest(request.caller(), name(request))));
  }

  private Reply version(Request request) {
    return Reply.of(SpecReply.of(specs.get(request.caller(), name(request), number(request))));
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.FUNCTION, request.pathParam("name"));
  }

  private static int number(Request request) {
    return Math.clamp(request.longPathParam("version"), 0, Integer.MAX_VALUE);
  }

  record CreateBody(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("request_columns") @Nullable List<SpecJson.ColumnJson> requestColumns,
      @JsonProperty("lookups") @Nullable List<LookupJson> lookups,
      @JsonProperty("functions") @Nullable List<SpecJson.FunctionJson> functions,
      @JsonProperty("timestamp_key") @Nullable String timestampKey,
      @JsonProperty("exclude_columns") @Nullable List<String> excludeColumns) {
    SpecJson spec() {
      return new SpecJson(requestColumns, lookups, functions, timestampKey, excludeColumns);
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ListReply(
      @JsonProperty("feature_specs") List<SpecReply> specs,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}

  /** A version of a spec on the wire; times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SpecReply(
      @JsonProperty("name") String name,
      @JsonProperty("version") int version,
      @JsonProperty("owner") String owner,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("request_columns") List<SpecJson.ColumnJson> requestColumns,
      @JsonProperty("lookups") List<LookupJson> lookups,
      @JsonProperty("functions") @Nullable List<SpecJson.FunctionJson> functions,
      @JsonProperty("timestamp_key") @Nullable String timestampKey,
      @JsonProperty("exclude_columns") List<String> excludeColumns,
      @JsonProperty("inputs") List<InputJson> inputs,
      @JsonProperty("outputs") List<OutputJson> outputs,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy) {
    static SpecReply of(FeatureSpec spec) {
      return new SpecReply(
          spec.name().toString(),
          spec.version(),
          spec.securable().owner(),
          spec.securable().comment().orElse(null),
          spec.definition().requestColumns().stream()
              .map(column -> new SpecJson.ColumnJson(column.name(), column.type().name()))
              .toList(),
          spec.definition().lookups().stream().map(LookupJson::of).toList(),
          SpecJson.FunctionJson.of(spec.definition().functions()),
          spec.definition().timestampKey().orElse(null),
          spec.definition().excludedColumns(),
          spec.inputs().stream().map(InputJson::of).toList(),
          spec.outputs().stream().map(OutputJson::of).toList(),
          spec.createdAt().toEpochMilli(),
          spec.createdBy());
    }
  }
}
