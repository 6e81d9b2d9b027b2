package io.boathouse.catalog.lineage;

import io.boathouse.catalog.lineage.TableEdge.Table;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The edges between tables, without their versions. Joins the thread's transaction. */
final class TableEdgeRepository {
  private static final String EDGES =
      """
      SELECT DISTINCT ON (f.securable_id, t.securable_id) f.securable_id AS from_id,
        fs.full_name AS from_name, t.securable_id AS to_id, ts.full_name AS to_name, e.how, e.at,
        e.principal
      FROM catalog_lineage_edge e
      JOIN catalog_lineage_node f ON f.id = e.from_id AND f.kind IN ('TABLE', 'FEATURE_TABLE')
      JOIN catalog_lineage_node t ON t.id = e.to_id AND t.kind IN ('TABLE', 'FEATURE_TABLE')
      JOIN catalog_securable fs ON fs.id = f.securable_id
      JOIN catalog_securable ts ON ts.id = t.securable_id
      WHERE f.securable_id <> t.securable_id AND
      """;
  private static final String NEWEST = " ORDER BY f.securable_id, t.securable_id, e.at DESC";
  private static final String UPSTREAM = EDGES + "t.securable_id = ANY(:ids)" + NEWEST;
  private static final String DOWNSTREAM = EDGES + "f.securable_id = ANY(:ids)" + NEWEST;
  private static final String FILES =
      """
      SELECT DISTINCT f.name
      FROM catalog_lineage_edge e
      JOIN catalog_lineage_node f ON f.id = e.from_id AND f.kind = 'FILE'
      JOIN catalog_lineage_node t ON t.id = e.to_id
      WHERE t.securable_id = :id
      ORDER BY f.name LIMIT 1000
      """;

  private final Database database;

  TableEdgeRepository(Database database) {
    this.database = database;
  }

  List<TableEdge> edges(Collection<UUID> ids, boolean upstream) {
    return database.read(
        handle ->
            handle
                .createQuery(upstream ? UPSTREAM : DOWNSTREAM)
                .bindArray("ids", UUID.class, ids)
                .map((row, context) -> edge(row))
                .list());
  }

  /** The files whose rows went into a table. */
  List<LineageNode> files(UUID table) {
    return database.read(
        handle ->
            handle
                .createQuery(FILES)
                .bind("id", table)
                .map((row, context) -> new LineageNode("FILE", row.getString(1), Optional.empty()))
                .list());
  }

  private static TableEdge edge(ResultSet row) throws SQLException {
    return new TableEdge(
        table(row, "from_"),
        table(row, "to_"),
        row.getString("how"),
        row.getObject("at", OffsetDateTime.class).toInstant(),
        row.getString("principal"),
        1);
  }

  private static Table table(ResultSet row, String prefix) throws SQLException {
    return new Table(
        row.getObject(prefix + "id", UUID.class),
        FullName.parse(SecurableType.TABLE, row.getString(prefix + "name")));
  }
}
