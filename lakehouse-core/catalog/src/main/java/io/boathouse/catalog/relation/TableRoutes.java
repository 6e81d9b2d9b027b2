package io.boathouse.catalog.relation;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Unity Catalog's tables. */
public final class TableRoutes implements Routes {
  private static final String TABLES = "/api/2.1/unity-catalog/tables";
  private static final String TABLE = TABLES + "/:name";

  static final Endpoint CREATE =
      new Endpoint(POST, TABLES, "createTable")
          .requires(Permission.privileges("CREATE_TABLE on the schema"));
  static final Endpoint LIST =
      new Endpoint(GET, TABLES, "listTables")
          .requires(Permission.authenticated("only tables that the caller may see"));
  static final Endpoint GET_TABLE =
      new Endpoint(GET, TABLE, "getTable")
          .requires(Permission.privileges("any privilege on the table"));
  static final Endpoint EXISTS =
      new Endpoint(GET, TABLE + "/exists", "tableExists")
          .requires(Permission.authenticated("a hidden table does not exist"));
  static final Endpoint DELETE_TABLE =
      new Endpoint(DELETE, TABLE, "deleteTable")
          .requires(Permission.privileges("MANAGE on the table"));

  private final RelationService relations;
  private final StagedTables staged;

  /**
   * @param staged makes managed tables of what lies at a staging location
   */
  public TableRoutes(RelationService relations, StagedTables staged) {
    this.relations = relations;
    this.staged = staged;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_TABLE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(EXISTS, ErrorFormat.UNITY_CATALOG, this::exists);
    api.handle(DELETE_TABLE, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  record CreateRequest(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("catalog_name") @Nullable String catalogName,
      @JsonProperty("schema_name") @Nullable String schemaName,
      @JsonProperty("table_type") @Nullable String tableType,
      @JsonProperty("data_source_format") @Nullable String format,
      @JsonProperty("columns") @Nullable List<ColumnInfo> columns,
      @JsonProperty("storage_location") @Nullable String storageLocation,
      @JsonProperty("view_definition") @Nullable String viewDefinition,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("properties") @Nullable Map<String, String> properties) {}

  private Reply create(Request request) {
    CreateRequest body = request.json(CreateRequest.class);
    Relation.Kind kind = kind(HttpErrors.required("table_type", body.tableType()));
    if (kind == Relation.Kind.MANAGED && body.storageLocation() == null) {
      throw RelationErrors.managedNeedsStaging();
    }
    List<ColumnInfo> columns = Objects.requireNonNullElse(body.columns(), List.of());
    NewRelation relation =
        new NewRelation(
            FullName.of(
                HttpErrors.required("catalog_name", body.catalogName()),
                HttpErrors.required("schema_name", body.schemaName()),
                HttpErrors.required("name", body.name())),
            kind,
            Objects.requireNonNullElse(body.format(), kind == Relation.Kind.VIEW ? "" : "DELTA"),
            columns.stream()
                .sorted(
                    Comparator.comparingInt(
                        column -> Objects.requireNonNullElse(column.position(), 0)))
                .map(ColumnInfo::toColumn)
                .toList(),
            Optional.ofNullable(body.storageLocation()),
            Optional.ofNullable(body.viewDefinition()),
            Optional.ofNullable(body.comment()),
            Objects.requireNonNullElse(body.properties(), Map.of()));
    Relation made =
        kind == Relation.Kind.MANAGED
            ? staged.create(request.caller(), relation)
            : relations.create(request.caller(), relation);
    return Reply.of(TableInfo.of(made, true));
  }

  private Reply list(Request request) {
    FullName schema =
        FullName.of(request.requiredQuery("catalog_name"), request.requiredQuery("schema_name"));
    Page<Relation> page =
        relations.list(request.caller(), schema, PageRequest.of(request, 100, 100));
    return Reply.of(
        new ListReply(
            page.items().stream().map(one -> info(request, one)).toList(),
            page.nextPageToken().orElse(null)));
  }

  private Reply get(Request request) {
    return Reply.of(info(request, relations.get(request.caller(), name(request))));
  }

  private TableInfo info(Request request, Relation relation) {
    return TableInfo.of(relation, relations.tellsQuery(request.caller(), relation));
  }

  private Reply exists(Request request) {
    boolean exists = relations.find(request.caller(), name(request)).isPresent();
    return Reply.of(Map.of("table_exists", exists, "supports_foreign_metadata_update", false));
  }

  private Reply delete(Request request) {
    relations.delete(request.caller(), name(request));
    return Reply.empty();
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.TABLE, request.pathParam("name"));
  }

  private static Relation.Kind kind(String text) {
    return switch (text) {
      case "MANAGED" -> Relation.Kind.MANAGED;
      case "EXTERNAL" -> Relation.Kind.EXTERNAL;
      case "VIEW" -> Relation.Kind.VIEW;
      case "STREAMING_TABLE", "MATERIALIZED_VIEW", "METRIC_VIEW" ->
          throw RelationErrors.unsupportedKind(text);
      default -> throw HttpErrors.invalidParameter("table_type", text, "MANAGED, EXTERNAL or VIEW");
    };
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ListReply(
      @JsonProperty("tables") List<TableInfo> tables,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}
}
