package io.boathouse.catalog.tag;

import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tables catalog_tag and catalog_tag_policy; joins the thread's transaction. */
final class TagRepository {
  private static final String LIST =
      """
      SELECT tag_key, tag_value, updated_at, updated_by FROM catalog_tag
      WHERE securable_id = :id AND column_name = :column AND tag_key > :after
      ORDER BY tag_key LIMIT :most
      """;
  private static final String ALL =
      """
      SELECT column_name, tag_key, tag_value, updated_at, updated_by FROM catalog_tag
      WHERE securable_id = :id ORDER BY column_name, tag_key
      """;
  private static final String PUT =
      """
      INSERT INTO catalog_tag (securable_id, column_name, tag_key, tag_value, updated_at, updated_by)
      VALUES (:id, :column, :key, :value, :at, :by)
      ON CONFLICT (securable_id, column_name, tag_key)
      DO UPDATE SET tag_value = :value, updated_at = :at, updated_by = :by
      """;
  private static final String REMOVE =
      """
      DELETE FROM catalog_tag
      WHERE securable_id = :id AND column_name = :column AND tag_key = :key
      """;
  private static final String MOVE =
      """
      UPDATE catalog_tag SET column_name = :after
      WHERE securable_id = :id AND column_name = :before
      """;
  private static final String DROP =
      "DELETE FROM catalog_tag WHERE securable_id = :id AND column_name = :column";
  private static final String POLICIES =
      """
      SELECT tag_key, id, description, tag_values, created_at, updated_at FROM catalog_tag_policy
      WHERE tag_key > :after ORDER BY tag_key LIMIT :most
      """;
  private static final String POLICY =
      """
      SELECT tag_key, id, description, tag_values, created_at, updated_at FROM catalog_tag_policy
      WHERE tag_key = :key
      """;
  private static final String INSERT_POLICY =
      """
      INSERT INTO catalog_tag_policy
        (tag_key, id, description, tag_values, created_at, updated_at)
      VALUES (:key, :policy, :description, :values, :createdAt, :updatedAt)
      ON CONFLICT DO NOTHING
      """;
  private static final String UPDATE_POLICY =
      """
      UPDATE catalog_tag_policy
      SET description = :description, tag_values = :values, updated_at = :updatedAt
      WHERE tag_key = :key
      """;

  private final Database database;

  TagRepository(Database database) {
    this.database = database;
  }

  /** A tag with the column that it is on; empty if on the thing itself. */
  record Placed(String column, Tag tag) {}

  List<Tag> list(UUID id, String column, String after, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(LIST)
                .bind("id", id)
                .bind("column", column)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> tag(row))
                .list());
  }

  List<Placed> all(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(ALL)
                .bind("id", id)
                .map((row, context) -> new Placed(row.getString("column_name"), tag(row)))
                .list());
  }

  void put(UUID id, String column, Tag tag) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(PUT)
                  .bind("id", id)
                  .bind("column", column)
                  .bind("key", tag.key())
                  .bind("value", tag.value())
                  .bind("at", tag.updatedAt().atOffset(ZoneOffset.UTC))
                  .bind("by", tag.updatedBy())
                  .execute();
        });
  }

  boolean remove(UUID id, String column, String key) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(REMOVE)
                    .bind("id", id)
                    .bind("column", column)
                    .bind("key", key)
                    .execute()
                == 1);
  }

  void move(UUID id, String before, String after) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(MOVE)
                  .bind("id", id)
                  .bind("before", before)
                  .bind("after", after)
                  .execute();
        });
  }

  void drop(UUID id, String column) {
    database.useTransaction(
        handle -> {
          int unused = handle.createUpdate(DROP).bind("id", id).bind("column", column).execute();
        });
  }

  List<TagPolicy> policies(String after, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(POLICIES)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> policy(row))
                .list());
  }

  Optional<TagPolicy> policy(String key) {
    return database.read(
        handle ->
            handle
                .createQuery(POLICY)
                .bind("key", key)
                .map((row, context) -> policy(row))
                .findOne());
  }

  boolean insert(TagPolicy policy) {
    return write(INSERT_POLICY, policy);
  }

  boolean update(TagPolicy policy) {
    return write(UPDATE_POLICY, policy);
  }

  private boolean write(String sql, TagPolicy policy) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(sql)
                    .bind("key", policy.key())
                    .bind("policy", policy.id())
                    .bindByType("description", policy.description().orElse(null), String.class)
                    .bind("values", policy.values().toArray(new String[0]))
                    .bind("createdAt", policy.createdAt().atOffset(ZoneOffset.UTC))
                    .bind("updatedAt", policy.updatedAt().atOffset(ZoneOffset.UTC))
                    .execute()
                == 1);
  }

  boolean deletePolicy(String key) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate("DELETE FROM catalog_tag_policy WHERE tag_key = :key")
                    .bind("key", key)
                    .execute()
                == 1);
  }

  private static Tag tag(ResultSet row) throws SQLException {
    return new Tag(
        row.getString("tag_key"),
        row.getString("tag_value"),
        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
        row.getString("updated_by"));
  }

  private static TagPolicy policy(ResultSet row) throws SQLException {
    return new TagPolicy(
        row.getString("tag_key"),
        row.getObject("id", UUID.class),
        Optional.ofNullable(row.getString("description")),
        List.of((String[]) row.getArray("tag_values").getArray()),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }
}
