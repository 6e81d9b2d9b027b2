package io.boathouse.table.iceberg;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.HEAD;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.namespace.Namespace;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.apache.iceberg.rest.responses.LoadTableResponseParser;
import org.jspecify.annotations.Nullable;

/** The part of the Iceberg REST catalog that a reader needs (rest-catalog-open-api.yaml). */
public final class IcebergRoutes implements Routes {
  private static final String BASE = "/api/2.1/unity-catalog/iceberg";
  private static final String WAREHOUSE = BASE + "/v1/catalogs/:catalog";
  private static final String NAMESPACE = WAREHOUSE + "/namespaces/:namespace";
  private static final String TABLE = NAMESPACE + "/tables/:table";
  private static final Permission VISIBLE =
      Permission.authenticated("only what the caller may see");
  private static final Permission SELECT = Permission.privileges("SELECT on the table");
  private static final Permission WRITE =
      Permission.authenticated("refused; tables are written through SQL or Delta");

  static final Endpoint CONFIG =
      new Endpoint(GET, BASE + "/v1/config", "icebergConfig").requires(VISIBLE);
  static final Endpoint NAMESPACES =
      new Endpoint(GET, WAREHOUSE + "/namespaces", "icebergListNamespaces").requires(VISIBLE);
  static final Endpoint LOAD_NAMESPACE =
      new Endpoint(GET, NAMESPACE, "icebergLoadNamespace").requires(VISIBLE);
  static final Endpoint NAMESPACE_EXISTS =
      new Endpoint(HEAD, NAMESPACE, "icebergNamespaceExists").requires(VISIBLE);
  static final Endpoint TABLES =
      new Endpoint(GET, NAMESPACE + "/tables", "icebergListTables").requires(VISIBLE);
  static final Endpoint LOAD_TABLE = new Endpoint(GET, TABLE, "icebergLoadTable").requires(SELECT);
  static final Endpoint TABLE_EXISTS =
      new Endpoint(HEAD, TABLE, "icebergTableExists").requires(VISIBLE);
  static final Endpoint VIEWS =
      new Endpoint(GET, NAMESPACE + "/views", "icebergListViews").requires(VISIBLE);
  static final Endpoint LOAD_VIEW =
      new Endpoint(GET, NAMESPACE + "/views/:view", "icebergLoadView").requires(VISIBLE);
  private static final List<Endpoint> WRITES =
      List.of(
          new Endpoint(POST, WAREHOUSE + "/namespaces", "icebergCreateNamespace"),
          new Endpoint(DELETE, NAMESPACE, "icebergDropNamespace"),
          new Endpoint(POST, NAMESPACE + "/tables", "icebergCreateTable"),
          new Endpoint(POST, TABLE, "icebergCommitTable"),
          new Endpoint(DELETE, TABLE, "icebergDropTable"));
  private static final int MOST = 1_000;

  private final IcebergService iceberg;

  public IcebergRoutes(IcebergService iceberg) {
    this.iceberg = iceberg;
  }

  @Override
  public void mount(Api api) {
    api.handle(CONFIG, ErrorFormat.ICEBERG, this::config);
    api.handle(NAMESPACES, ErrorFormat.ICEBERG, this::namespaces);
    api.handle(LOAD_NAMESPACE, ErrorFormat.ICEBERG, this::namespace);
    api.handle(NAMESPACE_EXISTS, ErrorFormat.ICEBERG, this::namespaceExists);
    api.handle(TABLES, ErrorFormat.ICEBERG, this::tables);
    api.handle(LOAD_TABLE, ErrorFormat.ICEBERG, this::table);
    api.handle(TABLE_EXISTS, ErrorFormat.ICEBERG, this::tableExists);
    api.handle(VIEWS, ErrorFormat.ICEBERG, this::views);
    api.handle(LOAD_VIEW, ErrorFormat.ICEBERG, this::view);
    for (Endpoint write : WRITES) {
      api.unsupported(
          write.requires(WRITE),
          ErrorFormat.ICEBERG,
          "This catalog is read through Iceberg; write its tables through SQL or Delta.");
    }
  }

  record Config(
      @JsonProperty("defaults") Map<String, String> defaults,
      @JsonProperty("overrides") Map<String, String> overrides,
      @JsonProperty("endpoints") List<String> endpoints) {}

  private Reply config(Request request) {
    FullName catalog =
        FullName.of(request.query("warehouse").orElseThrow(IcebergErrors::noWarehouse));
    Namespace unused = iceberg.warehouse(request.caller(), catalog);
    return Reply.of(
        new Config(
            Map.of(),
            Map.of("prefix", "catalogs/" + catalog),
            List.of(
                "GET /v1/{prefix}/namespaces",
                "GET /v1/{prefix}/namespaces/{namespace}",
                "HEAD /v1/{prefix}/namespaces/{namespace}",
                "GET /v1/{prefix}/namespaces/{namespace}/tables",
                "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
                "HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}",
                "GET /v1/{prefix}/namespaces/{namespace}/views",
                "GET /v1/{prefix}/namespaces/{namespace}/views/{view}")));
  }

  record Namespaces(
      @JsonProperty("namespaces") List<List<String>> namespaces,
      @JsonProperty("next-page-token") @Nullable String nextPageToken) {}

  private Reply namespaces(Request request) {
    if (request.query("parent").filter(parent -> !parent.isEmpty()).isPresent()) {
      Namespace unused =
          iceberg.namespace(
              request.caller(), catalog(request).child(request.query("parent").get()));
      return Reply.of(new Namespaces(List.of(), null)); // schemas hold no schemas
    }
    Page<FullName> found = iceberg.namespaces(request.caller(), catalog(request), page(request));
    return Reply.of(
        new Namespaces(
            found.items().stream().map(name -> List.of(name.name())).toList(),
            found.nextPageToken().orElse(null)));
  }

  record LoadedNamespace(
      @JsonProperty("namespace") List<String> namespace,
      @JsonProperty("properties") Map<String, String> properties) {}

  private Reply namespace(Request request) {
    Namespace found = iceberg.namespace(request.caller(), schema(request));
    return Reply.of(
        new LoadedNamespace(
            List.of(found.securable().name().name()), Map.of("owner", found.securable().owner())));
  }

  private Reply namespaceExists(Request request) {
    Namespace unused = iceberg.namespace(request.caller(), schema(request));
    return Reply.status(204);
  }

  record Identifier(
      @JsonProperty("namespace") List<String> namespace, @JsonProperty("name") String name) {}

  record Identifiers(
      @JsonProperty("identifiers") List<Identifier> identifiers,
      @JsonProperty("next-page-token") @Nullable String nextPageToken) {}

  private Reply tables(Request request) {
    FullName schema = schema(request);
    Page<FullName> found = iceberg.tables(request.caller(), schema, page(request));
    return Reply.of(
        new Identifiers(
            found.items().stream()
                .map(name -> new Identifier(List.of(schema.name()), name.name()))
                .toList(),
            found.nextPageToken().orElse(null)));
  }

  private Reply table(Request request) {
    IcebergService.Loaded loaded = iceberg.load(request.caller(), name(request));
    String tag = "\"%s-%d\"".formatted(loaded.tableId(), loaded.version());
    boolean vended =
        request.header("X-Iceberg-Access-Delegation").orElse("").contains("vended-credentials");
    if (!vended && request.header("If-None-Match").filter(tag::equals).isPresent()) {
      return Reply.status(304).withHeader("ETag", tag);
    }
    LoadTableResponse.Builder response =
        LoadTableResponse.builder().withTableMetadata(loaded.metadata());
    if (vended) {
      IcebergAccess.add(response, iceberg.access(request.caller(), loaded));
    }
    String json = LoadTableResponseParser.toJson(response.build());
    return new Reply(
            200,
            Map.of(),
            new Reply.Body.Bytes("application/json", json.getBytes(StandardCharsets.UTF_8)))
        .withHeader("ETag", tag);
  }

  private Reply tableExists(Request request) {
    Relation unused = iceberg.table(request.caller(), name(request));
    return Reply.status(204);
  }

  private Reply views(Request request) {
    Namespace unused = iceberg.namespace(request.caller(), schema(request));
    return Reply.of(new Identifiers(List.of(), null));
  }

  private Reply view(Request request) {
    Namespace unused = iceberg.namespace(request.caller(), schema(request));
    throw IcebergErrors.noView(request.pathParam("view"));
  }

  private static PageRequest page(Request request) {
    long size = request.longQuery("pageSize").filter(asked -> asked > 0).orElse((long) MOST);
    return new PageRequest((int) Math.min(size, MOST), request.query("pageToken"));
  }

  private static FullName catalog(Request request) {
    return FullName.of(request.pathParam("catalog"));
  }

  private static FullName schema(Request request) {
    return catalog(request).child(request.pathParam("namespace"));
  }

  private static FullName name(Request request) {
    return schema(request).child(request.pathParam("table"));
  }
}
