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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tags as Databricks' clients set and read them. */
public final class TagRoutes implements Routes {
  private static final String ALL = "/api/2.1/unity-catalog/entity-tag-assignments";
  private static final String OF_ONE = ALL + "/:type/:name/tags";
  private static final Permission SEE = Permission.privileges("any privilege on the thing");
  private static final Permission SET =
      Permission.privileges("APPLY_TAG on the thing, for a governed tag also MANAGE");

  static final Endpoint CREATE = new Endpoint(POST, ALL, "createEntityTag").requires(SET);
  static final Endpoint LIST = new Endpoint(GET, OF_ONE, "listEntityTags").requires(SEE);
  static final Endpoint GET_ONE = new Endpoint(GET, OF_ONE + "/:key", "getEntityTag").requires(SEE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, OF_ONE + "/:key", "updateEntityTag").requires(SET);
  static final Endpoint REMOVE =
      new Endpoint(DELETE, OF_ONE + "/:key", "deleteEntityTag").requires(SET);

  private final TagService tags;

  public TagRoutes(TagService tags) {
    this.tags = tags;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_ONE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(REMOVE, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record Assignment(
      @JsonProperty("entity_type") @Nullable String entityType,
      @JsonProperty("entity_name") @Nullable String entityName,
      @JsonProperty("tag_key") @Nullable String tagKey,
      @JsonProperty("tag_value") @Nullable String tagValue,
      @JsonProperty("update_time") @Nullable String updateTime,
      @JsonProperty("updated_by") @Nullable String updatedBy) {
    static Assignment of(TaggedEntity entity, Tag tag) {
      return new Assignment(
          entity.entityType(),
          entity.entityName(),
          tag.key(),
          tag.value(),
          tag.updatedAt().toString(),
          tag.updatedBy());
    }

    String value() {
      return Objects.requireNonNullElse(tagValue, "");
    }
  }

  record Listing(
      @JsonProperty("tag_assignments") List<Assignment> assignments,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  private Reply create(Request request) {
    Assignment body = request.json(Assignment.class);
    TaggedEntity entity =
        TaggedEntity.parse(
            HttpErrors.required("entity_type", body.entityType()),
            HttpErrors.required("entity_name", body.entityName()));
    String key = HttpErrors.required("tag_key", body.tagKey());
    return Reply.of(
        Assignment.of(entity, tags.create(request.caller(), entity, key, body.value())));
  }

  private Reply list(Request request) {
    TaggedEntity entity = entity(request);
    Page<Assignment> page =
        tags.list(request.caller(), entity, PageRequest.of(request, 100, 1_000))
            .map(tag -> Assignment.of(entity, tag));
    return Reply.of(new Listing(page.items(), page.nextPageToken()));
  }

  private Reply get(Request request) {
    TaggedEntity entity = entity(request);
    return Reply.of(Assignment.of(entity, tags.get(request.caller(), entity, key(request))));
  }

  private Reply update(Request request) {
    TaggedEntity entity = entity(request);
    String mask = request.query("update_mask").orElse("tag_value");
    if (!mask.equals("tag_value") && !mask.equals("*")) {
      throw HttpErrors.invalidParameter("update_mask", mask, "tag_value");
    }
    Assignment body = request.json(Assignment.class);
    return Reply.of(
        Assignment.of(entity, tags.update(request.caller(), entity, key(request), body.value())));
  }

  private Reply delete(Request request) {
    tags.delete(request.caller(), entity(request), key(request));
    return Reply.empty();
  }

  private static TaggedEntity entity(Request request) {
    return TaggedEntity.parse(request.pathParam("type"), request.pathParam("name"));
  }

  private static String key(Request request) {
    return request.pathParam("key");
  }
}
