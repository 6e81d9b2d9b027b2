package io.boathouse.catalog.lineage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lineage of tables and columns, one step in Databricks' words and any number in ours. */
public final class RelatedRoutes implements Routes {
  private static final Permission VISIBLE =
      Permission.authenticated("of tables that the caller may know of, along such tables");

  static final Endpoint TABLE =
      new Endpoint(Method.GET, "/api/2.0/lineage-tracking/table-lineage", "getTableLineage")
          .requires(VISIBLE);
  static final Endpoint COLUMN =
      new Endpoint(Method.GET, "/api/2.0/lineage-tracking/column-lineage", "getColumnLineage")
          .requires(VISIBLE);
  static final Endpoint TABLES =
      new Endpoint(Method.GET, "/api/2.0/boathouse/lineage/tables", "walkTableLineage")
          .requires(VISIBLE);
  static final Endpoint COLUMNS =
      new Endpoint(Method.GET, "/api/2.0/boathouse/lineage/columns", "walkColumnLineage")
          .requires(VISIBLE);
  static final Endpoint EXTERNAL =
      new Endpoint(
              Method.POST,
              "/api/2.0/lineage-tracking/external-lineage",
              "createExternalLineageRelationship")
          .requires(VISIBLE);

  private static final WalkLimits ONE_STEP = new WalkLimits(1, 5_000);

  private final RelatedService related;

  public RelatedRoutes(RelatedService related) {
    this.related = related;
  }

  @Override
  public void mount(Api api) {
    api.handle(TABLE, ErrorFormat.DATABRICKS, this::table);
    api.handle(COLUMN, ErrorFormat.DATABRICKS, this::column);
    api.handle(TABLES, ErrorFormat.DATABRICKS, this::tables);
    api.handle(COLUMNS, ErrorFormat.DATABRICKS, this::columns);
    api.unsupported(EXTERNAL, ErrorFormat.DATABRICKS, "Send OpenLineage events instead.");
  }

  /**
   * @param type the protocol's word for what it is
   */
  record TableInfo(
      @JsonProperty("name") String name,
      @JsonProperty("catalog_name") String catalog,
      @JsonProperty("schema_name") String schema,
      @JsonProperty("table_type") String type,
      @JsonProperty("lineage_timestamp") Instant at) {
    static TableInfo of(FullName name, Instant at) {
      return new TableInfo(name.name(), name.catalog(), name.schema(), "TABLE", at);
    }
  }

  record FileInfo(@JsonProperty("path") String path) {}

  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Neighbour(
      @JsonProperty("tableInfo") Optional<TableInfo> table,
      @JsonProperty("fileInfo") Optional<FileInfo> file) {}

  record TableReply(
      @JsonProperty("upstreams") List<Neighbour> upstreams,
      @JsonProperty("downstreams") List<Neighbour> downstreams) {}

  record ColumnInfo(
      @JsonProperty("name") String name,
      @JsonProperty("catalog_name") String catalog,
      @JsonProperty("schema_name") String schema,
      @JsonProperty("table_name") String table,
      @JsonProperty("table_type") String type) {
    static ColumnInfo of(ColumnEdge.Column column) {
      FullName table = column.table();
      return new ColumnInfo(column.name(), table.catalog(), table.schema(), table.name(), "TABLE");
    }
  }

  record ColumnReply(
      @JsonProperty("upstream_cols") List<ColumnInfo> upstreams,
      @JsonProperty("downstream_cols") List<ColumnInfo> downstreams) {}

  record Step(
      @JsonProperty("from") String from,
      @JsonProperty("to") String to,
      @JsonProperty("how") String how,
      @JsonProperty("at") Instant at,
      @JsonProperty("principal") String principal,
      @JsonProperty("hops") int hops) {}

  record ColumnStep(
      @JsonProperty("from_table") String fromTable,
      @JsonProperty("from_column") String fromColumn,
      @JsonProperty("to_table") String toTable,
      @JsonProperty("to_column") String toColumn,
      @JsonProperty("how") String how,
      @JsonProperty("at") Instant at,
      @JsonProperty("principal") String principal,
      @JsonProperty("hops") int hops) {
    static ColumnStep of(ColumnEdge edge) {
      return new ColumnStep(
          edge.from().table().toString(),
          edge.from().name(),
          edge.to().table().toString(),
          edge.to().name(),
          edge.how(),
          edge.at(),
          edge.principal(),
          edge.hops());
    }
  }

  record Steps<T>(@JsonProperty("edges") List<T> edges) {}

  private Reply table(Request request) {
    FullName table = name(request);
    List<Neighbour> upstreams = new ArrayList<>();
    for (TableEdge edge : related.tables(request.caller(), table, ONE_STEP, true)) {
      upstreams.add(neighbour(edge.from(), edge));
    }
    for (LineageNode file : related.files(request.caller(), table)) {
      upstreams.add(new Neighbour(Optional.empty(), Optional.of(new FileInfo(file.label()))));
    }
    List<Neighbour> downstreams =
        related.tables(request.caller(), table, ONE_STEP, false).stream()
            .map(edge -> neighbour(edge.to(), edge))
            .toList();
    return Reply.of(new TableReply(upstreams, downstreams));
  }

  private static Neighbour neighbour(TableEdge.Table table, TableEdge edge) {
    return new Neighbour(Optional.of(TableInfo.of(table.name(), edge.at())), Optional.empty());
  }

  private Reply column(Request request) {
    ColumnEdge.Column column = columnName(request);
    return Reply.of(
        new ColumnReply(
            related.columns(request.caller(), column, ONE_STEP, true).stream()
                .map(edge -> ColumnInfo.of(edge.from()))
                .toList(),
            related.columns(request.caller(), column, ONE_STEP, false).stream()
                .map(edge -> ColumnInfo.of(edge.to()))
                .toList()));
  }

  private Reply tables(Request request) {
    return Reply.of(
        new Steps<>(
            related
                .tables(request.caller(), name(request), limits(request), upstream(request))
                .stream()
                .map(
                    edge ->
                        new Step(
                            edge.from().name().toString(),
                            edge.to().name().toString(),
                            edge.how(),
                            edge.at(),
                            edge.principal(),
                            edge.hops()))
                .toList()));
  }

  private Reply columns(Request request) {
    return Reply.of(
        new Steps<>(
            related
                .columns(request.caller(), columnName(request), limits(request), upstream(request))
                .stream()
                .map(ColumnStep::of)
                .toList()));
  }

  private static boolean upstream(Request request) {
    String direction = request.query("direction").orElse("upstream");
    return switch (direction) {
      case "upstream" -> true;
      case "downstream" -> false;
      default ->
          throw HttpErrors.invalidParameter("direction", direction, "upstream or downstream");
    };
  }

  private static WalkLimits limits(Request request) {
    return new WalkLimits(
        Math.clamp(request.longQuery("hops").orElse(10L), 1, 50),
        Math.clamp(request.longQuery("max_edges").orElse(1_000L), 1, 5_000));
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.TABLE, parameter(request, "table_name"));
  }

  private static ColumnEdge.Column columnName(Request request) {
    return new ColumnEdge.Column(name(request), parameter(request, "column_name"));
  }

  /** The protocol's clients send parameters in the body, too. */
  private static String parameter(Request request, String name) {
    return request
        .query(name)
        .or(() -> Optional.ofNullable(request.json().path(name).textValue()))
        .orElseThrow(() -> HttpErrors.missingParameter(name));
  }
}
