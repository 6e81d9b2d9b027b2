package io.boathouse.catalog.information;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.SecurableType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The relations of information_schema that tell who may do what, what is tagged and what policies
 * there are. Without the right to change a thing a caller sees only what is granted to itself and
 * its groups.
 */
final class InformationRights {
  private static final String PRIVILEGES =
      """
      SELECT g.granted_by AS grantor, p.name AS grantee, NAMES,
        g.privilege AS privilege_type, 'NO' AS is_grantable,
        CASE WHEN g.securable_id = s.id THEN 'NONE' ELSE origin.type END AS inherited_from
      FROM catalog_securable s
        JOIN catalog_grant g ON g.securable_id = s.id OR g.securable_id = ANY(s.ancestors)
        JOIN catalog_securable origin ON origin.id = g.securable_id
        JOIN catalog_principal p ON p.id = g.principal_id
      WHERE s.type = 'TYPE' AND VISIBLE AND (g.securable_id = s.id OR g.privilege IN (MEANT))
        AND (g.principal_id = ANY(:visible_standing) OR MANAGED)
      ORDER BY s.full_name, p.name, g.privilege
      """;

  private static final String TAGS =
      """
      SELECT NAMES, t.tag_key AS tag_name, t.tag_value
      FROM catalog_securable s JOIN catalog_tag t ON t.securable_id = s.id
      WHERE s.type = 'TYPE' AND t.column_name = '' AND VISIBLE
      ORDER BY s.full_name, t.tag_key
      """;

  private static final InformationRelation COLUMN_TAGS =
      new InformationRelation(
          "column_tags",
          SecurableType.TABLE,
          """
          SELECT split_part(s.full_name, '.', 1) AS catalog_name,
            split_part(s.full_name, '.', 2) AS schema_name, s.name AS table_name,
            t.column_name, t.tag_key AS tag_name, t.tag_value
          FROM catalog_securable s JOIN catalog_tag t ON t.securable_id = s.id
          WHERE s.type = 'TABLE' AND t.column_name <> '' AND VISIBLE
          ORDER BY s.full_name, t.column_name, t.tag_key
          """);

  private static final InformationRelation ROW_FILTERS =
      new InformationRelation(
          "row_filters",
          SecurableType.TABLE,
          """
          SELECT split_part(s.full_name, '.', 1) AS catalog_name,
            split_part(s.full_name, '.', 2) AS schema_name, s.name AS table_name,
            split_part(f.function_name, '.', 1) AS filter_catalog,
            split_part(f.function_name, '.', 2) AS filter_schema,
            split_part(f.function_name, '.', 3) AS filter_name,
            array_to_string(f.arguments, ',') AS filter_col_usage
          FROM catalog_securable s JOIN catalog_row_filter f ON f.table_id = s.id
          WHERE s.type = 'TABLE' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation COLUMN_MASKS =
      new InformationRelation(
          "column_masks",
          SecurableType.TABLE,
          """
          SELECT split_part(s.full_name, '.', 1) AS catalog_name,
            split_part(s.full_name, '.', 2) AS schema_name, s.name AS table_name,
            m.column_name, split_part(m.function_name, '.', 1) AS mask_catalog,
            split_part(m.function_name, '.', 2) AS mask_schema,
            split_part(m.function_name, '.', 3) AS mask_name,
            nullif(array_to_string(m.arguments[2:], ','), '') AS mask_col_usage
          FROM catalog_securable s JOIN catalog_column_mask m ON m.table_id = s.id
          WHERE s.type = 'TABLE' AND VISIBLE ORDER BY s.full_name, m.column_name
          """);

  private static final Map<SecurableType, String> PREFIXES =
      Map.of(
          SecurableType.CATALOG, "catalog",
          SecurableType.SCHEMA, "schema",
          SecurableType.TABLE, "table",
          SecurableType.VOLUME, "volume",
          SecurableType.FUNCTION, "routine");

  static final List<InformationRelation> RELATIONS = all();

  private InformationRights() {}

  private static List<InformationRelation> all() {
    List<InformationRelation> relations =
        new ArrayList<>(List.of(COLUMN_TAGS, ROW_FILTERS, COLUMN_MASKS));
    PREFIXES.forEach(
        (type, prefix) -> {
          relations.add(relation(type, prefix + "_privileges", PRIVILEGES, true));
          if (type != SecurableType.FUNCTION) {
            relations.add(relation(type, prefix + "_tags", TAGS, false));
          }
        });
    return List.copyOf(relations);
  }

  private static InformationRelation relation(
      SecurableType type, String name, String sql, boolean privileges) {
    String meant =
        Arrays.stream(Privilege.values())
            .filter(privilege -> privilege.grantableOn(type))
            .map(privilege -> "'" + privilege.name() + "'")
            .collect(Collectors.joining(", "));
    return new InformationRelation(
        name,
        type,
        sql.replace("NAMES", names(type, privileges))
            .replace("MEANT", meant)
            .replace("TYPE", type.name()));
  }

  /** How the thing is called in the relation about it. */
  private static String names(SecurableType type, boolean privileges) {
    if (type == SecurableType.CATALOG) {
      return "s.name AS catalog_name";
    }
    if (type == SecurableType.SCHEMA) {
      return "split_part(s.full_name, '.', 1) AS catalog_name, s.name AS schema_name";
    }
    String prefix = type == SecurableType.FUNCTION ? "routine" : PREFIXES.get(type);
    String outer = privileges ? prefix + "_" : "";
    return """
    split_part(s.full_name, '.', 1) AS %s, split_part(s.full_name, '.', 2) AS %s,
    s.name AS %s_name\
    """
        .formatted(
            privileges ? outer + "catalog" : "catalog_name",
            privileges ? outer + "schema" : "schema_name",
            prefix);
  }
}
