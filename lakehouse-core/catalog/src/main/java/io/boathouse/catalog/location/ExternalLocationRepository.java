package io.boathouse.catalog.location;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The tables catalog_external_location and catalog_external_place; joins the thread's transaction.
 */
final class ExternalLocationRepository {
  private static final String COLUMNS =
      """
      SELECT l.securable_id, l.url, l.normal_url, l.credential_id, c.name AS credential, l.read_only
      FROM catalog_external_location l LEFT JOIN catalog_securable c ON c.id = l.credential_id
      """;

  private final Database database;

  ExternalLocationRepository(Database database) {
    this.database = database;
  }

  /** A row without its securable. */
  record Row(
      UUID id,
      String url,
      String normalUrl,
      Optional<UUID> credentialId,
      Optional<String> credentialName,
      boolean readOnly) {}

  /** Keeps others from making or moving locations until the transaction ends. */
  void holdAll() {
    database.useTransaction(
        handle ->
            handle.execute("LOCK TABLE catalog_external_location IN SHARE ROW EXCLUSIVE MODE"));
  }

  void insert(Row row) {
    write(
        """
        INSERT INTO catalog_external_location
          (securable_id, url, normal_url, credential_id, read_only)
        VALUES (:id, :url, :normal, CAST(:credential AS uuid), :readOnly)
        """,
        row);
  }

  void update(Row row) {
    write(
        """
        UPDATE catalog_external_location
        SET url = :url, normal_url = :normal, credential_id = CAST(:credential AS uuid),
          read_only = :readOnly
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
                  .bind("url", row.url())
                  .bind("normal", row.normalUrl())
                  .bind("credential", row.credentialId().orElse(null))
                  .bind("readOnly", row.readOnly())
                  .execute();
        });
  }

  Map<UUID, Row> find(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, Row> rows = new HashMap<>();
          handle
              .createQuery(COLUMNS + "WHERE l.securable_id = ANY(:ids)")
              .bindArray("ids", UUID.class, ids)
              .map((row, context) -> row(row))
              .forEach(row -> rows.put(row.id(), row));
          return rows;
        });
  }

  /** The location that a place lies in. */
  Optional<Row> covering(String normalUrl) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + "WHERE starts_with(:place, l.normal_url)")
                .bind("place", normalUrl)
                .map((row, context) -> row(row))
                .findOne());
  }

  /** Locations that lie in a place or that it lies in, but for one of them. */
  List<Row> overlapping(String normalUrl, UUID but) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + """
                        WHERE l.securable_id <> :but AND (starts_with(:place, l.normal_url)
                          OR starts_with(l.normal_url, :place)) LIMIT 1
                        """)
                .bind("but", but)
                .bind("place", normalUrl)
                .map((row, context) -> row(row))
                .list());
  }

  /** Ids of the locations that use a credential. */
  List<UUID> using(UUID credential) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT securable_id FROM catalog_external_location
                    WHERE credential_id = :credential ORDER BY securable_id
                    """)
                .bind("credential", credential)
                .mapTo(UUID.class)
                .list());
  }

  /** Keeps the location as it is, and others from taking places in it, until the end. */
  void hold(UUID location) {
    database.useTransaction(
        handle -> {
          var unused =
              handle
                  .createQuery(
                      """
                      SELECT 1 FROM catalog_external_location WHERE securable_id = :id FOR UPDATE
                      """)
                  .bind("id", location)
                  .mapTo(Integer.class)
                  .findOne();
        });
  }

  void insertPlace(UUID owner, Optional<UUID> location, String normalUrl) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_external_place (securable_id, location_id, normal_url)
                      VALUES (:owner, CAST(:location AS uuid), :place)
                      """)
                  .bind("owner", owner)
                  .bindByType("location", location.orElse(null), UUID.class)
                  .bind("place", normalUrl)
                  .execute();
        });
  }

  /** Whether a table or volume lies in a place, or the place in it. */
  boolean isTaken(String normalUrl) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT EXISTS (SELECT 1 FROM catalog_external_place p
                      WHERE starts_with(:place, p.normal_url) OR starts_with(p.normal_url, :place))
                    """)
                .bind("place", normalUrl)
                .mapTo(Boolean.class)
                .one());
  }

  /** How many tables and volumes lie in a location. */
  int places(UUID location) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT count(*) FROM catalog_external_place WHERE location_id = :location")
                .bind("location", location)
                .mapTo(Integer.class)
                .one());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getObject("securable_id", UUID.class),
        row.getString("url"),
        row.getString("normal_url"),
        Optional.ofNullable(row.getObject("credential_id", UUID.class)),
        Optional.ofNullable(row.getString("credential")),
        row.getBoolean("read_only"));
  }
}
