package io.boathouse.catalog.relation;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The tables catalog_relation and catalog_column; joins the thread's transaction. */
final class RelationRepository {
  private final Database database;

  RelationRepository(Database database) {
    this.database = database;
  }

  /** A row without its securable and columns. */
  record Row(
      UUID id,
      Relation.Kind kind,
      String format,
      Optional<String> location,
      Optional<String> view) {
    Relation with(
        Securable securable, List<RelationColumn> columns, Optional<String> dataLocation) {
      return new Relation(securable, kind, format, columns, dataLocation, view);
    }
  }

  void insert(UUID id, NewRelation relation) {
    database.useTransaction(
        handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO catalog_relation
                    (securable_id, kind, format, storage_location, view_definition)
                  VALUES (:id, :kind, :format, :location, :view)
                  """)
              .bind("id", id)
              .bind("kind", relation.kind().name())
              .bind("format", relation.format())
              .bind("location", relation.storageLocation().orElse(null))
              .bind("view", relation.viewDefinition().orElse(null))
              .execute();
          insertColumns(id, relation.columns());
        });
  }

  void replaceColumns(UUID id, List<RelationColumn> columns) {
    database.useTransaction(
        handle -> {
          handle
              .createUpdate("DELETE FROM catalog_column WHERE securable_id = :id")
              .bind("id", id)
              .execute();
          insertColumns(id, columns);
        });
  }

  Map<UUID, Row> find(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, Row> rows = new LinkedHashMap<>();
          handle
              .createQuery(
                  """
                  SELECT securable_id, kind, format, storage_location, view_definition
                  FROM catalog_relation WHERE securable_id = ANY(:ids)
                  """)
              .bindArray("ids", UUID.class, ids)
              .map((row, context) -> row(row))
              .forEach(row -> rows.put(row.id(), row));
          return rows;
        });
  }

  Map<UUID, List<RelationColumn>> columns(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, List<RelationColumn>> columns = new LinkedHashMap<>();
          handle
              .createQuery(
                  """
                  SELECT securable_id, name, type_text, type_name, type_json, type_precision,
                    type_scale, nullable, comment, partition_index
                  FROM catalog_column WHERE securable_id = ANY(:ids)
                  ORDER BY securable_id, position
                  """)
              .bindArray("ids", UUID.class, ids)
              .map((row, context) -> Map.entry(row.getObject(1, UUID.class), column(row)))
              .forEach(
                  entry ->
                      columns
                          .computeIfAbsent(entry.getKey(), id -> new ArrayList<>())
                          .add(entry.getValue()));
          return columns;
        });
  }

  private void insertColumns(UUID id, List<RelationColumn> columns) {
    if (columns.isEmpty()) {
      return;
    }
    database.useTransaction(
        handle -> {
          PreparedBatch batch =
              handle.prepareBatch(
                  """
                  INSERT INTO catalog_column (securable_id, position, name, type_text, type_name,
                    type_json, type_precision, type_scale, nullable, comment, partition_index)
                  VALUES (:id, :position, :name, :typeText, :typeName,
                    :typeJson, :precision, :scale, :nullable, :comment, :partition)
                  """);
          for (int i = 0; i < columns.size(); i++) {
            RelationColumn column = columns.get(i);
            batch
                .bind("id", id)
                .bind("position", i)
                .bind("name", column.name())
                .bind("typeText", column.typeText())
                .bind("typeName", column.typeName())
                .bind("typeJson", column.typeJson().orElse(null))
                .bind("precision", column.typePrecision().orElse(null))
                .bind("scale", column.typeScale().orElse(null))
                .bind("nullable", column.nullable())
                .bind("comment", column.comment().orElse(null))
                .bind("partition", column.partitionIndex().orElse(null))
                .add();
          }
          int[] unused = batch.execute();
        });
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getObject("securable_id", UUID.class),
        Relation.Kind.valueOf(row.getString("kind")),
        row.getString("format"),
        Optional.ofNullable(row.getString("storage_location")),
        Optional.ofNullable(row.getString("view_definition")));
  }

  private static RelationColumn column(ResultSet row) throws SQLException {
    return new RelationColumn(
        row.getString("name"),
        row.getString("type_text"),
        row.getString("type_name"),
        Optional.ofNullable(row.getString("type_json")),
        integer(row, "type_precision"),
        integer(row, "type_scale"),
        row.getBoolean("nullable"),
        Optional.ofNullable(row.getString("comment")),
        integer(row, "partition_index"));
  }

  private static Optional<Integer> integer(ResultSet row, String column) throws SQLException {
    @Nullable Integer value = row.getObject(column, Integer.class);
    return Optional.ofNullable(value);
  }
}
