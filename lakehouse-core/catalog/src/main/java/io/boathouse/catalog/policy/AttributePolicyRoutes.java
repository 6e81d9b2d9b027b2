package io.boathouse.catalog.policy;

import static io.boathouse.platform.http.Endpoint.Method.DELETE;
import static io.boathouse.platform.http.Endpoint.Method.GET;
import static io.boathouse.platform.http.Endpoint.Method.PATCH;
import static io.boathouse.platform.http.Endpoint.Method.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.boathouse.catalog.policy.AttributePolicy.Kind;
import io.boathouse.catalog.policy.AttributePolicy.Match;
import io.boathouse.catalog.policy.AttributePolicy.Member;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Attribute policies as Databricks' clients set and read them. */
public final class AttributePolicyRoutes implements Routes {
  private static final String ALL = "/api/2.1/unity-catalog/policies";
  private static final String OF_ONE = ALL + "/:type/:on";
  private static final String ONE = OF_ONE + "/:name";
  private static final String PREFIX = "POLICY_TYPE_";
  private static final Set<String> CHANGEABLE =
      new TreeSet<>(
          Set.of(
              "comment",
              "policy_type",
              "to_principals",
              "except_principals",
              "when_condition",
              "match_columns",
              "row_filter",
              "column_mask"));
  private static final Permission SEE = Permission.privileges("any privilege on the securable");
  private static final Permission CHANGE =
      Permission.privileges("MANAGE on the securable, EXECUTE on the function");

  static final Endpoint CREATE = new Endpoint(POST, ALL, "createPolicy").requires(CHANGE);
  static final Endpoint LIST = new Endpoint(GET, OF_ONE, "listPolicies").requires(SEE);
  static final Endpoint GET_ONE = new Endpoint(GET, ONE, "getPolicy").requires(SEE);
  static final Endpoint UPDATE = new Endpoint(PATCH, ONE, "updatePolicy").requires(CHANGE);
  static final Endpoint REMOVE = new Endpoint(DELETE, ONE, "deletePolicy").requires(CHANGE);

  private final AttributePolicyService policies;

  public AttributePolicyRoutes(AttributePolicyService policies) {
    this.policies = policies;
  }

  @Override
  public void mount(Api api) {
    api.handle(CREATE, ErrorFormat.UNITY_CATALOG, this::create);
    api.handle(LIST, ErrorFormat.UNITY_CATALOG, this::list);
    api.handle(GET_ONE, ErrorFormat.UNITY_CATALOG, this::get);
    api.handle(UPDATE, ErrorFormat.UNITY_CATALOG, this::update);
    api.handle(REMOVE, ErrorFormat.UNITY_CATALOG, this::delete);
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Argument(
      @JsonProperty("alias") @Nullable String alias,
      @JsonProperty("constant") @Nullable String constant) {
    String column() {
      if (constant != null) {
        throw HttpErrors.invalidParameter("using.constant", constant, "none yet: use an alias");
      }
      return HttpErrors.required("using.alias", alias);
    }
  }

  record Matched(
      @JsonProperty("alias") @Nullable String alias,
      @JsonProperty("condition") @Nullable String condition) {
    Match toMatch() {
      return new Match(
          HttpErrors.required("match_columns.alias", alias),
          HttpErrors.required("match_columns.condition", condition));
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Called(
      @JsonProperty("function_name") @Nullable String functionName,
      @JsonProperty("on_column") @Nullable String onColumn,
      @JsonProperty("using") @Nullable List<Argument> using) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Body(
      @JsonProperty("id") @Nullable String id,
      @JsonProperty("name") @Nullable String name,
      @JsonProperty("comment") @Nullable String comment,
      @JsonProperty("on_securable_type") @Nullable String onType,
      @JsonProperty("on_securable_fullname") @Nullable String onName,
      @JsonProperty("for_securable_type") @Nullable String forType,
      @JsonProperty("policy_type") @Nullable String policyType,
      @JsonProperty("to_principals") @Nullable List<String> to,
      @JsonProperty("except_principals") @Nullable List<String> except,
      @JsonProperty("when_condition") @Nullable String when,
      @JsonProperty("match_columns") @Nullable List<Matched> matches,
      @JsonProperty("row_filter") @Nullable Called rowFilter,
      @JsonProperty("column_mask") @Nullable Called columnMask,
      @JsonProperty("created_at") @Nullable Long createdAt,
      @JsonProperty("created_by") @Nullable String createdBy,
      @JsonProperty("updated_at") @Nullable Long updatedAt,
      @JsonProperty("updated_by") @Nullable String updatedBy) {
    static Body of(AttributePolicy policy) {
      AttributePolicy.Effect effect = policy.effect();
      boolean mask = effect.kind() == Kind.COLUMN_MASK;
      Called called =
          new Called(
              effect.function().toString(),
              effect.onColumn().orElse(null),
              effect.using().stream().map(alias -> new Argument(alias, null)).toList());
      return new Body(
          policy.id().toString(),
          policy.name(),
          policy.comment().orElse(null),
          policy.on().type().name(),
          policy.on().name().toString(),
          SecurableType.TABLE.name(),
          PREFIX + effect.kind(),
          policy.audience().to().stream().map(Member::name).toList(),
          policy.audience().except().stream().map(Member::name).toList(),
          policy.when().orElse(null),
          policy.matches().stream().map(m -> new Matched(m.alias(), m.condition())).toList(),
          mask ? null : called,
          mask ? called : null,
          policy.createdAt().toEpochMilli(),
          policy.createdBy(),
          policy.updatedAt().toEpochMilli(),
          policy.updatedBy());
    }

    /** These fields where the mask names them, and the others' where it does not. */
    Body over(Body other, Set<String> mask) {
      boolean function = mask.contains("row_filter") || mask.contains("column_mask");
      return new Body(
          other.id,
          other.name,
          mask.contains("comment") ? comment : other.comment,
          other.onType,
          other.onName,
          other.forType,
          mask.contains("policy_type") ? policyType : other.policyType,
          mask.contains("to_principals") ? to : other.to,
          mask.contains("except_principals") ? except : other.except,
          mask.contains("when_condition") ? when : other.when,
          mask.contains("match_columns") ? matches : other.matches,
          function ? rowFilter : other.rowFilter,
          function ? columnMask : other.columnMask,
          null,
          null,
          null,
          null);
    }

    AttributePolicyService.Wanted wanted() {
      Kind kind = kind();
      String forWhat = HttpErrors.required("for_securable_type", forType);
      if (!forWhat.equalsIgnoreCase(SecurableType.TABLE.name())) {
        throw HttpErrors.invalidParameter("for_securable_type", forWhat, "TABLE");
      }
      boolean mask = kind == Kind.COLUMN_MASK;
      Called called = mask ? columnMask : rowFilter;
      if (called == null) {
        throw HttpErrors.missingParameter(mask ? "column_mask" : "row_filter");
      }
      return new AttributePolicyService.Wanted(
          kind,
          FullName.parse(
              SecurableType.FUNCTION, HttpErrors.required("function_name", called.functionName())),
          Optional.ofNullable(called.onColumn()),
          given(called.using()).stream().map(Argument::column).toList(),
          given(matches).stream().map(Matched::toMatch).toList(),
          Optional.ofNullable(when).filter(text -> !text.isBlank()),
          Optional.ofNullable(comment),
          given(to),
          given(except));
    }

    private Kind kind() {
      String text = HttpErrors.required("policy_type", policyType).toUpperCase(Locale.ROOT);
      String plain = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
      return Arrays.stream(Kind.values())
          .filter(kind -> kind.name().equals(plain))
          .findFirst()
          .orElseThrow(
              () ->
                  HttpErrors.invalidParameter(
                      "policy_type", text, "POLICY_TYPE_ROW_FILTER or POLICY_TYPE_COLUMN_MASK"));
    }

    private static <T> List<T> given(@Nullable List<T> list) {
      return Objects.requireNonNullElse(list, List.<T>of());
    }
  }

  private Reply create(Request request) {
    Body body = request.json(Body.class);
    SecurableType type = type(HttpErrors.required("on_securable_type", body.onType()));
    FullName on = FullName.parse(type, HttpErrors.required("on_securable_fullname", body.onName()));
    String name = HttpErrors.required("name", body.name());
    return Reply.of(Body.of(policies.create(request.caller(), type, on, name, body.wanted())));
  }

  private Reply list(Request request) {
    SecurableType type = type(request.pathParam("type"));
    boolean inherited = request.booleanQuery("include_inherited").orElse(false);
    List<Body> found =
        policies.list(request.caller(), type, on(request, type), inherited).stream()
            .map(Body::of)
            .toList();
    return Reply.of(Map.of("policies", found));
  }

  private Reply get(Request request) {
    SecurableType type = type(request.pathParam("type"));
    return Reply.of(
        Body.of(policies.get(request.caller(), type, on(request, type), name(request))));
  }

  private Reply update(Request request) {
    SecurableType type = type(request.pathParam("type"));
    FullName on = on(request, type);
    Body body = request.json(Body.class);
    Set<String> mask = mask(request);
    return Reply.of(
        Body.of(
            policies.update(
                request.caller(),
                type,
                on,
                name(request),
                old -> body.over(Body.of(old), mask).wanted())));
  }

  /** All fields that can change, unless some are named. */
  private static Set<String> mask(Request request) {
    Optional<String> named = request.query("update_mask").filter(text -> !text.equals("*"));
    if (named.isEmpty()) {
      return CHANGEABLE;
    }
    for (String field : named.get().split(",", -1)) {
      if (!CHANGEABLE.contains(field)) {
        throw HttpErrors.invalidParameter("update_mask", field, "one of " + CHANGEABLE);
      }
    }
    return Set.copyOf(Arrays.asList(named.get().split(",", -1)));
  }

  private Reply delete(Request request) {
    SecurableType type = type(request.pathParam("type"));
    policies.delete(request.caller(), type, on(request, type), name(request));
    return Reply.empty();
  }

  private static SecurableType type(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "CATALOG" -> SecurableType.CATALOG;
      case "SCHEMA" -> SecurableType.SCHEMA;
      case "TABLE" -> SecurableType.TABLE;
      default ->
          throw HttpErrors.invalidParameter("on_securable_type", text, "CATALOG, SCHEMA, TABLE");
    };
  }

  private static FullName on(Request request, SecurableType type) {
    return FullName.parse(type, request.pathParam("on"));
  }

  private static String name(Request request) {
    return request.pathParam("name");
  }
}
