package io.boathouse.catalog.relation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * The catalog_dropped_table table, and the rows of a table wherever they are: those that the
 * database deletes with the table's own, whichever module's they are, as its foreign keys tell.
 * Joins the transaction of the calling thread.
 */
final class DroppedTableRepository {
  private static final String ROOT = "catalog_securable";

  /** Claimed again when the table comes back, as somebody else's may lie there by then. */
  private static final Set<String> LEFT_OUT = Set.of("catalog_external_place");

  /** Names come quoted from the database's own catalog. */
  private static final String PARTS =
      """
      WITH RECURSIVE part(relation, attribute, depth) AS (
        SELECT CAST(:root AS regclass)::oid, CAST('id' AS name), 0
        UNION
        SELECT k.conrelid, a.attname, p.depth + 1
        FROM part p
        JOIN pg_constraint k ON k.contype = 'f' AND k.confdeltype = 'c'
          AND k.confrelid = p.relation AND cardinality(k.conkey) = 1
        JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
          AND f.attname = p.attribute
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1])
      SELECT CAST(CAST(relation AS regclass) AS text) AS relation,
        quote_ident(CAST(attribute AS text)) AS attribute
      FROM part ORDER BY depth, relation, attribute
      """;

  private static final String COLUMNS =
      """
      SELECT quote_ident(CAST(attname AS text)) FROM pg_attribute
      WHERE attrelid = CAST(:relation AS regclass) AND attnum > 0 AND NOT attisdropped
        AND attgenerated = ''
        AND CAST(attname AS text) IN (SELECT jsonb_object_keys(CAST(:row AS jsonb)))
      ORDER BY attnum
      """;

  private static final String REFERENCES =
      """
      SELECT format('(x.%I IS NULL OR EXISTS (SELECT 1 FROM %s r WHERE r.%I = x.%I))',
        a.attname, CAST(k.confrelid AS regclass), f.attname, a.attname)
      FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
      JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
      WHERE k.conrelid = CAST(:relation AS regclass) AND k.contype = 'f' AND k.confdeltype = 'c'
        AND cardinality(k.conkey) = 1
      """;

  private static final String SELECT =
      """
      SELECT d.id, s.full_name AS schema_name, d.name, d.owner, d.dropped_at, d.dropped_by,
        d.content -> 'catalog_relation' -> 0 ->> 'kind' AS kind,
        d.content -> 'catalog_securable' -> 0 ->> 'created_at' AS created_at,
        d.content -> 'catalog_securable' -> 0 ->> 'created_by' AS created_by
      FROM catalog_dropped_table d JOIN catalog_securable s ON s.id = d.schema_id
      """;

  private final Database database;

  DroppedTableRepository(Database database) {
    this.database = database;
  }

  private record Part(String relation, String attribute) {}

  void keep(Securable table, Instant at, String by) {
    database.useTransaction(
        handle -> {
          ObjectNode content = Json.mapper().createObjectNode();
          for (Part part : parts(handle)) {
            String rows =
                handle
                    .createQuery(
                        "SELECT CAST(COALESCE(jsonb_agg(to_jsonb(x)), '[]') AS text) FROM "
                            + (part.relation() + " x WHERE x." + part.attribute() + " = :id"))
                    .bind("id", table.id())
                    .mapTo(String.class)
                    .one();
            content.withArray(part.relation()).addAll(Json.parse(rows).valueStream().toList());
          }
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_dropped_table
                        (id, schema_id, name, owner, dropped_at, dropped_by, content)
                      VALUES (:id, :schema, :name, :owner, :at, :by, CAST(:content AS jsonb))
                      """)
                  .bind("id", table.id())
                  .bind("schema", table.parentId().orElseThrow())
                  .bind("name", table.name().name())
                  .bind("owner", table.owner())
                  .bind("at", at.atOffset(ZoneOffset.UTC))
                  .bind("by", by)
                  .bind("content", Json.writeText(content))
                  .execute();
        });
  }

  private static List<Part> parts(Handle handle) {
    return handle
        .createQuery(PARTS)
        .bind("root", ROOT)
        .map((row, context) -> new Part(row.getString("relation"), row.getString("attribute")))
        .filter(part -> !LEFT_OUT.contains(part.relation()))
        .list();
  }

  /** Those of a schema, the last dropped first. */
  List<DroppedTable> list(FullName schema, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    SELECT
                        + "WHERE s.full_name = :schema AND s.type = 'SCHEMA'"
                        + " ORDER BY d.dropped_at DESC, d.id LIMIT :limit")
                .bind("schema", schema.toString())
                .bind("limit", limit)
                .map((row, context) -> dropped(row))
                .list());
  }

  /** The one that was dropped last under this name. */
  Optional<DroppedTable> find(FullName name) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    SELECT
                        + "WHERE s.full_name = :schema AND s.type = 'SCHEMA' AND d.name = :name"
                        + " ORDER BY d.dropped_at DESC, d.id LIMIT 1")
                .bind("schema", name.parent().toString())
                .bind("name", name.name())
                .map((row, context) -> dropped(row))
                .findOne());
  }

  Optional<DroppedTable> find(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(SELECT + "WHERE d.id = :id")
                .bind("id", id)
                .map((row, context) -> dropped(row))
                .findOne());
  }

  /**
   * Puts the rows of a table back, but for those that would be gone by now anyway, as what they
   * refer to is.
   *
   * @param owner who owns it if its owner is gone
   * @return false if it is not kept any more, or its name is taken
   */
  boolean restore(DroppedTable table, UUID owner, Instant at, String by) {
    return database.inTransaction(
        handle -> {
          Optional<String> kept =
              handle
                  .createQuery(
                      "DELETE FROM catalog_dropped_table WHERE id = :id"
                          + " RETURNING CAST(content AS text)")
                  .bind("id", table.id())
                  .mapTo(String.class)
                  .findOne();
          if (kept.isEmpty()) {
            return false;
          }
          JsonNode content = Json.parse(kept.get());
          ObjectNode root = (ObjectNode) content.path(ROOT).path(0);
          root.put("full_name", table.name().toString());
          root.put("updated_at", at.toString());
          root.put("updated_by", by);
          if (!isPrincipal(handle, root.path("owner_id").asText())) {
            root.put("owner_id", owner.toString());
          }
          List<String> relations = parts(handle).stream().map(Part::relation).distinct().toList();
          for (String relation : relations) {
            int inserted = insert(handle, relation, content.path(relation));
            if (relation.equals(ROOT) && inserted == 0) {
              return false;
            }
          }
          return true;
        });
  }

  private static boolean isPrincipal(Handle handle, String id) {
    return handle
            .createQuery("SELECT count(*) FROM catalog_principal WHERE id = CAST(:id AS uuid)")
            .bind("id", id)
            .mapTo(Long.class)
            .one()
        > 0;
  }

  private static int insert(Handle handle, String relation, JsonNode rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    String columns =
        handle
            .createQuery(COLUMNS)
            .bind("relation", relation)
            .bind("row", Json.writeText(rows.path(0)))
            .mapTo(String.class)
            .stream()
            .collect(Collectors.joining(", "));
    String stillThere =
        Stream.concat(
                Stream.of("TRUE"),
                handle
                    .createQuery(REFERENCES)
                    .bind("relation", relation)
                    .mapTo(String.class)
                    .stream())
            .collect(Collectors.joining(" AND "));
    return handle
        .createUpdate(
            "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_populate_recordset("
                    .formatted(relation, columns, columns)
                + "CAST(NULL AS %s), CAST(:rows AS jsonb)) x WHERE %s ON CONFLICT DO NOTHING"
                    .formatted(relation, stillThere))
        .bind("rows", Json.writeText(rows))
        .execute();
  }

  /** Some that were dropped before a time, or whose schema is gone. */
  List<Securable> over(Instant before, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT d.id, d.name, d.owner, d.dropped_at, d.dropped_by
                    FROM catalog_dropped_table d
                    WHERE d.dropped_at < :before
                      OR NOT EXISTS (SELECT 1 FROM catalog_securable s WHERE s.id = d.schema_id)
                    ORDER BY d.dropped_at LIMIT :limit
                    """)
                .bind("before", before.atOffset(ZoneOffset.UTC))
                .bind("limit", limit)
                .map((row, context) -> gone(row))
                .list());
  }

  /**
   * @return false if it came back in the meantime
   */
  boolean forget(UUID id) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate("DELETE FROM catalog_dropped_table WHERE id = :id")
                    .bind("id", id)
                    .execute()
                == 1);
  }

  private static Securable gone(ResultSet row) throws SQLException {
    Instant at = time(row, "dropped_at");
    return new Securable(
        row.getObject("id", UUID.class),
        SecurableType.TABLE,
        FullName.verbatim(row.getString("name")),
        Optional.empty(),
        List.of(),
        row.getString("owner"),
        Optional.empty(),
        Map.of(),
        at,
        row.getString("dropped_by"),
        at,
        row.getString("dropped_by"));
  }

  private static DroppedTable dropped(ResultSet row) throws SQLException {
    return new DroppedTable(
        row.getObject("id", UUID.class),
        FullName.parse(SecurableType.SCHEMA, row.getString("schema_name"))
            .child(row.getString("name")),
        Relation.Kind.valueOf(row.getString("kind")),
        row.getString("owner"),
        OffsetDateTime.parse(row.getString("created_at")).toInstant(),
        row.getString("created_by"),
        time(row, "dropped_at"),
        row.getString("dropped_by"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
