package io.boathouse.catalog.identity;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A filter as a condition over {@code catalog_principal p}, so that a listing is narrowed before it
 * is counted and cut. Every value is a bound parameter.
 */
record ScimCondition(String sql, Map<String, Object> parameters) {
  private static final String IN_DETAILS =
      """
      EXISTS (SELECT 1 FROM jsonb_array_elements(p.details -> 'ATTRIBUTE') element
        WHERE CONDITION)
      """;
  private static final String IN_GROUP =
      """
      EXISTS (SELECT 1 FROM catalog_member m
        WHERE m.member_id = p.id AND (CONDITION))
      """;
  private static final String HAS_MEMBER =
      """
      EXISTS (SELECT 1 FROM catalog_member m
        WHERE m.group_id = p.id AND (CONDITION))
      """;

  static ScimCondition of(ScimKind kind, Optional<ScimFilter> filter) {
    Writer writer = new Writer(kind);
    writer.parameters.put("kind", kind.principal().name());
    String narrowed = filter.map(tree -> " AND (" + writer.sql(tree) + ")").orElse("");
    return new ScimCondition("p.kind = :kind" + narrowed, writer.parameters);
  }

  ScimCondition {
    parameters = Map.copyOf(parameters);
  }

  private static final class Writer {
    private final ScimKind kind;
    private final Map<String, Object> parameters = new HashMap<>();

    Writer(ScimKind kind) {
      this.kind = kind;
    }

    String sql(ScimFilter filter) {
      return switch (filter) {
        case ScimFilter.And and -> "(" + sql(and.left()) + ") AND (" + sql(and.right()) + ")";
        case ScimFilter.Or or -> "(" + sql(or.left()) + ") OR (" + sql(or.right()) + ")";
        case ScimFilter.Not not -> "NOT (" + sql(not.inner()) + ")";
        case ScimFilter.Present present -> present(present.attribute());
        case ScimFilter.Compare compare -> compared(compare);
      };
    }

    private String present(String attribute) {
      return within(attribute, column -> "coalesce(" + column + ", '') <> ''");
    }

    private String compared(ScimFilter.Compare compare) {
      String name = "filter" + parameters.size();
      parameters.put(name, compare.value());
      return within(compare.attribute(), column -> comparison(column, compare.operator(), name));
    }

    private static String comparison(String column, ScimFilter.Operator operator, String name) {
      String left = "lower(coalesce(" + column + ", ''))";
      String right = "lower(:" + name + ")";
      return switch (operator) {
        case EQ -> left + " = " + right;
        case NE -> left + " <> " + right;
        case CO -> "strpos(" + left + ", " + right + ") > 0";
        case SW -> "starts_with(" + left + ", " + right + ")";
        case EW -> "right(" + left + ", length(" + right + ")) = " + right;
        case GT -> left + " > " + right;
        case GE -> left + " >= " + right;
        case LT -> left + " < " + right;
        case LE -> left + " <= " + right;
      };
    }

    /** The condition on the column, or on any value of the attribute where it has several. */
    private String within(String attribute, UnaryOperator<String> condition) {
      String name = attribute.toLowerCase(Locale.ROOT);
      return switch (name) {
        case "id" -> condition.apply("p.id::text");
        case "externalid" -> condition.apply("p.external_id");
        case "active" -> condition.apply("p.active::text");
        case "meta.created" ->
            condition.apply(
                "to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
        case "username", "applicationid" -> {
          requireOwn(attribute, name.equals(kind.nameAttribute().toLowerCase(Locale.ROOT)));
          yield condition.apply("p.name");
        }
        case "displayname" ->
            condition.apply(kind == ScimKind.GROUP ? "p.name" : "coalesce(p.display_name, p.name)");
        case "name.givenname" -> condition.apply("p.details -> 'name' ->> 'givenName'");
        case "name.familyname" -> condition.apply("p.details -> 'name' ->> 'familyName'");
        case "emails", "emails.value" ->
            condition.apply("p.name") + " OR " + inDetails("emails", condition);
        case "entitlements", "entitlements.value" -> inDetails("entitlements", condition);
        case "roles", "roles.value" -> inDetails("roles", condition);
        case "groups", "groups.value" ->
            IN_GROUP.replace("CONDITION", condition.apply("m.group_id::text"));
        case "members", "members.value" -> {
          requireOwn(attribute, kind == ScimKind.GROUP);
          yield HAS_MEMBER.replace("CONDITION", condition.apply("m.member_id::text"));
        }
        default -> throw IdentityErrors.invalidFilter(attribute);
      };
    }

    private static String inDetails(String attribute, UnaryOperator<String> condition) {
      return IN_DETAILS
          .replace("ATTRIBUTE", attribute)
          .replace("CONDITION", condition.apply("element ->> 'value'"));
    }

    private static void requireOwn(String attribute, boolean own) {
      if (!own) {
        throw IdentityErrors.invalidFilter(attribute);
      }
    }
  }
}
