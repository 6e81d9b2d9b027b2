package io.boathouse.sql.asset;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.auth.Caller;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Saved queries, as Databricks' queries API words them. */
public final class SavedQueryRoutes implements Routes {
  private static final String ROOT = "/api/2.0/sql/queries";
  private static final String ONE = ROOT + "/:id";
  private static final int USUAL = 20;
  private static final int MOST = 100;
  private static final Permission SEE =
      Permission.authenticated("CAN_VIEW on the query; others are not there");

  static final Endpoint LIST = new Endpoint(GET, ROOT, "listQueries").requires(SEE);
  static final Endpoint CREATE =
      new Endpoint(POST, ROOT, "createQuery")
          .requires(Permission.authenticated("who makes a query owns it"));
  static final Endpoint READ = new Endpoint(GET, ONE, "getQuery").requires(SEE);
  static final Endpoint UPDATE =
      new Endpoint(PATCH, ONE, "updateQuery")
          .requires(Permission.privileges("CAN_EDIT on the query"));
  static final Endpoint REMOVE =
      new Endpoint(DELETE, ONE, "deleteQuery")
          .requires(Permission.privileges("CAN_MANAGE on the query"));

  private final SavedQueryService queries;

  public SavedQueryRoutes(SavedQueryService queries) {
    this.queries = queries;
  }

  @Override
  public void mount(Api api) {
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(READ, ErrorFormat.DATABRICKS, this::get);
    api.handle(UPDATE, ErrorFormat.DATABRICKS, this::update);
    api.handle(REMOVE, ErrorFormat.DATABRICKS, this::delete);
  }

  /** What a caller says of a query; what is not built of it is refused. */
  private record Fields(
      @JsonProperty("display_name") @Nullable String name,
      @JsonProperty("description") @Nullable String description,
      @JsonProperty("query_text") @Nullable String text,
      @JsonProperty("warehouse_id") @Nullable String warehouse,
      @JsonProperty("catalog") @Nullable String catalog,
      @JsonProperty("schema") @Nullable String schema,
      @JsonProperty("parameters") @Nullable JsonNode parameters,
      @JsonProperty("tags") @Nullable JsonNode tags,
      @JsonProperty("parent_path") @Nullable JsonNode parentPath,
      @JsonProperty("run_as_mode") @Nullable JsonNode runAsMode,
      @JsonProperty("apply_auto_limit") @Nullable JsonNode autoLimit) {
    static final Set<String> KNOWN =
        Set.of("display_name", "description", "query_text", "warehouse_id", "catalog", "schema");

    void requireBuilt() {
      refuse("parameters", parameters);
      refuse("tags", tags);
      refuse("parent_path", parentPath);
      refuse("run_as_mode", runAsMode);
      refuse("apply_auto_limit", autoLimit);
    }

    private static void refuse(String field, @Nullable JsonNode value) {
      if (value != null && !value.isNull() && !value.asText("-").equals("VIEWER")) {
        throw AssetErrors.notBuilt(field);
      }
    }

    SavedQueryDetails toDetails() {
      return new SavedQueryDetails(
          HttpErrors.required("display_name", name),
          description == null ? "" : description,
          text == null ? "" : text,
          Optional.ofNullable(warehouse),
          Optional.ofNullable(catalog),
          Optional.ofNullable(schema));
    }

    /** What the mask does not name stays as it is. */
    SavedQueryDetails changing(SavedQueryDetails old, Set<String> mask) {
      return new SavedQueryDetails(
          mask.contains("display_name") ? HttpErrors.required("display_name", name) : old.name(),
          mask.contains("description")
              ? Optional.ofNullable(description).orElse("")
              : old.description(),
          mask.contains("query_text") ? Optional.ofNullable(text).orElse("") : old.text(),
          mask.contains("warehouse_id") ? Optional.ofNullable(warehouse) : old.warehouse(),
          mask.contains("catalog") ? Optional.ofNullable(catalog) : old.catalog(),
          mask.contains("schema") ? Optional.ofNullable(schema) : old.schema());
    }
  }

  private record Body(
      @JsonProperty("query") @Nullable Fields query,
      @JsonProperty("update_mask") @Nullable String mask) {
    Fields fields() {
      Fields found = HttpErrors.required("query", query);
      found.requireBuilt();
      return found;
    }

    Set<String> masked() {
      Set<String> fields = Set.copyOf(List.of(HttpErrors.required("update_mask", mask).split(",")));
      for (String field : fields) {
        if (!Fields.KNOWN.contains(field)) {
          throw AssetErrors.badMask(field);
        }
      }
      return fields;
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record QueryReply(
      @JsonProperty("id") String id,
      @JsonProperty("display_name") String name,
      @JsonProperty("description") String description,
      @JsonProperty("owner_user_name") String owner,
      @JsonProperty("last_modifier_user_name") String modifiedBy,
      @JsonProperty("query_text") String text,
      @JsonProperty("warehouse_id") @Nullable String warehouse,
      @JsonProperty("catalog") @Nullable String catalog,
      @JsonProperty("schema") @Nullable String schema,
      @JsonProperty("lifecycle_state") String state,
      @JsonProperty("run_as_mode") String runAsMode,
      @JsonProperty("create_time") String createTime,
      @JsonProperty("update_time") String updateTime) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Listing(
      @JsonProperty("results") List<QueryReply> results,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}

  private Reply list(Request request) {
    int size = Math.clamp(request.longQuery("page_size").orElse((long) USUAL), 1, MOST);
    Page<SavedQuery> page =
        queries.list(request.caller(), new PageRequest(size, request.query("page_token")));
    return Reply.of(
        new Listing(
            page.items().stream().map(query -> shown(request.caller(), query)).toList(),
            page.nextPageToken().orElse(null)));
  }

  private Reply create(Request request) {
    SavedQueryDetails details = request.json(Body.class).fields().toDetails();
    return Reply.of(shown(request.caller(), queries.create(request.caller(), details)));
  }

  private Reply get(Request request) {
    return Reply.of(
        shown(request.caller(), queries.get(request.caller(), request.pathParam("id"))));
  }

  private Reply update(Request request) {
    Body body = request.json(Body.class);
    SavedQuery old = queries.get(request.caller(), request.pathParam("id"));
    SavedQueryDetails details = body.fields().changing(old.details(), body.masked());
    return Reply.of(
        shown(request.caller(), queries.update(request.caller(), old.id().toString(), details)));
  }

  private Reply delete(Request request) {
    queries.delete(request.caller(), request.pathParam("id"));
    return Reply.empty();
  }

  private QueryReply shown(Caller caller, SavedQuery query) {
    SavedQueryDetails details = query.details();
    return new QueryReply(
        query.id().toString(),
        details.name(),
        details.description(),
        queries.owner(caller, query),
        query.modifiedBy(),
        details.text(),
        details.warehouse().orElse(null),
        details.catalog().orElse(null),
        details.schema().orElse(null),
        "ACTIVE",
        "VIEWER",
        query.createdAt().toString(),
        query.updatedAt().toString());
  }
}
