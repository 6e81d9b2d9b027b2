package io.boathouse.featurestore.table;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.table.FeatureStatistics.ColumnStatistics;
import io.boathouse.featurestore.table.FeatureTableJson.ColumnJson;
import io.boathouse.featurestore.table.FeatureTableJson.KnownAtJson;
import io.boathouse.featurestore.table.FeatureTableJson.WindowedJson;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Feature tables over REST: declare, compute, browse, describe, statistics. */
public final class FeatureTableRoutes implements Routes {
  private static final String ALL = "/api/2.0/boathouse/feature-tables";
  private static final String ONE = ALL + "/:name";
  private static final Permission VISIBLE =
      Permission.authenticated("only feature tables that the caller may see");

  static final Endpoint CREATE =
      new Endpoint(POST, ALL, "createFeatureTable")
          .requires(
              Permission.privileges(
                  "MODIFY on a declared table, or CREATE_TABLE on the schema of a computed one",
                  "SELECT on what is read"));
  static final Endpoint LIST = new Endpoint(GET, ALL, "listFeatureTables").requires(VISIBLE);
  static final Endpoint GET_ONE = new Endpoint(GET, ONE, "getFeatureTable").requires(VISIBLE);
  static final Endpoint DROP =
      new Endpoint(DELETE, ONE, "deleteFeatureTable")
          .requires(Permission.privileges("MANAGE on the table"));
  static final Endpoint REFRESH =
      new Endpoint(POST, ONE + "/refresh", "refreshFeatureTable")
          .requires(Permission.privileges("MODIFY on the table", "SELECT on what is read"));
  static final Endpoint STATISTICS =
      new Endpoint(GET, ONE + "/statistics", "getFeatureTableStatistics")
          .requires(Permission.privileges("SELECT on the table"));

  private final FeatureTableService tables;

  public FeatureTableRoutes(FeatureTableService tables) {
    this.tables = tables;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_ONE, ErrorFormat.DATABRICKS, this::get);
    api.handle(DROP, ErrorFormat.DATABRICKS, this::drop);
    api.handle(REFRESH, ErrorFormat.DATABRICKS, this::refresh);
    api.handle(STATISTICS, ErrorFormat.DATABRICKS, this::statistics);
  }

  private Reply create(Request request) {
    CreateBody body = request.json(CreateBody.class);
    FullName name = FullName.parse(SecurableType.TABLE, HttpErrors.required("name", body.name()));
    if (body.definition() != null) {
      return Reply.of(
          TableReply.of(
              tables.create(
                  request.caller(),
                  name,
                  body.definition().toDefinition(),
                  Optional.ofNullable(body.comment()))));
    }
    if (body.comment() != null) {
      throw HttpErrors.invalidParameter(
          "comment", body.comment(), "none, as the declared table has its own comment");
    }
    KnownAt knownAt = body.knownAt() == null ? KnownAt.event() : body.knownAt().toKnownAt();
    return Reply.of(
        TableReply.of(
            tables.register(
                request.caller(),
                new NewFeatureTable(
                    name,
                    HttpErrors.required("primary_keys", body.keys()),
                    HttpErrors.required("timestamp_column", body.timestampColumn()),
                    knownAt,
                    Objects.requireNonNullElse(body.descriptions(), Map.of())))));
  }

  private Reply list(Request request) {
    Page<TableReply> page =
        tables
            .list(
                request.caller(),
                new FeatureTableService.Search(
                    request.query("schema").map(FullName::parse), request.query("contains")),
                PageRequest.of(request, 100, 1000))
            .map(TableReply::of);
    return Reply.of(new ListReply(page.items(), page.nextPageToken().orElse(null)));
  }

  private Reply get(Request request) {
    return Reply.of(TableReply.of(tables.get(request.caller(), name(request))));
  }

  private Reply drop(Request request) {
    tables.drop(request.caller(), name(request));
    return Reply.empty();
  }

  private Reply refresh(Request request) {
    request.requireNoFields();
    return Reply.of(TableReply.of(tables.refresh(request.caller(), name(request))));
  }

  private Reply statistics(Request request) {
    return Reply.of(StatisticsReply.of(tables.statistics(request.caller(), name(request))));
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.TABLE, request.pathParam("name"));
  }

  record CreateBody(
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("primary_keys") @Nullable List<String> keys,
      @JsonProperty("timestamp_column") @Nullable String timestampColumn,
      @JsonProperty("known_at") @Nullable KnownAtJson knownAt,
      @JsonProperty("descriptions") @Nullable Map<String, String> descriptions,
      @JsonProperty("definition") @Nullable WindowedJson definition) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ListReply(
      @JsonProperty("feature_tables") List<TableReply> tables,
      @JsonProperty("next_page_token") @Nullable String nextPageToken) {}

  /** A feature table on the wire; times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TableReply(
      @JsonProperty("name") String name,
      @JsonProperty("id") String id,
      @JsonProperty("owner") String owner,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("primary_keys") List<ColumnJson> keys,
      @JsonProperty("timestamp_column") String timestampColumn,
      @JsonProperty("known_at") KnownAtJson knownAt,
      @JsonProperty("features") List<ColumnJson> features,
      @JsonProperty("definition") @Nullable WindowedJson definition,
      @JsonProperty("version") long version,
      @JsonProperty("refreshed_at") long refreshedAt) {
    static TableReply of(FeatureTable table) {
      return new TableReply(
          table.name().toString(),
          table.id().toString(),
          table.securable().owner(),
          table.securable().comment().orElse(null),
          table.keys().stream().map(ColumnJson::of).toList(),
          table.shape().eventTime(),
          KnownAtJson.of(table.shape().knownAt()),
          table.features().stream().map(ColumnJson::of).toList(),
          table.windowed().map(WindowedJson::of).orElse(null),
          table.version(),
          table.refreshedAt().toEpochMilli());
    }
  }

  record StatisticsReply(
      @JsonProperty("version") long version,
      @JsonProperty("rows") long rows,
      @JsonProperty("approximate_keys") long keys,
      @JsonProperty("features") List<FeatureReply> features) {
    static StatisticsReply of(FeatureStatistics statistics) {
      return new StatisticsReply(
          statistics.version(),
          statistics.rows(),
          statistics.keys(),
          statistics.features().stream().map(FeatureReply::of).toList());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record FeatureReply(
      @JsonProperty("name") String name,
      @JsonProperty("type") String type,
      @JsonProperty("null_share") double nullShare,
      @JsonProperty("min") @Nullable String min,
      @JsonProperty("max") @Nullable String max,
      @JsonProperty("mean") @Nullable Double mean,
      @JsonProperty("approximate_distinct") long distinct) {
    static FeatureReply of(ColumnStatistics statistics) {
      return new FeatureReply(
          statistics.column().name(),
          statistics.column().type().name(),
          statistics.nullShare(),
          statistics.min().orElse(null),
          statistics.max().orElse(null),
          statistics.mean().orElse(null),
          statistics.distinct());
    }
  }
}
