package io.boathouse.catalog.securable;

import io.boathouse.platform.db.Database;
import io.boathouse.platform.http.PageToken;
import io.boathouse.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/**
 * The catalog_securable table. Knows SQL and nothing else; joins the transaction of the calling
 * thread.
 */
final class SecurableRepository {
  private static final String COLUMNS =
      """
      SELECT s.id, s.type, s.full_name, s.parent_id, s.ancestors, o.name AS owner, s.comment,
        s.properties::text AS properties, s.created_at, s.created_by, s.updated_at, s.updated_by
      FROM catalog_securable s JOIN catalog_principal o ON o.id = s.owner_id
      """;
  private static final String BY_NAME = COLUMNS + "WHERE s.type = :type AND s.full_name = :name ";
  private static final String INSERT =
      """
      INSERT INTO catalog_securable (id, type, name, full_name, parent_id, ancestors, owner_id,
        comment, properties, created_at, created_by, updated_at, updated_by)
      VALUES (:id, :type, :name, :fullName, :parent, :ancestors, :owner,
        :comment, CAST(:properties AS jsonb), :at, :by, :at, :by)
      ON CONFLICT DO NOTHING
      """;
  private static final String UPDATE =
      """
      UPDATE catalog_securable SET name = :name, full_name = :fullName, owner_id = :owner,
        comment = :comment, properties = CAST(:properties AS jsonb), updated_at = :at,
        updated_by = :by
      WHERE id = :id
      """;
  private static final String RENAME_BELOW =
      """
      UPDATE catalog_securable
      SET full_name = :newPrefix || substr(full_name, length(:oldPrefix) + 1)
      WHERE ancestors @> ARRAY[:id]
      """;

  private final Database database;

  SecurableRepository(Database database) {
    this.database = database;
  }

  Optional<Securable> find(SecurableType type, FullName name) {
    return byName(BY_NAME, type, name);
  }

  Optional<Securable> findForUpdate(SecurableType type, FullName name) {
    return byName(BY_NAME + "FOR UPDATE OF s", type, name);
  }

  Optional<Securable> findForShare(SecurableType type, FullName name) {
    return byName(BY_NAME + "FOR SHARE OF s", type, name);
  }

  Optional<Securable> find(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + "WHERE s.id = :id")
                .bind("id", id)
                .map((row, context) -> securable(row))
                .findOne());
  }

  /** Everything below a container, children before their parents. */
  List<Securable> below(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + "WHERE s.ancestors @> ARRAY[:id]"
                        + " ORDER BY cardinality(s.ancestors) DESC, s.full_name FOR UPDATE OF s")
                .bind("id", id)
                .map((row, context) -> securable(row))
                .list());
  }

  /** Rows of one type in the order of their names, one more than the page holds. */
  List<Securable> list(
      SecurableType type,
      Optional<UUID> parent,
      SecurableGuard.Narrowing narrowing,
      Optional<PageToken> after,
      int limit) {
    String sql =
        COLUMNS
            + "WHERE s.type = :type AND ("
            + narrowing.condition()
            + ")"
            + (parent.isPresent() ? " AND s.parent_id = :parent" : "")
            + (after.isPresent() ? " AND s.full_name > :after" : "")
            + " ORDER BY s.full_name LIMIT :limit";
    return database.read(
        handle -> {
          Query query =
              handle
                  .createQuery(sql)
                  .bindMap(narrowing.parameters())
                  .bind("type", type.name())
                  .bind("limit", limit);
          parent.ifPresent(id -> query.bind("parent", id));
          after.ifPresent(token -> query.bind("after", token.keys().getFirst()));
          return query.map((row, context) -> securable(row)).list();
        });
  }

  /**
   * @return false if the name is taken
   */
  boolean insert(Securable securable, UUID ownerId) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(INSERT)
                    .bind("type", securable.type().name())
                    .bind("parent", securable.parentId().orElse(null))
                    .bind("ancestors", securable.ancestors().toArray(new UUID[0]))
                    .bindMap(changing(securable, ownerId))
                    .execute()
                == 1);
  }

  void update(Securable securable, UUID ownerId) {
    database.useTransaction(
        handle -> handle.createUpdate(UPDATE).bindMap(changing(securable, ownerId)).execute());
  }

  /** Rewrites the names of everything below a container that got another name. */
  void renameBelow(UUID id, FullName oldName, FullName newName) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(RENAME_BELOW)
                .bind("id", id)
                .bind("oldPrefix", oldName + ".")
                .bind("newPrefix", newName + ".")
                .execute());
  }

  /** Deletes a securable and everything below it. */
  void delete(UUID id) {
    database.useTransaction(
        handle ->
            handle
                .createUpdate(
                    "DELETE FROM catalog_securable WHERE id = :id OR ancestors @> ARRAY[:id]")
                .bind("id", id)
                .execute());
  }

  Optional<UUID> principal(String name) {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT id FROM catalog_principal WHERE lower(name) = lower(:name)")
                .bind("name", name)
                .mapTo(UUID.class)
                .findOne());
  }

  private static Map<String, Object> changing(Securable securable, UUID ownerId) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", securable.id());
    values.put("name", securable.name().name());
    values.put("fullName", securable.name().toString());
    values.put("owner", ownerId);
    values.put("comment", securable.comment().orElse(null));
    values.put("properties", Json.writeText(securable.properties()));
    values.put("at", securable.updatedAt().atOffset(ZoneOffset.UTC));
    values.put("by", securable.updatedBy());
    return values;
  }

  private Optional<Securable> byName(String sql, SecurableType type, FullName name) {
    return database.read(
        handle ->
            handle
                .createQuery(sql)
                .bind("type", type.name())
                .bind("name", name.toString())
                .map((row, context) -> securable(row))
                .findOne());
  }

  static Securable securable(ResultSet row) throws SQLException {
    SecurableType type = SecurableType.valueOf(row.getString("type"));
    return new Securable(
        row.getObject("id", UUID.class),
        type,
        FullName.parse(type, row.getString("full_name")),
        Optional.ofNullable(row.getObject("parent_id", UUID.class)),
        Arrays.asList((UUID[]) row.getArray("ancestors").getArray()),
        row.getString("owner"),
        Optional.ofNullable(row.getString("comment")),
        texts(row.getString("properties")),
        at(row, "created_at"),
        row.getString("created_by"),
        at(row, "updated_at"),
        row.getString("updated_by"));
  }

  private static Map<String, String> texts(String json) {
    Map<String, String> texts = new HashMap<>();
    Json.parse(json).properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private static Instant at(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
