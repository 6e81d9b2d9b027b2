package io.boathouse.featurestore.lookup;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Feature values by key over REST, of one table or of a spec. */
public final class LookupRoutes implements Routes {
  private static final int MAX_ROWS = 10_000;

  static final Endpoint TABLE =
      new Endpoint(POST, "/api/2.0/boathouse/feature-tables/:name/lookup", "lookupFeatureTable")
          .requires(Permission.privileges("SELECT on the table"));
  static final Endpoint SPEC =
      new Endpoint(
              POST,
              "/api/2.0/boathouse/feature-specs/:name/versions/:version/lookup",
              "lookupFeatureSpec")
          .requires(Permission.privileges("SELECT on every feature table of the spec"));

  private final FeatureLookupService lookups;

  public LookupRoutes(FeatureLookupService lookups) {
    this.lookups = lookups;
  }

  @Override
  public void mount(Api api) {
    api.handle(TABLE, ErrorFormat.DATABRICKS, this::table);
    api.handle(SPEC, ErrorFormat.DATABRICKS, this::spec);
  }

  private Reply table(Request request) {
    TableBody body = request.json(TableBody.class);
    LookupPlan plan =
        lookups.plan(
            request.caller(),
            FullName.parse(SecurableType.TABLE, request.pathParam("name")),
            Objects.requireNonNullElse(body.features(), List.of()));
    return Reply.of(LookupReply.of(plan.assemble(rows(body.keys(), "keys"))));
  }

  private Reply spec(Request request) {
    SpecBody body = request.json(SpecBody.class);
    int version = Math.clamp(request.longPathParam("version"), 0, Integer.MAX_VALUE);
    LookupPlan plan =
        lookups.plan(
            request.caller(),
            FullName.parse(SecurableType.FUNCTION, request.pathParam("name")),
            version);
    return Reply.of(LookupReply.of(plan.assemble(rows(body.rows(), "rows"))));
  }

  private static List<Map<String, @Nullable Object>> rows(
      @Nullable List<Map<String, @Nullable Object>> rows, String field) {
    if (rows == null) {
      throw HttpErrors.missingParameter(field);
    }
    if (rows.size() > MAX_ROWS) {
      throw HttpErrors.invalidParameter(
          field, Integer.toString(rows.size()), "at most " + MAX_ROWS + " rows");
    }
    return rows;
  }

  record TableBody(
      @JsonProperty("keys") @Nullable List<Map<String, @Nullable Object>> keys,
      @JsonProperty("features") @Nullable List<String> features) {}

  record SpecBody(@JsonProperty("rows") @Nullable List<Map<String, @Nullable Object>> rows) {}

  record ColumnReply(@JsonProperty("name") String name, @JsonProperty("type") String type) {}

  record RowReply(
      @JsonProperty("values") List<@Nullable Object> values,
      @JsonProperty("statuses") List<String> statuses) {}

  record LookupReply(
      @JsonProperty("columns") List<ColumnReply> columns,
      @JsonProperty("rows") List<RowReply> rows) {
    static LookupReply of(AssembledRows rows) {
      List<ColumnReply> columns =
          rows.columns().stream()
              .map(column -> new ColumnReply(column.name(), column.type().name()))
              .toList();
      List<RowReply> replies = new ArrayList<>(rows.rows());
      for (int row = 0; row < rows.rows(); row++) {
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        List<String> statuses = new ArrayList<>(columns.size());
        for (int column = 0; column < columns.size(); column++) {
          values.add(rows.value(row, column));
          statuses.add(rows.status(row, column).name());
        }
        replies.add(new RowReply(values, statuses));
      }
      return new LookupReply(columns, replies);
    }
  }
}
