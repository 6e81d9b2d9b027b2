package io.boathouse.sql.statement;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import io.boathouse.sql.statement.PreviewService.Preview;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody would get of a table, over HTTP. */
public final class PreviewRoutes implements Routes {
  static final Endpoint PREVIEW =
      new Endpoint(Method.GET, "/api/2.0/boathouse/tables/:name/preview", "previewTableAs")
          .requires(
              Permission.privileges("MANAGE on the table, and on what above it has a policy"));

  private static final int MOST = 100;

  private final PreviewService previews;

  public PreviewRoutes(PreviewService previews) {
    this.previews = previews;
  }

  @Override
  public void mount(Api api) {
    api.handle(PREVIEW, ErrorFormat.DATABRICKS, this::preview);
  }

  record Shown(
      @JsonProperty("principal") String principal,
      @JsonProperty("allowed") boolean allowed,
      @JsonProperty("columns") List<String> columns,
      @JsonProperty("rows") List<List<@Nullable String>> rows) {
    static Shown of(Preview preview) {
      return new Shown(
          preview.principal(),
          preview.allowed(),
          preview.columns().stream().map(column -> column.name()).toList(),
          preview.rows());
    }
  }

  private Reply preview(Request request) {
    return Reply.of(
        Shown.of(
            previews.preview(
                request.caller(),
                FullName.parse(SecurableType.TABLE, request.pathParam("name")),
                request.requiredQuery("principal"),
                Math.clamp(request.longQuery("limit").orElse(20L), 1, MOST))));
  }
}
