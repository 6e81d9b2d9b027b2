package io.boathouse.catalog.grant;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The catalog_grant table and who belongs to what. Joins the transaction of the calling thread. */
final class GrantRepository {
  private static final String STANDING =
      """
      WITH RECURSIVE standing(id) AS (
        SELECT p.id FROM catalog_principal p
          WHERE p.active AND p.kind <> 'GROUP' AND p.id = :id
        UNION
        SELECT e.id FROM catalog_principal e
          WHERE e.id = :everybody AND EXISTS (
            SELECT 1 FROM catalog_principal p
            WHERE p.active AND p.kind <> 'GROUP' AND p.id = :id)
        UNION
        SELECT m.group_id FROM catalog_member m JOIN standing ON standing.id = m.member_id
      )
      SELECT id FROM standing
      """;
  private static final String LEVELS =
      """
      SELECT s.id, s.type, s.owner_id = ANY(:standing) AS owned, g.privilege
      FROM catalog_securable s
      LEFT JOIN catalog_grant g ON g.securable_id = s.id AND g.principal_id = ANY(:standing)
      WHERE s.id = ANY(:chain)
      """;
  private static final String ADD =
      """
      INSERT INTO catalog_grant (securable_id, principal_id, privilege, granted_at, granted_by)
      VALUES (:securable, :principal, :privilege, :at, :by)
      ON CONFLICT DO NOTHING
      """;
  private static final String REMOVE =
      """
      DELETE FROM catalog_grant
      WHERE securable_id = :securable AND principal_id = :principal AND privilege = :privilege
      """;
  private static final String LIST =
      """
      SELECT p.id AS principal_id, p.name AS principal, g.privilege, s.id AS on_id,
        s.type AS on_type, s.full_name AS on_name
      FROM catalog_grant g
      JOIN catalog_principal p ON p.id = g.principal_id
      JOIN catalog_securable s ON s.id = g.securable_id
      WHERE g.securable_id = ANY(:chain)
      ORDER BY p.name, g.privilege, cardinality(s.ancestors) DESC
      """;

  private final Database database;

  GrantRepository(Database database) {
    this.database = database;
  }

  /**
   * One grant as stored.
   *
   * @param onId the securable it was made on
   */
  record Row(
      UUID principalId,
      String principal,
      Privilege privilege,
      UUID onId,
      SecurableType onType,
      FullName onName) {}

  /** The principal and all groups it belongs to; empty if it is absent or disabled. */
  Set<UUID> standing(UUID principalId) {
    return Set.copyOf(
        database.read(
            handle ->
                handle
                    .createQuery(STANDING)
                    .bind("id", principalId)
                    .bind("everybody", BuiltInGroups.EVERYBODY_ID)
                    .mapTo(UUID.class)
                    .list()));
  }

  /** The names of those that are groups. */
  Set<String> groupNames(Set<UUID> ids) {
    return Set.copyOf(
        database.read(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT name FROM catalog_principal
                        WHERE id = ANY(:ids) AND kind = 'GROUP'
                        """)
                    .bind("ids", ids.toArray(new UUID[0]))
                    .mapTo(String.class)
                    .list()));
  }

  /** What is granted from the securable up; empty if the securable is gone. */
  List<Rights.Level> levels(UUID id, List<UUID> ancestors, Set<UUID> standing) {
    List<UUID> chain = chain(id, ancestors);
    Map<UUID, Found> found = new LinkedHashMap<>();
    database.read(
        handle ->
            handle
                .createQuery(LEVELS)
                .bind("standing", standing.toArray(new UUID[0]))
                .bind("chain", chain.toArray(new UUID[0]))
                .map((row, context) -> collect(row, found))
                .list());
    if (!found.keySet().containsAll(chain)) {
      return List.of();
    }
    return chain.stream().map(found::get).filter(Objects::nonNull).map(Found::level).toList();
  }

  private record Found(SecurableType type, boolean owned, Set<Privilege> granted) {
    Rights.Level level() {
      return new Rights.Level(type, owned, granted);
    }
  }

  private static UUID collect(ResultSet row, Map<UUID, Found> found) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    SecurableType type = SecurableType.valueOf(row.getString("type"));
    boolean owned = row.getBoolean("owned");
    Found level =
        found.computeIfAbsent(id, key -> new Found(type, owned, EnumSet.noneOf(Privilege.class)));
    known(row.getString("privilege")).ifPresent(level.granted()::add);
    return id;
  }

  /** A privilege that a newer server stored gives nothing here. */
  static Optional<Privilege> known(@Nullable String name) {
    return Arrays.stream(Privilege.values())
        .filter(privilege -> privilege.name().equals(name))
        .findFirst();
  }

  List<Row> list(Securable securable, boolean inherited) {
    List<UUID> chain =
        inherited ? chain(securable.id(), securable.ancestors()) : List.of(securable.id());
    return database.read(
        handle ->
            handle
                .createQuery(LIST)
                .bind("chain", chain.toArray(new UUID[0]))
                .map(
                    (row, context) -> {
                      SecurableType type = SecurableType.valueOf(row.getString("on_type"));
                      return known(row.getString("privilege"))
                          .map(privilege -> row(row, privilege, type));
                    })
                .stream()
                .flatMap(Optional::stream)
                .toList());
  }

  private static Row row(ResultSet row, Privilege privilege, SecurableType type) {
    try {
      return new Row(
          row.getObject("principal_id", UUID.class),
          row.getString("principal"),
          privilege,
          row.getObject("on_id", UUID.class),
          type,
          FullName.parse(type, row.getString("on_name")));
    } catch (SQLException e) {
      throw new IllegalStateException("catalog_grant", e);
    }
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

  boolean add(UUID securable, UUID principal, Privilege privilege, Instant at, String by) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(ADD)
                    .bind("securable", securable)
                    .bind("principal", principal)
                    .bind("privilege", privilege.name())
                    .bind("at", at.atOffset(ZoneOffset.UTC))
                    .bind("by", by)
                    .execute()
                == 1);
  }

  boolean remove(UUID securable, UUID principal, Privilege privilege) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate(REMOVE)
                    .bind("securable", securable)
                    .bind("principal", principal)
                    .bind("privilege", privilege.name())
                    .execute()
                == 1);
  }

  private static List<UUID> chain(UUID id, List<UUID> ancestors) {
    List<UUID> chain = new ArrayList<>();
    chain.add(id);
    chain.addAll(ancestors);
    return chain;
  }
}
