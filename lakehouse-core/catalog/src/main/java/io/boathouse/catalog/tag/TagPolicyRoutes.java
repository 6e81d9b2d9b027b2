package io.boathouse.catalog.tag;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Governed tags as Databricks' clients make and read them. */
public final class TagPolicyRoutes implements Routes {
  private static final String ALL = "/api/2.1/tag-policies";
  private static final String ONE = ALL + "/:key";
  private static final Permission SEE = Permission.authenticated("which tags there are");
  private static final Permission CHANGE = Permission.administrator();
  private static final Set<String> CHANGEABLE = Set.of("description", "values", "*");

  static final Endpoint CREATE = new Endpoint(POST, ALL, "createTagPolicy").requires(CHANGE);
  static final Endpoint LIST = new Endpoint(GET, ALL, "listTagPolicies").requires(SEE);
  static final Endpoint GET_ONE = new Endpoint(GET, ONE, "getTagPolicy").requires(SEE);
  static final Endpoint UPDATE = new Endpoint(PATCH, ONE, "updateTagPolicy").requires(CHANGE);
  static final Endpoint REMOVE = new Endpoint(DELETE, ONE, "deleteTagPolicy").requires(CHANGE);

  private final TagPolicyService policies;

  public TagPolicyRoutes(TagPolicyService policies) {
    this.policies = policies;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_ONE, ErrorFormat.DATABRICKS, this::get);
    api.handle(UPDATE, ErrorFormat.DATABRICKS, this::update);
    api.handle(REMOVE, ErrorFormat.DATABRICKS, this::delete);
  }

  record Value(@JsonProperty("name") @Nullable String name) {}

  record Body(
      @JsonProperty("tag_key") @Nullable String tagKey,
      @JsonProperty("id") @Nullable String id,
      @JsonProperty("description") @Nullable String description,
      @JsonProperty("values") @Nullable List<Value> values,
      @JsonProperty("create_time") @Nullable String createTime,
      @JsonProperty("update_time") @Nullable String updateTime) {
    static Body of(TagPolicy policy) {
      return new Body(
          policy.key(),
          policy.id().toString(),
          policy.description().orElse(null),
          policy.values().stream().map(Value::new).toList(),
          policy.createdAt().toString(),
          policy.updatedAt().toString());
    }

    List<String> names() {
      return Objects.requireNonNullElse(values, List.<Value>of()).stream()
          .map(value -> HttpErrors.required("values.name", value.name()))
          .toList();
    }
  }

  record Listing(
      @JsonProperty("tag_policies") List<Body> policies,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  private Reply create(Request request) {
    Body body = request.json(Body.class);
    String key = HttpErrors.required("tag_key", body.tagKey());
    return Reply.of(
        Body.of(
            policies.create(
                request.caller(), key, Optional.ofNullable(body.description()), body.names())));
  }

  private Reply list(Request request) {
    long size = request.longQuery("page_size").filter(asked -> asked > 0).orElse(100L);
    PageRequest asked = new PageRequest((int) Math.min(size, 1_000), request.query("page_token"));
    Page<Body> page = policies.list(request.caller(), asked).map(Body::of);
    return Reply.of(new Listing(page.items(), page.nextPageToken()));
  }

  private Reply get(Request request) {
    return Reply.of(Body.of(policies.get(request.caller(), request.pathParam("key"))));
  }

  private Reply update(Request request) {
    List<String> mask = Arrays.stream(request.query("update_mask").orElse("*").split(",")).toList();
    for (String field : mask) {
      if (!CHANGEABLE.contains(field)) {
        throw HttpErrors.invalidParameter("update_mask", field, "description, values or *");
      }
    }
    Body body = request.json(Body.class);
    boolean all = mask.contains("*");
    Optional<String> description =
        all || mask.contains("description")
            ? Optional.ofNullable(body.description())
            : Optional.empty();
    Optional<List<String>> values =
        mask.contains("values") || (all && body.values() != null)
            ? Optional.of(body.names())
            : Optional.empty();
    return Reply.of(
        Body.of(policies.update(request.caller(), request.pathParam("key"), description, values)));
  }

  private Reply delete(Request request) {
    policies.delete(request.caller(), request.pathParam("key"));
    return Reply.empty();
  }
}
