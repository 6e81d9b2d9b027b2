package io.boathouse.catalog.information;

import io.boathouse.catalog.securable.SecurableType;
import java.util.List;

/** The relations of information_schema that tell what there is. */
final class InformationNames {
  private static final InformationRelation CATALOG_NAME =
      new InformationRelation(
          "information_schema_catalog_name",
          SecurableType.CATALOG,
          """
          SELECT s.name AS catalog_name FROM catalog_securable s
          WHERE s.type = 'CATALOG' AND VISIBLE ORDER BY 1
          """);

  private static final InformationRelation CATALOGS =
      new InformationRelation(
          "catalogs",
          SecurableType.CATALOG,
          """
          SELECT s.name AS catalog_name, o.name AS catalog_owner, s.comment,
            s.created_at AS created, s.created_by, s.updated_at AS last_altered,
            s.updated_by AS last_altered_by
          FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
          WHERE s.type = 'CATALOG' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation SCHEMATA =
      new InformationRelation(
          "schemata",
          SecurableType.SCHEMA,
          """
          SELECT split_part(s.full_name, '.', 1) AS catalog_name, s.name AS schema_name,
            o.name AS schema_owner, s.comment, s.created_at AS created, s.created_by,
            s.updated_at AS last_altered, s.updated_by AS last_altered_by
          FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
          WHERE s.type = 'SCHEMA' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation TABLES =
      new InformationRelation(
          "tables",
          SecurableType.TABLE,
          """
          SELECT split_part(s.full_name, '.', 1) AS table_catalog,
            split_part(s.full_name, '.', 2) AS table_schema, s.name AS table_name,
            r.kind AS table_type,
            CASE WHEN r.kind = 'VIEW' THEN 'NO' ELSE 'YES' END AS is_insertable_into,
            'PRESERVE' AS commit_action, o.name AS table_owner, s.comment,
            s.created_at AS created, s.created_by, s.updated_at AS last_altered,
            s.updated_by AS last_altered_by, nullif(r.format, '') AS data_source_format,
            NULL::text AS storage_sub_directory, r.storage_location AS storage_path
          FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
            JOIN catalog_relation r ON r.securable_id = s.id
          WHERE s.type = 'TABLE' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation COLUMNS =
      new InformationRelation(
          "columns",
          SecurableType.TABLE,
          """
          SELECT split_part(s.full_name, '.', 1) AS table_catalog,
            split_part(s.full_name, '.', 2) AS table_schema, s.name AS table_name,
            c.name AS column_name, c.position AS ordinal_position, NULL::text AS column_default,
            CASE WHEN c.nullable THEN 'YES' ELSE 'NO' END AS is_nullable,
            c.type_text AS full_data_type, c.type_name AS data_type,
            NULL::integer AS character_maximum_length, NULL::integer AS character_octet_length,
            c.type_precision AS numeric_precision,
            CASE WHEN c.type_precision IS NULL THEN NULL ELSE 10 END AS numeric_precision_radix,
            c.type_scale AS numeric_scale, NULL::integer AS datetime_precision,
            NULL::text AS interval_type, NULL::integer AS interval_precision,
            NULL::integer AS maximum_cardinality, 'NO' AS is_identity,
            NULL::text AS identity_generation, NULL::text AS identity_start,
            NULL::text AS identity_increment, NULL::text AS identity_maximum,
            NULL::text AS identity_minimum, NULL::text AS identity_cycle,
            'NO' AS is_generated, NULL::text AS generation_expression,
            'NO' AS is_system_time_period_start, 'NO' AS is_system_time_period_end,
            NULL::text AS system_time_period_timestamp_generation,
            CASE WHEN r.kind = 'VIEW' THEN 'NO' ELSE 'YES' END AS is_updatable,
            c.partition_index AS partition_ordinal_position, c.comment
          FROM catalog_securable s JOIN catalog_relation r ON r.securable_id = s.id
            JOIN catalog_column c ON c.securable_id = s.id
          WHERE s.type = 'TABLE' AND VISIBLE ORDER BY s.full_name, c.position
          """);

  private static final InformationRelation VIEWS =
      new InformationRelation(
          "views",
          SecurableType.TABLE,
          """
          SELECT split_part(s.full_name, '.', 1) AS table_catalog,
            split_part(s.full_name, '.', 2) AS table_schema, s.name AS table_name,
            CASE WHEN MANAGED THEN r.view_definition END AS view_definition,
            'NONE' AS check_option, 'NO' AS is_updatable, 'NO' AS is_insertable_into,
            v.default_catalog || '.' || v.default_schema AS sql_path, 'NO' AS is_materialized
          FROM catalog_securable s JOIN catalog_relation r ON r.securable_id = s.id
            LEFT JOIN catalog_view v ON v.securable_id = s.id
          WHERE s.type = 'TABLE' AND r.kind = 'VIEW' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation VOLUMES =
      new InformationRelation(
          "volumes",
          SecurableType.VOLUME,
          """
          SELECT split_part(s.full_name, '.', 1) AS volume_catalog,
            split_part(s.full_name, '.', 2) AS volume_schema, s.name AS volume_name,
            v.kind AS volume_type, o.name AS volume_owner, s.comment,
            v.storage_location, s.created_at AS created, s.created_by,
            s.updated_at AS last_altered, s.updated_by AS last_altered_by
          FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
            JOIN catalog_volume v ON v.securable_id = s.id
          WHERE s.type = 'VOLUME' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation ROUTINES =
      new InformationRelation(
          "routines",
          SecurableType.FUNCTION,
          """
          SELECT split_part(s.full_name, '.', 1) AS specific_catalog,
            split_part(s.full_name, '.', 2) AS specific_schema, s.name AS specific_name,
            split_part(s.full_name, '.', 1) AS routine_catalog,
            split_part(s.full_name, '.', 2) AS routine_schema, s.name AS routine_name,
            o.name AS routine_owner, 'FUNCTION' AS routine_type,
            f.definition ->> 'data_type' AS data_type,
            f.definition ->> 'full_data_type' AS full_data_type,
            f.definition ->> 'routine_body' AS routine_body,
            CASE WHEN MANAGED THEN f.definition ->> 'routine_definition' END AS routine_definition,
            f.definition ->> 'external_name' AS external_name,
            f.definition ->> 'external_language' AS external_language,
            f.definition ->> 'parameter_style' AS parameter_style,
            CASE WHEN f.definition ->> 'is_deterministic' = 'true' THEN 'YES' ELSE 'NO' END
              AS is_deterministic,
            f.definition ->> 'sql_data_access' AS sql_data_access,
            CASE WHEN f.definition ->> 'is_null_call' = 'true' THEN 'YES' ELSE 'NO' END
              AS is_null_call,
            f.definition ->> 'sql_path' AS sql_path,
            f.definition ->> 'security_type' AS security_type, s.comment,
            s.created_at AS created, s.created_by, s.updated_at AS last_altered,
            s.updated_by AS last_altered_by
          FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
            JOIN catalog_function f ON f.securable_id = s.id
          WHERE s.type = 'FUNCTION' AND VISIBLE ORDER BY s.full_name
          """);

  private static final InformationRelation PARAMETERS =
      new InformationRelation(
          "parameters",
          SecurableType.FUNCTION,
          """
          SELECT split_part(s.full_name, '.', 1) AS specific_catalog,
            split_part(s.full_name, '.', 2) AS specific_schema, s.name AS specific_name,
            (p.place - 1)::integer AS ordinal_position, 'IN' AS parameter_mode,
            'NO' AS is_result, p.parameter ->> 'name' AS parameter_name,
            p.parameter ->> 'type_name' AS data_type,
            p.parameter ->> 'type_text' AS full_data_type,
            p.parameter ->> 'parameter_default' AS parameter_default,
            p.parameter ->> 'comment' AS comment
          FROM catalog_securable s JOIN catalog_function f ON f.securable_id = s.id
            CROSS JOIN LATERAL jsonb_array_elements(
              coalesce(f.definition #> '{input_params,parameters}', '[]'::jsonb))
              WITH ORDINALITY AS p(parameter, place)
          WHERE s.type = 'FUNCTION' AND VISIBLE ORDER BY s.full_name, p.place
          """);

  static final List<InformationRelation> RELATIONS =
      List.of(
          CATALOG_NAME, CATALOGS, SCHEMATA, TABLES, COLUMNS, VIEWS, VOLUMES, ROUTINES, PARAMETERS);

  private InformationNames() {}
}
