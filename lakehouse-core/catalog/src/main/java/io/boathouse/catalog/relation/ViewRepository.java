package io.boathouse.catalog.relation;

import io.boathouse.platform.db.Database;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The table catalog_view, and of catalog_relation the queries; joins the thread's transaction. */
final class ViewRepository {
  private final Database database;

  ViewRepository(Database database) {
    this.database = database;
  }

  /** A view's query and who wrote it. */
  record Row(ViewText text, UUID definer) {}

  Optional<Row> find(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT r.view_definition, v.default_catalog, v.default_schema, v.query_columns,
                      v.definer
                    FROM catalog_view v JOIN catalog_relation r USING (securable_id)
                    WHERE v.securable_id = :id
                    """)
                .bind("id", id)
                .map((row, context) -> row(row))
                .findOne());
  }

  void put(UUID id, ViewText text, UUID definer) {
    database.useTransaction(
        handle -> {
          handle
              .createUpdate(
                  "UPDATE catalog_relation SET view_definition = :sql WHERE securable_id = :id")
              .bind("sql", text.sql())
              .bind("id", id)
              .execute();
          handle
              .createUpdate(
                  """
                  INSERT INTO catalog_view
                    (securable_id, definer, default_catalog, default_schema, query_columns)
                  VALUES (:id, :definer, :catalog, :schema, :columns)
                  ON CONFLICT (securable_id) DO UPDATE SET definer = excluded.definer,
                    default_catalog = excluded.default_catalog,
                    default_schema = excluded.default_schema,
                    query_columns = excluded.query_columns
                  """)
              .bind("id", id)
              .bind("definer", definer)
              .bind("catalog", text.defaultCatalog())
              .bind("schema", text.defaultSchema())
              .bindArray("columns", String.class, text.queryColumns())
              .execute();
        });
  }

  private static Row row(ResultSet row) throws SQLException {
    Array columns = row.getArray("query_columns");
    return new Row(
        new ViewText(
            row.getString("view_definition"),
            row.getString("default_catalog"),
            row.getString("default_schema"),
            List.of((String[]) columns.getArray())),
        row.getObject("definer", UUID.class));
  }
}
