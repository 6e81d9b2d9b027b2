package io.boathouse.catalog.namespace;

import io.boathouse.platform.db.Database;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The catalog_namespace table; joins the thread's transaction. */
final class NamespaceRepository {
  private final Database database;

  NamespaceRepository(Database database) {
    this.database = database;
  }

  void insert(UUID id, String storageRoot) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_namespace (securable_id, storage_root)
                      VALUES (:id, :storageRoot)
                      """)
                  .bind("id", id)
                  .bind("storageRoot", storageRoot)
                  .execute();
        });
  }

  Map<UUID, String> storageRoots(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, String> roots = new LinkedHashMap<>();
          handle
              .createQuery(
                  """
                  SELECT securable_id, storage_root FROM catalog_namespace
                  WHERE securable_id = ANY(:ids) AND storage_root IS NOT NULL
                  """)
              .bindArray("ids", UUID.class, ids)
              .map((row, context) -> Map.entry(row.getObject(1, UUID.class), row.getString(2)))
              .forEach(entry -> roots.put(entry.getKey(), entry.getValue()));
          return roots;
        });
  }
}
