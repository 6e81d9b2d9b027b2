package io.boathouse.catalog.location;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table catalog_storage_credential; joins the thread's transaction. */
final class StorageCredentialRepository {
  private final Database database;

  StorageCredentialRepository(Database database) {
    this.database = database;
  }

  /**
   * @param sealed what is secret of it
   */
  record Row(UUID id, StorageCredential.Kind kind, Optional<byte[]> sealed) {}

  void insert(Row row) {
    write(
        """
        INSERT INTO catalog_storage_credential (securable_id, kind, settings, sealed)
        VALUES (:id, :kind, CAST(:settings AS jsonb), :sealed)
        """,
        row);
  }

  void update(Row row) {
    write(
        """
        UPDATE catalog_storage_credential
        SET kind = :kind, settings = CAST(:settings AS jsonb), sealed = :sealed
        WHERE securable_id = :id
        """,
        row);
  }

  private void write(String sql, Row row) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(sql)
                  .bind("id", row.id())
                  .bind("kind", name(row.kind()))
                  .bind("settings", Json.writeText(settings(row.kind())))
                  .bind("sealed", row.sealed().orElse(null))
                  .execute();
        });
  }

  Map<UUID, Row> find(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, Row> rows = new HashMap<>();
          handle
              .createQuery(
                  """
                  SELECT securable_id, kind, settings::text AS settings, sealed
                  FROM catalog_storage_credential WHERE securable_id = ANY(:ids)
                  """)
              .bindArray("ids", UUID.class, ids)
              .map((row, context) -> row(row))
              .forEach(row -> rows.put(row.id(), row));
          return rows;
        });
  }

  private static String name(StorageCredential.Kind kind) {
    return switch (kind) {
      case StorageCredential.IamRole role -> "IAM_ROLE";
      case StorageCredential.S3Compatible pair -> "S3_COMPATIBLE";
    };
  }

  private static JsonNode settings(StorageCredential.Kind kind) {
    ObjectNode settings = Json.mapper().createObjectNode();
    switch (kind) {
      case StorageCredential.IamRole role ->
          settings.put("role_arn", role.roleArn()).put("external_id", role.externalId());
      case StorageCredential.S3Compatible pair -> {
        settings.put("access_key_id", pair.accessKeyId()).put("path_style", pair.pathStyle());
        pair.endpoint().ifPresent(endpoint -> settings.put("endpoint", endpoint.toString()));
        pair.region().ifPresent(region -> settings.put("region", region));
        pair.role().ifPresent(role -> settings.put("role", role));
        pair.stsEndpoint().ifPresent(sts -> settings.put("sts_endpoint", sts.toString()));
      }
    }
    return settings;
  }

  private static Row row(ResultSet row) throws SQLException {
    JsonNode settings = Json.parse(row.getString("settings").getBytes(StandardCharsets.UTF_8));
    byte @Nullable [] sealed = row.getBytes("sealed");
    StorageCredential.Kind kind =
        row.getString("kind").equals("IAM_ROLE")
            ? new StorageCredential.IamRole(
                settings.path("role_arn").asText(), settings.path("external_id").asText())
            : new StorageCredential.S3Compatible(
                settings.path("access_key_id").asText(),
                text(settings, "endpoint").map(URI::create),
                text(settings, "region"),
                settings.path("path_style").asBoolean(),
                text(settings, "role"),
                text(settings, "sts_endpoint").map(URI::create));
    return new Row(row.getObject("securable_id", UUID.class), kind, Optional.ofNullable(sealed));
  }

  private static Optional<String> text(JsonNode settings, String name) {
    return Optional.ofNullable(settings.path(name).textValue());
  }
}
