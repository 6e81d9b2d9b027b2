package io.boathouse.featurestore.feast;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.NullNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.feast.MaterializeBodies.Incremental;
import io.boathouse.featurestore.feast.MaterializeBodies.Whole;
import io.boathouse.featurestore.lookup.AssembledRows;
import io.boathouse.featurestore.lookup.FeatureLookupService;
import io.boathouse.featurestore.lookup.LookupPlan;
import io.boathouse.featurestore.publish.PublishService;
import io.boathouse.featurestore.publish.PushTarget;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.ErrorRenderer;
import io.boathouse.platform.http.Handler;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Feast's feature server: look up, push, materialize. */
public final class FeastRoutes implements Routes {
  private static final Permission SELECT =
      Permission.privileges("SELECT on every feature view, EXECUTE on the feature service");
  private static final Permission MODIFY = Permission.privileges("MODIFY on the feature view");
  private static final Permission PUBLISH =
      Permission.privileges("MODIFY on every feature view", "SELECT on every feature view");

  static final Endpoint GET_ONLINE =
      new Endpoint(POST, "/get-online-features", "feastGetOnlineFeatures").requires(SELECT);
  static final Endpoint PUSH = new Endpoint(POST, "/push", "feastPush").requires(MODIFY);
  static final Endpoint WRITE =
      new Endpoint(POST, "/write-to-online-store", "feastWriteToOnlineStore").requires(MODIFY);
  static final Endpoint MATERIALIZE =
      new Endpoint(POST, "/materialize", "feastMaterialize").requires(PUBLISH);
  static final Endpoint INCREMENTAL =
      new Endpoint(POST, "/materialize-incremental", "feastMaterializeIncremental")
          .requires(PUBLISH);
  static final Endpoint SEARCH =
      new Endpoint(POST, "/retrieve-online-documents", "feastRetrieveOnlineDocuments")
          .requires(Permission.authenticated("is not built"));

  private final FeatureLookupService lookups;
  private final PublishService publishing;
  private final FeastMaterialization materialization;
  private final FeastViews views;

  /**
   * @param schema where views and services with a bare name lie
   */
  public FeastRoutes(
      FeatureLookupService lookups,
      PublishService publishing,
      FeastMaterialization materialization,
      FullName schema) {
    this.lookups = lookups;
    this.publishing = publishing;
    this.materialization = materialization;
    this.views = new FeastViews(schema);
  }

  @Override
  public void mount(Api api) {
    api.handle(GET_ONLINE, ErrorFormat.SCIM, told(this::online));
    api.handle(PUSH, ErrorFormat.SCIM, told(this::push));
    api.handle(WRITE, ErrorFormat.SCIM, told(this::write));
    api.handle(MATERIALIZE, ErrorFormat.SCIM, told(this::materialize));
    api.handle(INCREMENTAL, ErrorFormat.SCIM, told(this::incremental));
    api.handle(
        SEARCH,
        ErrorFormat.SCIM,
        told(
            request -> {
              throw FeastErrors.notBuilt(SEARCH.operationId(), "a search of documents");
            }));
  }

  /**
   * Failures as Feast tells them. Who is not let in at all gets a body with more than {@code
   * detail}.
   */
  private static Handler told(Handler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (LakeException e) {
        if (e.code() == ErrorCode.INTERNAL) {
          throw e;
        }
        int status =
            e.code() == ErrorCode.INVALID_ARGUMENT
                ? 422
                : ErrorRenderer.status(ErrorFormat.SCIM, e);
        return Reply.of(Map.of("detail", e.message())).withStatus(status);
      }
    };
  }

  private Reply online(Request request) {
    OnlineBody body = request.json(OnlineBody.class);
    boolean byService = body.featureService() != null;
    if (byService == (body.features() != null)) {
      throw FeastErrors.invalid(
          "features", byService ? "beside feature_service" : "absent", "one of the two");
    }
    Map<String, List<@Nullable Object>> entities = HttpErrors.required("entities", body.entities());
    OnlineFeatures reply = new OnlineFeatures();
    entities.forEach(reply::given);
    if (body.featureService() != null) {
      FullName service = views.service(body.featureService());
      LookupPlan plan = lookups.plan(request.caller(), service);
      AssembledRows rows = assemble(plan, entities);
      reply.looked(rows, (output, lookup) -> output.name());
    } else {
      looked(request.caller(), body, entities, reply);
    }
    return Reply.of(reply.body());
  }

  private void looked(
      Caller caller,
      OnlineBody body,
      Map<String, List<@Nullable Object>> entities,
      OnlineFeatures reply) {
    List<FeatureLookupService.Wanted> wanted = new ArrayList<>();
    List<String> names = new ArrayList<>();
    views
        .byView(Objects.requireNonNull(body.features()))
        .forEach(
            (view, features) -> {
              wanted.add(new FeatureLookupService.Wanted(views.view(view), features));
              names.add(view);
            });
    if (wanted.isEmpty()) {
      throw FeastErrors.invalid("features", "[]", "at least one view:feature");
    }
    AssembledRows rows = assemble(lookups.plan(caller, wanted), entities);
    boolean full = Boolean.TRUE.equals(body.fullFeatureNames());
    reply.looked(
        rows, (output, lookup) -> full ? names.get(lookup) + "__" + output.name() : output.name());
  }

  private static AssembledRows assemble(
      LookupPlan plan, Map<String, List<@Nullable Object>> entities) {
    for (InputColumn input : plan.inputs()) {
      if (!entities.containsKey(input.name())) {
        throw FeastErrors.missingEntity(input.name());
      }
    }
    return plan.assemble(FeastFrame.rows("entities", entities));
  }

  private Reply push(Request request) {
    PushBody body = request.json(PushBody.class);
    String to = Objects.requireNonNullElse(body.to(), "online").toLowerCase(Locale.ROOT);
    PushTarget target =
        switch (to) {
          case "online" -> PushTarget.ONLINE;
          case "offline" -> PushTarget.OFFLINE;
          case "online_and_offline" -> PushTarget.ONLINE_AND_OFFLINE;
          default -> throw FeastErrors.invalid("to", to, "online, offline, online_and_offline");
        };
    return pushed(request, HttpErrors.required("push_source_name", body.source()), body, target);
  }

  private Reply write(Request request) {
    WriteBody body = request.json(WriteBody.class);
    return pushed(
        request,
        HttpErrors.required("feature_view_name", body.view()),
        new PushBody(null, body.df(), null),
        PushTarget.ONLINE);
  }

  private Reply pushed(Request request, String view, PushBody body, PushTarget target) {
    long unusedKept =
        publishing.push(
            request.caller(),
            views.view(view),
            FeastFrame.rows("df", HttpErrors.required("df", body.df())),
            target);
    return Reply.of(NullNode.getInstance());
  }

  private Reply materialize(Request request) {
    Whole body = request.json(Whole.class);
    materialization.whole(request.caller(), views, body);
    return Reply.of(NullNode.getInstance());
  }

  private Reply incremental(Request request) {
    Incremental body = request.json(Incremental.class);
    materialization.incremental(request.caller(), views, body);
    return Reply.of(NullNode.getInstance());
  }

  record OnlineBody(
      @JsonProperty("features") @Nullable List<String> features,
      @JsonProperty("feature_service") @Nullable String featureService,
      @JsonProperty("entities") @Nullable Map<String, List<@Nullable Object>> entities,
      @JsonProperty("full_feature_names") @Nullable Boolean fullFeatureNames) {}

  record PushBody(
      @JsonProperty("push_source_name") @Nullable String source,
      @JsonProperty("df") @Nullable Map<String, List<@Nullable Object>> df,
      @JsonProperty("to") @Nullable String to) {}

  record WriteBody(
      @JsonProperty("feature_view_name") @Nullable String view,
      @JsonProperty("df") @Nullable Map<String, List<@Nullable Object>> df) {}
}
