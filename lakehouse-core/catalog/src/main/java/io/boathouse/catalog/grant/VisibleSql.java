package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.SecurableType;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@link Rights#visible()} as SQL, so that a listing is narrowed before it is paged. */
final class VisibleSql {
  private static final String CONDITION =
      """
      s.owner_id = ANY(:visible_standing)
      OR EXISTS (SELECT 1 FROM catalog_securable above
        WHERE above.id = ANY(s.ancestors) AND above.owner_id = ANY(:visible_standing))
      OR EXISTS (SELECT 1 FROM catalog_grant own
        WHERE own.securable_id = s.id AND own.principal_id = ANY(:visible_standing))
      OR EXISTS (SELECT 1 FROM catalog_grant inherited
        WHERE inherited.securable_id = ANY(s.ancestors)
          AND inherited.principal_id = ANY(:visible_standing)
          AND inherited.privilege = ANY(:visible_by_TYPE))
      """;

  private VisibleSql() {}

  static Authorizer.Visible of(SecurableType type, Set<UUID> standing) {
    if (type == SecurableType.METASTORE) {
      return new Authorizer.Visible("TRUE", Map.of());
    }
    String suffix = type.name().toLowerCase(Locale.ROOT);
    String[] revealing =
        Rights.revealing(type).stream().map(Privilege::name).toArray(String[]::new);
    return new Authorizer.Visible(
        CONDITION.replace("TYPE", suffix),
        Map.of(
            "visible_standing", standing.toArray(new UUID[0]), "visible_by_" + suffix, revealing));
  }
}
