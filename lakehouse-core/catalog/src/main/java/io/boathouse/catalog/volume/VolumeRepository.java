package io.boathouse.catalog.volume;

import io.boathouse.catalog.securable.Securable;
import io.boathouse.platform.db.Database;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The catalog_volume table; joins the thread's transaction. */
final class VolumeRepository {
  private final Database database;

  VolumeRepository(Database database) {
    this.database = database;
  }

  /** A row without its securable. */
  record Row(UUID id, Volume.Kind kind, Optional<String> location) {
    Volume with(Securable securable, String dataLocation) {
      return new Volume(securable, kind, dataLocation);
    }
  }

  void insert(Row row) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_volume (securable_id, kind, storage_location)
                      VALUES (:id, :kind, :location)
                      """)
                  .bind("id", row.id())
                  .bind("kind", row.kind().name())
                  .bind("location", row.location().orElse(null))
                  .execute();
        });
  }

  Map<UUID, Row> find(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, Row> rows = new LinkedHashMap<>();
          handle
              .createQuery(
                  """
                  SELECT securable_id, kind, storage_location FROM catalog_volume
                  WHERE securable_id = ANY(:ids)
                  """)
              .bindArray("ids", UUID.class, ids)
              .map(
                  (row, context) ->
                      new Row(
                          row.getObject(1, UUID.class),
                          Volume.Kind.valueOf(row.getString(2)),
                          Optional.ofNullable(row.getString(3))))
              .forEach(row -> rows.put(row.id(), row));
          return rows;
        });
  }
}
