package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import io.boathouse.platform.db.DatabaseErrors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The catalog_principal and catalog_member tables. Joins the transaction of the calling thread. */
final class PrincipalRepository {
  private static final String COLUMNS =
      """
      SELECT p.id, p.name, p.kind, p.display_name, p.external_id, p.active, p.created_at
      FROM catalog_principal p
      """;
  private static final String INSERT =
      """
      INSERT INTO catalog_principal
        (id, name, kind, display_name, external_id, active, created_at)
      VALUES (:id, :name, :kind, :displayName, :externalId, :active, :at)
      ON CONFLICT DO NOTHING
      """;
  private static final String UPDATE =
      """
      UPDATE catalog_principal SET name = :name, display_name = :displayName,
        external_id = :externalId, active = :active,
        stamp = stamp + CASE WHEN active AND NOT :active THEN 1 ELSE 0 END
      WHERE id = :id
      """;
  private static final String GROUPS_ABOVE =
      """
      WITH RECURSIVE above(id) AS (
        SELECT group_id FROM catalog_member WHERE member_id = :id
        UNION
        SELECT m.group_id FROM catalog_member m JOIN above ON above.id = m.member_id
      )
      SELECT p.id, p.name, p.kind, p.display_name, p.external_id, p.active, p.created_at
      FROM above JOIN catalog_principal p ON p.id = above.id
      """;
  private static final String ACTIVE_BELOW =
      """
      WITH RECURSIVE below(id) AS (
        SELECT member_id FROM catalog_member WHERE group_id = :group
        UNION
        SELECT m.member_id FROM catalog_member m JOIN below ON below.id = m.group_id
      )
      SELECT count(*) FROM below JOIN catalog_principal p ON p.id = below.id
      WHERE p.active AND p.kind IN ('USER', 'SERVICE_PRINCIPAL')
      """;

  private final Database database;

  PrincipalRepository(Database database) {
    this.database = database;
  }

  /** Lets one transaction at a time change who belongs to what. */
  void lockMembership() {
    database.useTransaction(
        handle -> handle.execute("LOCK TABLE catalog_member IN SHARE ROW EXCLUSIVE MODE"));
  }

  boolean insert(Principal principal) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(INSERT)
                    .bind("id", principal.id())
                    .bind("name", principal.name())
                    .bind("kind", principal.kind().name())
                    .bind("displayName", principal.displayName().orElse(null))
                    .bind("externalId", principal.externalId().orElse(null))
                    .bind("active", principal.active())
                    .bind("at", principal.createdAt().atOffset(ZoneOffset.UTC))
                    .execute()
                == 1);
  }

  /**
   * @return false if the name is taken; the transaction is lost then
   */
  boolean update(Principal principal) {
    try {
      database.useTransaction(
          handle ->
              handle
                  .createUpdate(UPDATE)
                  .bind("id", principal.id())
                  .bind("name", principal.name())
                  .bind("displayName", principal.displayName().orElse(null))
                  .bind("externalId", principal.externalId().orElse(null))
                  .bind("active", principal.active())
                  .execute());
      return true;
    } catch (RuntimeException e) {
      if (DatabaseErrors.isUniqueViolation(e)) {
        return false;
      }
      throw e;
    }
  }

  Optional<Principal> find(UUID id) {
    return one("WHERE p.id = :key", id);
  }

  /** The number that moves when the principal is disabled; negative if there is no principal. */
  long stamp(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT stamp FROM catalog_principal WHERE id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .findOne()
                .orElse(-1L));
  }

  Optional<Principal> find(String name) {
    return one("WHERE lower(p.name) = lower(:key)", name);
  }

  /** In the order of names. */
  List<Principal> list(Principal.Kind kind, String after, int limit) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + "WHERE p.kind = :kind AND lower(p.name) > lower(:after)"
                        + " ORDER BY lower(p.name) LIMIT :limit")
                .bind("kind", kind.name())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> principal(row))
                .list());
  }

  /** Gives what it owns to another and deletes it with its grants, memberships and tokens. */
  int deleteAndReassign(UUID id, UUID heir) {
    return database.inTransaction(
        handle -> {
          int owned =
              handle
                  .createUpdate(
                      "UPDATE catalog_securable SET owner_id = :heir WHERE owner_id = :id")
                  .bind("heir", heir)
                  .bind("id", id)
                  .execute();
          handle
              .createUpdate("DELETE FROM catalog_principal WHERE id = :id")
              .bind("id", id)
              .execute();
          return owned;
        });
  }

  boolean addMember(UUID group, UUID member) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(
                        "INSERT INTO catalog_member (group_id, member_id) VALUES (:group, :member)"
                            + " ON CONFLICT DO NOTHING")
                    .bind("group", group)
                    .bind("member", member)
                    .execute()
                == 1);
  }

  boolean removeMember(UUID group, UUID member) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(
                        "DELETE FROM catalog_member"
                            + " WHERE group_id = :group AND member_id = :member")
                    .bind("group", group)
                    .bind("member", member)
                    .execute()
                == 1);
  }

  /** Direct members, by name. */
  List<Principal> members(UUID group) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS
                        + "JOIN catalog_member m ON m.member_id = p.id"
                        + " WHERE m.group_id = :group ORDER BY p.name")
                .bind("group", group)
                .map((row, context) -> principal(row))
                .list());
  }

  /** All groups above, nested ones included, by name. */
  List<Principal> groups(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(GROUPS_ABOVE + " ORDER BY p.name")
                .bind("id", id)
                .map((row, context) -> principal(row))
                .list());
  }

  /** Names of all groups above, nested ones included. */
  Set<String> groupNames(UUID id) {
    return groups(id).stream().map(Principal::name).collect(Collectors.toUnmodifiableSet());
  }

  /** Ids of all groups above, nested ones included. */
  Set<UUID> groupIds(UUID id) {
    return groups(id).stream().map(Principal::id).collect(Collectors.toUnmodifiableSet());
  }

  /** How many active users and service principals a group has, nested ones included. */
  long activeMembers(UUID group) {
    return database.read(
        handle -> handle.createQuery(ACTIVE_BELOW).bind("group", group).mapTo(Long.class).one());
  }

  private Optional<Principal> one(String where, Object key) {
    return database.read(
        handle ->
            handle
                .createQuery(COLUMNS + where)
                .bind("key", key)
                .map((row, context) -> principal(row))
                .findOne());
  }

  static Principal principal(ResultSet row) throws SQLException {
    return new Principal(
        row.getObject("id", UUID.class),
        row.getString("name"),
        Principal.Kind.valueOf(row.getString("kind")),
        Optional.ofNullable(row.getString("display_name")),
        Optional.ofNullable(row.getString("external_id")),
        row.getBoolean("active"),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
