package io.boathouse.catalog.commit;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;

/** The table catalog_delta_table; joins the thread's transaction. */
final class DeltaTableRepository {
  private static final String SELECT =
      """
      SELECT securable_id, catalog_managed, columns::text AS columns, partition_columns,
        properties::text AS properties, min_reader_version, min_writer_version, reader_features,
        writer_features, domains::text AS domains, latest_version, latest_at, published_version,
        described_version, described_at, revision
      FROM catalog_delta_table WHERE securable_id = :id
      """;
  private static final String SELECT_FOR_UPDATE = SELECT + " FOR UPDATE";

  private final Database database;

  DeltaTableRepository(Database database) {
    this.database = database;
  }

  Optional<DeltaTable> find(UUID id) {
    return read(SELECT, id);
  }

  /** Keeps others from changing the table until the transaction ends. */
  Optional<DeltaTable> findForUpdate(UUID id) {
    return read(SELECT_FOR_UPDATE, id);
  }

  /** The latest and the published version of a catalog-managed table. */
  Optional<long[]> versions(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT latest_version, published_version FROM catalog_delta_table
                    WHERE securable_id = :id AND catalog_managed
                    """)
                .bind("id", id)
                .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                .findOne());
  }

  private Optional<DeltaTable> read(String sql, UUID id) {
    return database.read(
        handle ->
            handle.createQuery(sql).bind("id", id).map((row, context) -> table(row)).findOne());
  }

  void insert(DeltaTable table) {
    write(
        table,
        """
        INSERT INTO catalog_delta_table (securable_id, catalog_managed, columns, partition_columns,
          properties, min_reader_version, min_writer_version, reader_features, writer_features,
          domains, latest_version, latest_at, published_version, described_version, described_at,
          revision)
        VALUES (:id, :managed, CAST(:columns AS jsonb), :partitions, CAST(:properties AS jsonb),
          :minReader, :minWriter, :readerFeatures, :writerFeatures, CAST(:domains AS jsonb),
          :latest, :latestAt, :published, :described, :describedAt, :revision)
        """);
  }

  void update(DeltaTable table) {
    write(
        table,
        """
        UPDATE catalog_delta_table SET catalog_managed = :managed,
          columns = CAST(:columns AS jsonb), partition_columns = :partitions,
          properties = CAST(:properties AS jsonb), min_reader_version = :minReader,
          min_writer_version = :minWriter, reader_features = :readerFeatures,
          writer_features = :writerFeatures, domains = CAST(:domains AS jsonb),
          latest_version = :latest, latest_at = :latestAt, published_version = :published,
          described_version = :described, described_at = :describedAt, revision = :revision
        WHERE securable_id = :id
        """);
  }

  private void write(DeltaTable table, String sql) {
    DeltaDescription description = table.description();
    DeltaProtocol protocol = description.protocol();
    database.useTransaction(
        handle -> {
          Update update =
              handle
                  .createUpdate(sql)
                  .bind("id", table.id())
                  .bind("managed", table.catalogManaged())
                  .bind("columns", description.columns())
                  .bindArray("partitions", String.class, description.partitionColumns())
                  .bind("properties", Json.writeText(description.properties()))
                  .bind("minReader", protocol.minReaderVersion())
                  .bind("minWriter", protocol.minWriterVersion())
                  .bindArray("readerFeatures", String.class, protocol.readerFeatures())
                  .bindArray("writerFeatures", String.class, protocol.writerFeatures())
                  .bind("domains", Json.writeText(description.domains()))
                  .bind("latest", table.latestVersion())
                  .bind("latestAt", table.latestAt())
                  .bind("published", table.publishedVersion())
                  .bind("described", table.describedVersion())
                  .bind("describedAt", table.describedAt())
                  .bind("revision", table.revision());
          int unused = update.execute();
        });
  }

  private static DeltaTable table(ResultSet row) throws SQLException {
    return new DeltaTable(
        row.getObject("securable_id", UUID.class),
        row.getBoolean("catalog_managed"),
        new DeltaDescription(
            row.getString("columns"),
            texts(row, "partition_columns"),
            texts(Json.parse(row.getString("properties"))),
            new DeltaProtocol(
                row.getInt("min_reader_version"),
                row.getInt("min_writer_version"),
                texts(row, "reader_features"),
                texts(row, "writer_features")),
            texts(Json.parse(row.getString("domains")))),
        row.getLong("latest_version"),
        row.getLong("latest_at"),
        row.getLong("published_version"),
        row.getLong("described_version"),
        row.getLong("described_at"),
        row.getLong("revision"));
  }

  private static List<String> texts(ResultSet row, String column) throws SQLException {
    return Arrays.asList((String[]) row.getArray(column).getArray());
  }

  private static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new HashMap<>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
    return texts;
  }
}
