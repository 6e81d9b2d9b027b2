package io.boathouse.featurestore.join;

import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.featurestore.join.TrainingSetJson.ColumnJson;
import io.boathouse.featurestore.join.TrainingSetRequest.Join;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Training sets over REST: make, show, read, make again. */
public final class TrainingSetRoutes implements Routes {
  private static final String ALL = "/api/2.0/boathouse/training-sets";
  private static final Permission OWN =
      Permission.authenticated("only the caller's own training sets; administrators see all");

  static final Endpoint CREATE =
      new Endpoint(POST, ALL, "createTrainingSet")
          .requires(Permission.privileges("SELECT on the feature tables and the labels' tables"));
  static final Endpoint LIST = new Endpoint(GET, ALL, "listTrainingSets").requires(OWN);
  static final Endpoint GET_ONE = new Endpoint(GET, ALL + "/:id", "getTrainingSet").requires(OWN);
  static final Endpoint RECREATE =
      new Endpoint(POST, ALL + "/:id/recreate", "recreateTrainingSet").requires(OWN);
  private static final Permission READ =
      Permission.privileges("SELECT on the tables that the caller's own training set is made of");
  static final Endpoint ROWS =
      new Endpoint(POST, ALL + "/:id/rows", "getTrainingSetRows").requires(READ);
  static final Endpoint DATA =
      new Endpoint(GET, ALL + "/:id/data", "downloadTrainingSet").requires(READ);

  static final Endpoint NAIVE =
      new Endpoint(POST, ALL + "/:id/naive", "createNaiveTrainingSet").requires(READ);

  private static final int MAX_RESULTS = 1000;
  private static final int MAX_ROWS = 10_000;

  private final TrainingSetService sets;

  public TrainingSetRoutes(TrainingSetService sets) {
    this.sets = sets;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.DATABRICKS, this::create);
    api.handle(LIST, ErrorFormat.DATABRICKS, this::list);
    api.handle(GET_ONE, ErrorFormat.DATABRICKS, this::get);
    api.handle(RECREATE, ErrorFormat.DATABRICKS, this::recreate);
    api.handle(NAIVE, ErrorFormat.DATABRICKS, this::naive);
    api.handle(ROWS, ErrorFormat.DATABRICKS, this::rows);
    api.handle(DATA, ErrorFormat.DATABRICKS, this::data);
  }

  private Reply create(Request request) {
    CreateBody body = request.json(CreateBody.class);
    return Reply.of(SetReply.of(sets.create(request.caller(), body.toRequest())));
  }

  private Reply list(Request request) {
    int limit = Math.clamp(request.longQuery("max_results").orElse(100L), 1, MAX_RESULTS);
    return Reply.of(
        Map.of(
            "training_sets",
            sets.list(request.caller(), limit).stream().map(SetReply::of).toList()));
  }

  private Reply get(Request request) {
    return Reply.of(SetReply.of(sets.get(request.caller(), request.pathParam("id"))));
  }

  private Reply recreate(Request request) {
    request.requireNoFields();
    return Reply.of(SetReply.of(sets.recreate(request.caller(), request.pathParam("id"))));
  }

  private Reply naive(Request request) {
    request.requireNoFields();
    return Reply.of(SetReply.of(sets.naive(request.caller(), request.pathParam("id"))));
  }

  private Reply rows(Request request) {
    RowsBody body = request.json(RowsBody.class);
    TrainingSetRows.Found found =
        sets.rows(request.caller(), request.pathParam("id"), body.toSelection());
    return Reply.of(
        Map.of(
            "columns", found.columns().stream().map(ColumnJson::of).toList(),
            "rows", found.rows()));
  }

  private Reply data(Request request) {
    InputStream in = sets.data(request.caller(), request.pathParam("id"));
    return Reply.stream(
        "application/vnd.apache.parquet",
        OptionalLong.empty(),
        out -> {
          try (in) {
            long unused = in.transferTo(out);
          }
        });
  }

  record RowsBody(
      @JsonProperty("where") @Nullable Map<String, List<JsonNode>> where,
      @JsonProperty("columns") @Nullable List<String> columns,
      @JsonProperty("max_rows") @Nullable Integer maxRows) {
    TrainingSetRows.Selection toSelection() {
      int limit = maxRows == null ? MAX_ROWS : maxRows;
      if (limit < 1 || limit > MAX_ROWS) {
        throw HttpErrors.invalidParameter(
            "max_rows", Integer.toString(limit), "a number from 1 to " + MAX_ROWS);
      }
      Map<String, List<String>> values = new LinkedHashMap<>();
      Objects.requireNonNullElse(where, Map.<String, List<JsonNode>>of())
          .forEach((name, list) -> values.put(name, list.stream().map(JsonNode::asText).toList()));
      return new TrainingSetRows.Selection(
          values, Objects.requireNonNullElse(columns, List.of()), limit);
    }
  }

  record CreateBody(
      @JsonProperty("spec") @Nullable String spec,
      @JsonProperty("spec_version") @Nullable Integer specVersion,
      @JsonProperty("labels") @Nullable String labels,
      @JsonProperty("timestamp_column") @Nullable String timestampColumn,
      @JsonProperty("label_column") @Nullable String labelColumn,
      @JsonProperty("order_by") @Nullable List<String> orderBy) {
    TrainingSetRequest toRequest() {
      return new TrainingSetRequest(
          FullName.parse(SecurableType.FUNCTION, HttpErrors.required("spec", spec)),
          HttpErrors.required("spec_version", specVersion),
          HttpErrors.required("labels", labels),
          HttpErrors.required("timestamp_column", timestampColumn),
          HttpErrors.required("label_column", labelColumn),
          HttpErrors.required("order_by", orderBy));
    }
  }

  /** A training set on the wire; times in milliseconds since the epoch. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record SetReply(
      @JsonProperty("id") String id,
      @JsonProperty("spec") String spec,
      @JsonProperty("spec_version") int specVersion,
      @JsonProperty("labels") String labels,
      @JsonProperty("timestamp_column") String timestampColumn,
      @JsonProperty("label_column") String labelColumn,
      @JsonProperty("order_by") List<String> orderBy,
      @JsonProperty("naive") @Nullable Boolean naive,
      @JsonProperty("columns") List<ColumnJson> columns,
      @JsonProperty("features") List<String> features,
      @JsonProperty("rows") long rows,
      @JsonProperty("not_found") @JsonInclude Map<String, Long> notFound,
      @JsonProperty("not_known") Map<String, Long> notKnown,
      @JsonProperty("warnings") List<String> warnings,
      @JsonProperty("label_versions") @JsonInclude Map<String, Long> labelVersions,
      @JsonProperty("feature_versions") @JsonInclude Map<String, Long> featureVersions,
      @JsonProperty("sha256") String sha256,
      @JsonProperty("path") String path,
      @JsonProperty("created_at") long createdAt,
      @JsonProperty("created_by") String createdBy) {
    static SetReply of(TrainingSet set) {
      return new SetReply(
          set.id(),
          set.request().spec().toString(),
          set.request().specVersion(),
          set.request().labels(),
          set.request().timestampColumn(),
          set.request().labelColumn(),
          set.request().orderBy(),
          set.request().join() == Join.NAIVE ? true : null,
          set.columns().stream().map(ColumnJson::of).toList(),
          set.features(),
          set.rows(),
          set.notFound(),
          set.notKnown(),
          set.warnings(),
          set.labelVersions(),
          set.featureVersions(),
          set.sha256(),
          set.data().toString(),
          set.createdAt().toEpochMilli(),
          set.creator());
    }
  }
}
