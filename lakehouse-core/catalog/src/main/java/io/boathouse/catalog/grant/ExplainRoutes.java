package io.boathouse.catalog.grant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.grant.Explanation.Missing;
import io.boathouse.catalog.grant.Explanation.Reason;
import io.boathouse.catalog.grant.PrivilegeAssignment.Container;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.http.Api;
import io.boathouse.platform.http.Endpoint;
import io.boathouse.platform.http.Endpoint.Method;
import io.boathouse.platform.http.ErrorFormat;
import io.boathouse.platform.http.Page;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.platform.http.Permission;
import io.boathouse.platform.http.Reply;
import io.boathouse.platform.http.Request;
import io.boathouse.platform.http.Routes;
import java.util.List;
import java.util.Optional;

/** Why somebody may or may not do something, who may, and what somebody may, over HTTP. */
public final class ExplainRoutes implements Routes {
  private static final String BASE = "/api/2.0/boathouse/permissions";
  private static final String ONE = BASE + "/:type/:name/";

  static final Endpoint EXPLAIN =
      new Endpoint(Method.GET, ONE + "explanation", "explainPermission")
          .requires(
              Permission.privileges(
                  "any privilege on the securable; MANAGE to ask about another principal"));
  static final Endpoint HOLDERS =
      new Endpoint(Method.GET, ONE + "holders", "listHolders")
          .requires(Permission.privileges("MANAGE on the securable"));
  static final Endpoint HELD =
      new Endpoint(Method.GET, BASE, "listHeld")
          .requires(Permission.authenticated("about oneself; administrators about anybody"));

  private final ExplainService explanations;

  public ExplainRoutes(ExplainService explanations) {
    this.explanations = explanations;
  }

  @Override
  public void mount(Api api) {
    api.handle(EXPLAIN, ErrorFormat.DATABRICKS, this::explain);
    api.handle(HOLDERS, ErrorFormat.DATABRICKS, this::holders);
    api.handle(HELD, ErrorFormat.DATABRICKS, this::held);
  }

  record Thing(@JsonProperty("type") String type, @JsonProperty("name") String name) {
    static Thing of(Container container) {
      return new Thing(container.type().name(), container.name().toString());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Because(
      @JsonProperty("privilege") String privilege,
      @JsonProperty("source") String source,
      @JsonProperty("granted") Optional<String> granted,
      @JsonProperty("on") Thing on,
      @JsonProperty("through") List<String> through) {
    static Because of(Reason reason) {
      return new Because(
          reason.needed().name(),
          reason.source().name(),
          reason.granted().map(Enum::name),
          Thing.of(reason.on()),
          reason.through());
    }
  }

  record Lacking(@JsonProperty("privilege") String privilege, @JsonProperty("on") Thing on) {
    static Lacking of(Missing missing) {
      return new Lacking(missing.privilege().name(), Thing.of(missing.on()));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Shown(
      @JsonProperty("column") Optional<String> column,
      @JsonProperty("function") String function,
      @JsonProperty("arguments") List<String> arguments) {
    static Shown of(Explanation.Limit limit) {
      return new Shown(limit.column(), limit.function().toString(), limit.arguments());
    }
  }

  record Body(
      @JsonProperty("principal") String principal,
      @JsonProperty("active") boolean active,
      @JsonProperty("privilege") String privilege,
      @JsonProperty("on") Thing on,
      @JsonProperty("allowed") boolean allowed,
      @JsonProperty("because") List<Because> because,
      @JsonProperty("missing") List<Lacking> missing,
      @JsonProperty("shown_through") List<Shown> shownThrough,
      @JsonProperty("explanation") List<String> explanation) {
    static Body of(Explanation explanation) {
      return new Body(
          explanation.principal(),
          explanation.active(),
          explanation.privilege().name(),
          Thing.of(explanation.on()),
          explanation.allowed(),
          explanation.reasons().stream().map(Because::of).toList(),
          explanation.missing().stream().map(Lacking::of).toList(),
          explanation.limits().stream().map(Shown::of).toList(),
          explanation.sentences());
    }
  }

  record Holders(
      @JsonProperty("holders") List<Body> holders,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  record Held(
      @JsonProperty("names") List<String> names,
      @JsonProperty("next_page_token") Optional<String> nextPageToken) {}

  private Reply explain(Request request) {
    return Reply.of(
        Body.of(
            explanations.explain(request.caller(), request.query("principal"), question(request))));
  }

  private Reply holders(Request request) {
    Page<Body> page =
        explanations.holders(request.caller(), question(request), page(request)).map(Body::of);
    return Reply.of(new Holders(page.items(), page.nextPageToken()));
  }

  private Reply held(Request request) {
    SecurableType type = PermissionRoutes.type(request.requiredQuery("type"));
    Page<String> page =
        explanations
            .held(
                request.caller(),
                request.query("principal"),
                type,
                privilege(request),
                page(request))
            .map(FullName::toString);
    return Reply.of(new Held(page.items(), page.nextPageToken()));
  }

  private static ExplainService.Question question(Request request) {
    SecurableType type = PermissionRoutes.type(request.pathParam("type"));
    FullName name = FullName.parse(type, request.pathParam("name"));
    return new ExplainService.Question(privilege(request), type, name);
  }

  private static Privilege privilege(Request request) {
    return Privilege.parse(request.requiredQuery("privilege"));
  }

  private static PageRequest page(Request request) {
    return PageRequest.of(request, 100, 500);
  }
}
