package io.boathouse.featurestore.browse;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.catalog.tag.Tag;
import io.boathouse.catalog.tag.TagService;
import io.boathouse.catalog.tag.TaggedEntity;
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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Databricks' tags and lineage of features. A feature's tags are those of its column. */
public final class FeatureTagRoutes implements Routes {
  private static final String FEATURE =
      "/api/2.0/feature-store/feature-tables/:name/features/:feature";
  private static final String TAGS = FEATURE + "/tags";
  private static final String TAG = TAGS + "/:key";
  private static final Permission SEE =
      Permission.authenticated("only features that the caller may see");
  private static final Permission SET =
      Permission.privileges("APPLY_TAG on the table, for a governed tag also MANAGE");

  static final Endpoint CREATE = new Endpoint(POST, TAGS, "createFeatureTag").requires(SET);
  static final Endpoint LIST = new Endpoint(GET, TAGS, "listFeatureTags").requires(SEE);
  static final Endpoint GET_ONE = new Endpoint(GET, TAG, "getFeatureTag").requires(SEE);
  static final Endpoint UPDATE = new Endpoint(PATCH, TAG, "updateFeatureTag").requires(SET);
  static final Endpoint REMOVE = new Endpoint(DELETE, TAG, "deleteFeatureTag").requires(SET);
  static final Endpoint LINEAGE =
      new Endpoint(GET, FEATURE + "/lineage", "getFeatureLineage").requires(SEE);

  private final BrowseService browse;
  private final TagService tags;

  public FeatureTagRoutes(BrowseService browse, TagService tags) {
    this.browse = browse;
    this.tags = tags;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(
        GET_ONE,
        ErrorFormat.DATABRICKS,
        request -> reply(tags.get(request.caller(), column(request), key(request))));
    api.handle(UPDATE, ErrorFormat.DATABRICKS, this::update);
    api.handle(REMOVE, ErrorFormat.DATABRICKS, this::remove);
    api.handle(LINEAGE, ErrorFormat.DATABRICKS, this::lineage);
  }

  private Reply create(Request request) {
    TagJson body = request.json(TagJson.class);
    return reply(
        tags.create(
            request.caller(),
            column(request),
            HttpErrors.required("key", body.key()),
            body.text()));
  }

  private Reply list(Request request) {
    Page<Tag> page =
        tags.list(request.caller(), column(request), PageRequest.of(request, 100, 1000));
    return Reply.of(
        new TagsReply(
            page.items().stream().map(tag -> new TagJson(tag.key(), tag.value())).toList(),
            page.nextPageToken().orElse(null)));
  }

  private Reply update(Request request) {
    TagJson body = request.json(TagJson.class);
    return reply(tags.update(request.caller(), column(request), key(request), body.text()));
  }

  private Reply remove(Request request) {
    tags.delete(request.caller(), column(request), key(request));
    return Reply.of(Map.of());
  }

  private Reply lineage(Request request) {
    TaggedEntity unused = column(request);
    FeatureUse use = browse.use(request.caller(), table(request));
    return Reply.of(
        new LineageReply(
            use.specs().stream()
                .map(label -> label.replaceFirst("/.*", ""))
                .distinct()
                .toList()
                .stream()
                .map(SpecReply::new)
                .toList(),
            use.models().stream().map(ModelReply::of).toList()));
  }

  private TaggedEntity column(Request request) {
    return browse.column(request.caller(), table(request), request.pathParam("feature"));
  }

  private static FullName table(Request request) {
    return FullName.parse(SecurableType.TABLE, request.pathParam("name"));
  }

  private static String key(Request request) {
    return request.pathParam("key");
  }

  private static Reply reply(Tag tag) {
    return Reply.of(new TagJson(tag.key(), tag.value()));
  }

  record TagJson(
      @JsonProperty("key") @Nullable String key, @JsonProperty("value") @Nullable String value) {
    String text() {
      return Objects.requireNonNullElse(value, "");
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TagsReply(
      @JsonProperty("feature_tags") List<TagJson> tags,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}

  record SpecReply(@JsonProperty("name") String name) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ModelReply(
      @JsonProperty("name") String name, @JsonProperty("version") @Nullable Long version) {
    static ModelReply of(String label) {
      int slash = label.lastIndexOf('/');
      return slash < 0
          ? new ModelReply(label, null)
          : new ModelReply(label.substring(0, slash), Long.valueOf(label.substring(slash + 1)));
    }
  }

  record LineageReply(
      @JsonProperty("feature_specs") List<SpecReply> specs,
      @JsonProperty("models") List<ModelReply> models) {}
}
