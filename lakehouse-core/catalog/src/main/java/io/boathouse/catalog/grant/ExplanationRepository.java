package io.boathouse.catalog.grant;

import io.boathouse.catalog.grant.PrivilegeAssignment.Container;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.Securable;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who holds what on a securable and above it, and by which memberships. Reads only. */
final class ExplanationRepository {
  private static final String MEMBERSHIPS =
      """
      SELECT member_id, group_id FROM catalog_member
      WHERE member_id = ANY(:ids) AND group_id = ANY(:ids)
      UNION
      SELECT :principal, :everybody WHERE :everybody = ANY(:ids) AND :principal <> :everybody
      """;
  private static final String PRINCIPALS =
      """
      SELECT id, name FROM catalog_principal
      WHERE kind <> 'GROUP' AND active AND name > :after
      ORDER BY name LIMIT :most
      """;
  private static final String HOLDINGS =
      """
      SELECT s.id, s.type, s.full_name, s.owner_id, g.principal_id, g.privilege
      FROM catalog_securable s
      LEFT JOIN catalog_grant g ON g.securable_id = s.id
      WHERE s.id = ANY(:chain)
      ORDER BY cardinality(s.ancestors) DESC, g.privilege
      """;

  private static final String SECURABLES =
      """
      SELECT s.id, s.full_name, s.ancestors FROM catalog_securable s
      WHERE s.type = :type AND (CAST(:after AS text) IS NULL OR s.full_name > :after) AND (VISIBLE)
      ORDER BY s.full_name LIMIT :most
      """;

  private static final String BELOW =
      """
      SELECT s.id, s.full_name, s.ancestors FROM catalog_securable s
      WHERE s.id = ANY(:roots) OR s.ancestors && :roots
      ORDER BY s.full_name, s.type LIMIT :most
      """;
  private static final String HELD =
      """
      SELECT securable_id FROM catalog_grant WHERE principal_id = ANY(:standing)
      UNION SELECT id FROM catalog_securable WHERE owner_id = ANY(:standing)
      """;
  private static final String GROUPS =
      """
      WITH RECURSIVE standing(id) AS (
        SELECT CAST(:group AS uuid)
        UNION
        SELECT m.group_id FROM catalog_member m JOIN standing ON standing.id = m.member_id
      )
      SELECT id FROM standing
      """;

  private final Database database;

  ExplanationRepository(Database database) {
    this.database = database;
  }

  /** A principal that is neither a group nor disabled. */
  record Named(UUID id, String name) {}

  /** One level of the tree: what it is, who owns it, and what is granted on it to whom. */
  record Holdings(Container on, UUID owner, List<Granted> grants) {}

  record Granted(UUID principal, Privilege privilege) {}

  /** The principal's memberships among groups that it is known to belong to. */
  Standing standing(UUID principal, Set<UUID> ids) {
    UUID[] all = ids.toArray(new UUID[0]);
    Map<UUID, String> names = new HashMap<>();
    database.read(
        handle ->
            handle
                .createQuery("SELECT id, name FROM catalog_principal WHERE id = ANY(:ids)")
                .bind("ids", all)
                .map((row, context) -> names.put(row.getObject(1, UUID.class), row.getString(2)))
                .list());
    List<Standing.Membership> memberships =
        database.read(
            handle ->
                handle
                    .createQuery(MEMBERSHIPS)
                    .bind("ids", all)
                    .bind("principal", principal)
                    .bind("everybody", BuiltInGroups.EVERYBODY_ID)
                    .map(
                        (row, context) ->
                            new Standing.Membership(
                                row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
                    .list());
    return Standing.of(principal, memberships, names);
  }

  /** Users and service principals by name. */
  List<Named> principals(String after, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(PRINCIPALS)
                .bind("after", after)
                .bind("most", most)
                .map((row, context) -> new Named(row.getObject(1, UUID.class), row.getString(2)))
                .list());
  }

  /** A thing's place in the tree. */
  record Place(UUID id, String name, List<UUID> ancestors) {}

  /** Things of a type that may be known of, by name. */
  List<Place> securables(
      SecurableType type, Authorizer.Visible visible, Optional<String> after, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(SECURABLES.replace("VISIBLE", visible.condition()))
                .bind("type", type.name())
                .bind("after", after.orElse(null))
                .bind("most", most)
                .bindMap(visible.parameters())
                .map((row, context) -> place(row))
                .list());
  }

  /** From the securable up to the metastore. */
  List<Holdings> holdings(Securable securable) {
    List<UUID> chain = new ArrayList<>(List.of(securable.id()));
    chain.addAll(securable.ancestors());
    Map<UUID, Holdings> found = holdings(chain);
    return chain.stream().map(found::get).toList();
  }

  /** By the id of the thing. */
  Map<UUID, Holdings> holdings(Collection<UUID> things) {
    Map<UUID, Holdings> found = new HashMap<>();
    database.read(
        handle ->
            handle
                .createQuery(HOLDINGS)
                .bind("chain", things.toArray(new UUID[0]))
                .map((row, context) -> collect(row, found))
                .list());
    return found;
  }

  /** These things and all below them, by name. */
  List<Place> below(Collection<UUID> roots, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(BELOW)
                .bind("roots", roots.toArray(new UUID[0]))
                .bind("most", most)
                .map((row, context) -> place(row))
                .list());
  }

  /** What was granted to any of these, or is owned by one. */
  Set<UUID> held(Set<UUID> standing) {
    return Set.copyOf(
        database.read(
            handle ->
                handle
                    .createQuery(HELD)
                    .bind("standing", standing.toArray(new UUID[0]))
                    .mapTo(UUID.class)
                    .list()));
  }

  /** The group and the groups that it is in. */
  Set<UUID> groupStanding(UUID group) {
    return Set.copyOf(
        database.read(
            handle -> handle.createQuery(GROUPS).bind("group", group).mapTo(UUID.class).list()));
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(
        row.getObject(1, UUID.class),
        row.getString(2),
        List.of((UUID[]) row.getArray(3).getArray()));
  }

  private static boolean collect(ResultSet row, Map<UUID, Holdings> found) throws SQLException {
    UUID id = row.getObject("id", UUID.class);
    SecurableType type = SecurableType.valueOf(row.getString("type"));
    FullName name = FullName.parse(type, row.getString("full_name"));
    UUID owner = row.getObject("owner_id", UUID.class);
    Holdings level =
        found.computeIfAbsent(
            id, key -> new Holdings(new Container(type, name), owner, new ArrayList<>()));
    UUID principal = row.getObject("principal_id", UUID.class);
    return GrantRepository.known(row.getString("privilege"))
        .map(privilege -> level.grants().add(new Granted(principal, privilege)))
        .orElse(false);
  }
}
