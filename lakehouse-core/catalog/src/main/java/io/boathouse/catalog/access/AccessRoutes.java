package io.boathouse.catalog.access;

import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.catalog.access.AccessPlan.Change;
import io.boathouse.catalog.access.AccessPlan.Effect;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.HttpErrors;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Files of rights over HTTP. */
public final class AccessRoutes implements Routes {
  private static final String BASE = "/api/2.0/boathouse/access/";
  private static final Permission EACH =
      Permission.privileges(
          "for each change what the call needs that makes it alone: MANAGE for grants and policies,"
              + " APPLY_TAG for tags; administrators for groups");

  static final Endpoint PLAN = new Endpoint(POST, BASE + "plan", "planAccess").requires(EACH);
  static final Endpoint APPLY = new Endpoint(POST, BASE + "apply", "applyAccess").requires(EACH);

  private final AccessPlanService plans;

  public AccessRoutes(AccessPlanService plans) {
    this.plans = plans;
  }

  @Override
  public void mount(Api api) {
    api.handle(PLAN, ErrorFormat.DATABRICKS, this::plan);
    api.handle(APPLY, ErrorFormat.DATABRICKS, this::apply);
  }

  record Body(
      @JsonProperty("access") Optional<JsonNode> access,
      @JsonProperty("plan") Optional<String> plan) {
    AccessFile file() {
      return AccessFileParser.parse(
          access.orElseThrow(() -> HttpErrors.missingParameter("access")));
    }
  }

  private Reply plan(Request request) {
    return reply(plans.plan(request.caller(), request.json(Body.class).file()), false);
  }

  private Reply apply(Request request) {
    Body body = request.json(Body.class);
    return reply(plans.apply(request.caller(), body.file(), body.plan()), true);
  }

  private static Reply reply(AccessPlan plan, boolean applied) {
    return Reply.of(
        new Planned(
            plan.digest(),
            applied,
            plan.changes().stream().map(ChangeLine::of).toList(),
            plan.effects().stream().map(EffectLine::of).toList(),
            plan.whole()));
  }

  /**
   * The reply.
   *
   * @param complete whether the effects tell of everybody and everything
   */
  record Planned(
      @JsonProperty("plan") String plan,
      @JsonProperty("applied") boolean applied,
      @JsonProperty("changes") List<ChangeLine> changes,
      @JsonProperty("effects") List<EffectLine> effects,
      @JsonProperty("effects_complete") boolean complete) {}

  record ChangeLine(
      @JsonProperty("action") String action,
      @JsonProperty("on") String on,
      @JsonProperty("what") String what) {
    static ChangeLine of(Change change) {
      return new ChangeLine(change.action(), change.on(), change.what());
    }
  }

  record EffectLine(
      @JsonProperty("principal") String principal,
      @JsonProperty("type") String type,
      @JsonProperty("name") String name,
      @JsonProperty("gains") List<String> gains,
      @JsonProperty("loses") List<String> loses,
      @JsonProperty("shown_before") List<String> before,
      @JsonProperty("shown_after") List<String> after) {
    static EffectLine of(Effect effect) {
      return new EffectLine(
          effect.principal(),
          effect.type().name(),
          effect.name().toString(),
          names(effect.gained()),
          names(effect.lost()),
          effect.before(),
          effect.after());
    }

    private static List<String> names(Collection<? extends Enum<?>> privileges) {
      return privileges.stream().map(Enum::name).sorted().toList();
    }
  }
}
