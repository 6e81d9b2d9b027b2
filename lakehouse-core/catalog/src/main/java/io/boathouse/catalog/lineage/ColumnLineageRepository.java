package io.boathouse.catalog.lineage;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** The catalog_lineage_column table. Joins the transaction of the calling thread. */
final class ColumnLineageRepository {
  private static final String UPSERT =
      """
      INSERT INTO catalog_lineage_column
        (source_id, source_column, target_id, target_column, how, at, principal)
      VALUES (:sourceId, :sourceColumn, :targetId, :targetColumn, :how, :at, :principal)
      ON CONFLICT (target_id, target_column, source_id, source_column) DO UPDATE
        SET how = excluded.how, at = excluded.at, principal = excluded.principal
      """;
  private static final String REPLACED =
      "DELETE FROM catalog_lineage_column WHERE target_id = :target";
  private static final String RENAMED_SOURCE =
      """
      UPDATE catalog_lineage_column SET source_column = :after
      WHERE source_id = :table AND source_column = :before
      """;
  private static final String RENAMED_TARGET =
      """
      UPDATE catalog_lineage_column SET target_column = :after
      WHERE target_id = :table AND target_column = :before
      """;
  private static final String EDGES =
      """
      SELECT e.source_id, e.source_column, e.target_id, e.target_column, e.how, e.at, e.principal,
        s.full_name AS source_name, t.full_name AS target_name
      FROM catalog_lineage_column e
      JOIN catalog_securable s ON s.id = e.source_id
      JOIN catalog_securable t ON t.id = e.target_id
      """;
  private static final String UPSTREAM =
      EDGES
          + """
          WHERE (e.target_id, lower(e.target_column)) IN (
            SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:columns AS text[])))
          ORDER BY source_name, e.source_column, target_name, e.target_column
          """;
  private static final String DOWNSTREAM =
      EDGES
          + """
          WHERE (e.source_id, lower(e.source_column)) IN (
            SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:columns AS text[])))
          ORDER BY target_name, e.target_column, source_name, e.source_column
          """;

  private final Database database;

  ColumnLineageRepository(Database database) {
    this.database = database;
  }

  /** A column of a governed table. @param column in lower case */
  record Key(UUID table, String column) {}

  /** A kept edge. */
  record Stored(Key from, Key to, ColumnEdge edge) {}

  void insert(UUID source, UUID target, ColumnEdge edge) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(UPSERT)
                .bind("sourceId", source)
                .bind("sourceColumn", edge.from().name())
                .bind("targetId", target)
                .bind("targetColumn", edge.to().name())
                .bind("how", edge.how())
                .bind("at", edge.at().atOffset(ZoneOffset.UTC))
                .bind("principal", edge.principal())
                .execute());
  }

  /** The table holds nothing of what it held. */
  void replaced(UUID target) {
    database.useTransaction(
        handle -> handle.createUpdate(REPLACED).bind("target", target).execute());
  }

  List<Stored> edges(Collection<Key> keys, boolean upstream) {
    return database.read(
        handle ->
            handle
                .createQuery(upstream ? UPSTREAM : DOWNSTREAM)
                .bindArray("ids", UUID.class, keys.stream().map(Key::table).toList())
                .bindArray("columns", String.class, keys.stream().map(Key::column).toList())
                .map((row, context) -> stored(row))
                .list());
  }

  void renamed(UUID table, String before, String after) {
    dropped(table, after);
    for (String update : List.of(RENAMED_SOURCE, RENAMED_TARGET)) {
      database.useTransaction(
          handle ->
              handle
                  .createUpdate(update)
                  .bind("table", table)
                  .bind("before", before)
                  .bind("after", after)
                  .execute());
    }
  }

  void dropped(UUID table, String column) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM catalog_lineage_column
                    WHERE (source_id = :table AND source_column = :column)
                      OR (target_id = :table AND target_column = :column)
                    """)
                .bind("table", table)
                .bind("column", column)
                .execute());
  }

  private static Stored stored(ResultSet row) throws SQLException {
    Instant at = row.getObject("at", OffsetDateTime.class).toInstant();
    return new Stored(
        key(row, "source_"),
        key(row, "target_"),
        new ColumnEdge(
            column(row, "source_"),
            column(row, "target_"),
            row.getString("how"),
            at,
            row.getString("principal"),
            1));
  }

  private static Key key(ResultSet row, String prefix) throws SQLException {
    return new Key(
        row.getObject(prefix + "id", UUID.class),
        row.getString(prefix + "column").toLowerCase(Locale.ROOT));
  }

  private static ColumnEdge.Column column(ResultSet row, String prefix) throws SQLException {
    return new ColumnEdge.Column(
        FullName.parse(SecurableType.TABLE, row.getString(prefix + "name")),
        row.getString(prefix + "column"));
  }
}
