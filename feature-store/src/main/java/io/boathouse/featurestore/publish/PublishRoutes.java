package io.boathouse.featurestore.publish;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.boathouse.platform.json.Json;
import io.boathouse.workflow.run.Run;
import io.boathouse.workflow.run.RunService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Putting feature tables online over REST: publish now or as a run, push rows, status. */
public final class PublishRoutes implements Routes {
  private static final String ONE = "/api/2.0/boathouse/feature-tables/:name";

  static final Endpoint PUBLISH =
      new Endpoint(POST, ONE + "/publish", "publishFeatureTable")
          .requires(Permission.privileges("MODIFY on the table", "SELECT on the table"));
  static final Endpoint PUSH =
      new Endpoint(POST, ONE + "/push", "pushFeatureRows")
          .requires(Permission.privileges("MODIFY on the table"));
  static final Endpoint SYNC =
      new Endpoint(POST, ONE + "/sync", "syncFeatureTable")
          .requires(Permission.privileges("MODIFY on the table", "SELECT on the table"));
  static final Endpoint UNPUBLISH =
      new Endpoint(DELETE, ONE + "/online", "unpublishFeatureTable")
          .requires(Permission.privileges("MODIFY on the table"));
  static final Endpoint STATUS =
      new Endpoint(GET, ONE + "/online", "getOnlineFeatureTable")
          .requires(Permission.authenticated("only feature tables that the caller may see"));

  private final PublishService service;
  private final RunService runs;

  public PublishRoutes(PublishService service, RunService runs) {
    this.service = service;
    this.runs = runs;
  }

  @Override
  public void mount(Api api) {
    api.handle(PUBLISH, ErrorFormat.DATABRICKS, this::publish);
    api.handle(PUSH, ErrorFormat.DATABRICKS, this::push);
    api.handle(SYNC, ErrorFormat.DATABRICKS, this::sync);
    api.handle(UNPUBLISH, ErrorFormat.DATABRICKS, this::unpublish);
    api.handle(STATUS, ErrorFormat.DATABRICKS, this::status);
  }

  private Reply publish(Request request) {
    PublishBody body = request.json(PublishBody.class);
    PublishTerms terms = body.terms().toTerms();
    if (Boolean.TRUE.equals(body.run())) {
      ObjectNode parameters = Json.mapper().createObjectNode();
      parameters.put("feature_table", name(request).toString());
      parameters.put("mode", terms.mode().name());
      terms.knownBefore().ifPresent(time -> parameters.put("known_before", time.toString()));
      terms.window().ifPresent(span -> parameters.put("window_seconds", span.toSeconds()));
      terms.ttl().ifPresent(span -> parameters.put("ttl_seconds", span.toSeconds()));
      Run run =
          runs.submit(
              request.caller(),
              new RunService.Submission(PublishTask.KIND, parameters, Optional.empty()));
      return Reply.of(Map.of("run_id", run.id().toString()));
    }
    return Reply.of(StatusReply.of(service.publish(request.caller(), name(request), terms)));
  }

  private Reply sync(Request request) {
    request.requireNoFields();
    return Reply.of(StatusReply.of(service.sync(request.caller(), name(request))));
  }

  private Reply unpublish(Request request) {
    service.unpublish(request.caller(), name(request));
    return Reply.of(Map.of());
  }

  private Reply push(Request request) {
    PushBody body = request.json(PushBody.class);
    if (body.rows() == null) {
      throw HttpErrors.missingParameter("rows");
    }
    long kept = service.push(request.caller(), name(request), body.rows());
    return Reply.of(Map.of("rows", body.rows().size(), "kept", kept));
  }

  private Reply status(Request request) {
    return Reply.of(StatusReply.of(service.status(request.caller(), name(request))));
  }

  private static FullName name(Request request) {
    return FullName.parse(SecurableType.TABLE, request.pathParam("name"));
  }

  record PublishBody(
      @JsonProperty("known_before") @Nullable String knownBefore,
      @JsonProperty("mode") @Nullable String mode,
      @JsonProperty("window_seconds") @Nullable Long window,
      @JsonProperty("ttl_seconds") @Nullable Long ttl,
      @JsonProperty("run") @Nullable Boolean run) {
    TermsJson terms() {
      return new TermsJson(knownBefore, mode, window, ttl);
    }
  }

  record PushBody(@JsonProperty("rows") @Nullable List<Map<String, Object>> rows) {}
}
