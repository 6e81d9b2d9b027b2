package io.boathouse.catalog.lineage;

import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The catalog_lineage tables. Joins the transaction of the calling thread. */
final class LineageRepository {
  private static final long NO_VERSION = -1;
  private static final long NO_ID = -1;
  private static final String UPSERT_NODE =
      """
      INSERT INTO catalog_lineage_node (kind, key, version, name, securable_id)
      VALUES (:kind, :key, :version, :name, CAST(:securable AS uuid))
      ON CONFLICT (kind, key, version) DO UPDATE SET name = excluded.name
      RETURNING id
      """;
  private static final String UPSERT_EDGE =
      """
      INSERT INTO catalog_lineage_edge (from_id, to_id, how, details, at, principal)
      VALUES (:from, :to, :how, CAST(:details AS jsonb), :at, :principal)
      ON CONFLICT (from_id, to_id, how) DO UPDATE
        SET details = excluded.details, at = excluded.at, principal = excluded.principal
      """;
  private static final String EDGES =
      """
      SELECT e.how, e.details::text AS details, e.at, e.principal,
        f.id AS from_id, f.kind AS from_kind, f.version AS from_version,
        f.securable_id AS from_securable, coalesce(fs.full_name, f.name) AS from_name,
        t.id AS to_id, t.kind AS to_kind, t.version AS to_version,
        t.securable_id AS to_securable, coalesce(ts.full_name, t.name) AS to_name
      FROM catalog_lineage_edge e
      JOIN catalog_lineage_node f ON f.id = e.from_id
      JOIN catalog_lineage_node t ON t.id = e.to_id
      LEFT JOIN catalog_securable fs ON fs.id = f.securable_id
      LEFT JOIN catalog_securable ts ON ts.id = t.securable_id
      """;
  private static final String UPSTREAM =
      EDGES + " WHERE e.to_id = ANY(:ids) ORDER BY from_kind, from_name, from_version";
  private static final String DOWNSTREAM =
      EDGES + " WHERE e.from_id = ANY(:ids) ORDER BY to_kind, to_name, to_version";
  private static final String EARLIER =
      """
      SELECT n.id, n.kind, n.version, n.securable_id, coalesce(s.full_name, n.name) AS name,
        max(e.at) AS at, max(e.principal) AS principal,
        bool_or(coalesce(e.details ->> 'replaces', '') = 'true') AS replaces
      FROM catalog_lineage_node n
      JOIN catalog_lineage_edge e ON e.to_id = n.id
      LEFT JOIN catalog_securable s ON s.id = n.securable_id
      WHERE n.securable_id = :securable AND n.kind IN ('TABLE', 'FEATURE_TABLE')
        AND n.version BETWEEN 0 AND :version
      GROUP BY n.id, s.full_name
      ORDER BY n.version DESC, n.kind
      """;
  private static final String LATER =
      """
      SELECT n.id, n.kind, n.version, n.securable_id, coalesce(s.full_name, n.name) AS name,
        max(e.at) AS at, max(e.principal) AS principal,
        EXISTS (SELECT 1 FROM catalog_lineage_edge i
          WHERE i.to_id = n.id AND i.details ->> 'replaces' = 'true') AS replaces
      FROM catalog_lineage_node n
      LEFT JOIN catalog_lineage_edge e ON e.from_id = n.id
      LEFT JOIN catalog_securable s ON s.id = n.securable_id
      WHERE n.securable_id = :securable AND n.kind IN ('TABLE', 'FEATURE_TABLE')
        AND n.version >= :version
      GROUP BY n.id, s.full_name
      ORDER BY n.version, n.kind
      """;
  private static final String END =
      """
      UPDATE catalog_lineage_edge SET details = details || CAST(:details AS jsonb)
      WHERE details -> 'ended' IS NULL AND to_id IN (
        SELECT id FROM catalog_lineage_node
        WHERE securable_id = :securable
          AND (CAST(:but AS bigint) IS NULL OR version <> :but))
      """;
  private static final Set<String> TABLES = Set.of("TABLE", "FEATURE_TABLE");

  private final Database database;

  LineageRepository(Database database) {
    this.database = database;
  }

  /** A stored node. @param securable the securable it is a version of, if it is one */
  record Stored(long id, LineageNode node, Optional<UUID> securable) {}

  /** A stored edge. */
  record StoredEdge(
      Stored from,
      Stored to,
      String how,
      Map<String, String> details,
      Instant at,
      String principal) {}

  long node(LineageNode node, Optional<UUID> securable) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(UPSERT_NODE)
                .bind("kind", node.kind())
                .bind("key", securable.map(UUID::toString).orElse(node.name()))
                .bind("version", node.version().orElse(NO_VERSION))
                .bind("name", node.name())
                .bind("securable", securable.orElse(null))
                .mapTo(Long.class)
                .one());
  }

  /**
   * @param edge all but its nodes and hops is kept
   */
  void edge(long from, long to, LineageEdge edge) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(UPSERT_EDGE)
                .bind("from", from)
                .bind("to", to)
                .bind("how", edge.how())
                .bind("details", Json.writeText(edge.details()))
                .bind("at", edge.at().atOffset(ZoneOffset.UTC))
                .bind("principal", edge.principal())
                .execute());
  }

  /**
   * The nodes of this kind and key, of every version if none is given. A governed thing that was
   * deleted is still found by the name it had, unless another has it now. A version of a table that
   * nothing was recorded of stands between those that something was: it is found without an id.
   */
  List<Stored> find(LineageNode node, Optional<UUID> securable) {
    List<Stored> found = recorded(node, securable);
    return found.isEmpty()
            && securable.isPresent()
            && node.version().isPresent()
            && node.kind().equals("TABLE")
        ? List.of(new Stored(NO_ID, node, securable))
        : found;
  }

  private List<Stored> recorded(LineageNode node, Optional<UUID> securable) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT n.id, n.kind, n.version, n.securable_id,
                      coalesce(s.full_name, n.name) AS name
                    FROM catalog_lineage_node n
                    LEFT JOIN catalog_securable s ON s.id = n.securable_id
                    WHERE n.kind = :kind
                      AND (n.key = :key
                        OR (n.name = CAST(:name AS text) AND n.securable_id IS NOT NULL AND s.id IS NULL))
                      AND (CAST(:version AS bigint) IS NULL OR n.version = :version)
                    ORDER BY n.version
                    """)
                .bind("kind", node.kind())
                .bind("key", securable.map(UUID::toString).orElse(node.name()))
                .bind("name", securable.isPresent() ? null : node.name())
                .bind("version", node.version().orElse(null))
                .map((row, context) -> stored(row, ""))
                .list());
  }

  List<StoredEdge> edges(Set<Long> ids, boolean upstream) {
    return database.read(
        handle ->
            handle
                .createQuery(upstream ? UPSTREAM : DOWNSTREAM)
                .bind("ids", ids.toArray(new Long[0]))
                .map((row, context) -> edge(row))
                .list());
  }

  /**
   * Edges to a version of a table from the same version under another kind, and from the earlier
   * ones that brought rows it still holds.
   */
  List<StoredEdge> earlierVersions(Stored node) {
    List<StoredEdge> edges = new ArrayList<>();
    Optional<Long> replaced = Optional.empty();
    for (Sibling version : siblings(EARLIER, node)) {
      Optional<Long> number = version.node().node().version();
      if (replaced.isPresent() && !replaced.equals(number)) {
        break;
      }
      version.edge(node, "EARLIER_VERSION", true).ifPresent(edges::add);
      if (version.replaces()) {
        replaced = number;
      }
    }
    return edges;
  }

  /**
   * Edges from a version of a table to the same version under another kind, and to the later ones
   * that something was made of and that still hold its rows.
   */
  List<StoredEdge> laterVersions(Stored node) {
    List<StoredEdge> edges = new ArrayList<>();
    for (Sibling version : siblings(LATER, node)) {
      boolean same = version.node().node().version().equals(node.node().version());
      if (version.replaces() && !same) {
        break;
      }
      version.edge(node, "LATER_VERSION", false).ifPresent(edges::add);
    }
    return edges;
  }

  private List<Sibling> siblings(String query, Stored node) {
    if (node.securable().isEmpty()
        || node.node().version().isEmpty()
        || !TABLES.contains(node.node().kind())) {
      return List.of();
    }
    return database.read(
        handle ->
            handle
                .createQuery(query)
                .bind("securable", node.securable().get())
                .bind("version", node.node().version().get())
                .map((row, context) -> sibling(row))
                .list());
  }

  /**
   * A version of the same table.
   *
   * @param at of its newest edge; empty if it has none on that side
   * @param replaces whether it holds no rows of earlier versions
   */
  private record Sibling(Stored node, Optional<Instant> at, String principal, boolean replaces) {
    Optional<StoredEdge> edge(Stored other, String how, boolean into) {
      boolean same = node.node().version().equals(other.node().version());
      return at.filter(time -> node.id() != other.id())
          .map(
              time ->
                  new StoredEdge(
                      into ? node : other,
                      into ? other : node,
                      same ? "SAME_TABLE" : how,
                      Map.of(),
                      time,
                      principal));
    }
  }

  private static Sibling sibling(ResultSet row) throws SQLException {
    @Nullable OffsetDateTime at = row.getObject("at", OffsetDateTime.class);
    @Nullable String principal = row.getString("principal");
    return new Sibling(
        stored(row, ""),
        Optional.ofNullable(at).map(OffsetDateTime::toInstant),
        principal == null ? "" : principal,
        row.getBoolean("replaces"));
  }

  /**
   * Adds to the details of the edges into the versions of a securable.
   *
   * @param but a version whose edges stay as they are
   */
  void end(UUID securable, Optional<Long> but, Map<String, String> details) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(END)
                .bind("details", Json.writeText(details))
                .bind("securable", securable)
                .bind("but", but.orElse(null))
                .execute());
  }

  private static StoredEdge edge(ResultSet row) throws SQLException {
    Map<String, String> details = new HashMap<>();
    Json.parse(row.getString("details"))
        .properties()
        .forEach(field -> details.put(field.getKey(), field.getValue().asText()));
    return new StoredEdge(
        stored(row, "from_"),
        stored(row, "to_"),
        row.getString("how"),
        details,
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("principal"));
  }

  private static Stored stored(ResultSet row, String prefix) throws SQLException {
    long version = row.getLong(prefix + "version");
    @Nullable UUID securable =
        row.getObject(prefix.isEmpty() ? "securable_id" : prefix + "securable", UUID.class);
    return new Stored(
        row.getLong(prefix + "id"),
        new LineageNode(
            row.getString(prefix + "kind"),
            row.getString(prefix + "name"),
            version == NO_VERSION ? Optional.empty() : Optional.of(version)),
        Optional.ofNullable(securable));
  }
}
