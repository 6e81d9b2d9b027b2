package io.boathouse.catalog.identity;

import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Principals as SCIM asks for them; joins the transaction of the calling thread. */
final class ScimRepository {
  private static final String COLUMNS =
      """
      SELECT p.id, p.name, p.kind, p.display_name, p.external_id, p.active, p.created_at
      FROM catalog_principal p
      """;
  private static final String DETAILS =
      "SELECT id, details::text AS details FROM catalog_principal WHERE id = ANY(:ids)";
  private static final String GROUPS =
      """
      WITH RECURSIVE above(root, id) AS (
        SELECT member_id, group_id FROM catalog_member WHERE member_id = ANY(:ids)
        UNION
        SELECT above.root, m.group_id FROM catalog_member m JOIN above ON above.id = m.member_id
      )
      SELECT above.root, p.id, p.name, p.kind, p.display_name, p.external_id, p.active, p.created_at
      FROM above JOIN catalog_principal p ON p.id = above.id ORDER BY p.name
      """;
  private static final String MEMBERS =
      """
      SELECT m.group_id AS root, p.id, p.name, p.kind, p.display_name, p.external_id, p.active,
        p.created_at
      FROM catalog_member m JOIN catalog_principal p ON p.id = m.member_id
      WHERE m.group_id = ANY(:ids) ORDER BY p.name
      """;

  private final Database database;

  ScimRepository(Database database) {
    this.database = database;
  }

  /**
   * Part of a listing.
   *
   * @param descending by name downwards instead of upwards
   */
  record Slice(Optional<ScimFilter> filter, boolean descending, long offset, long count) {}

  List<Principal> list(ScimKind kind, Slice slice) {
    ScimCondition condition = ScimCondition.of(kind, slice.filter());
    String order = slice.descending() ? " ORDER BY lower(p.name) DESC" : " ORDER BY lower(p.name)";
    return database.read(
        handle ->
            handle
                .createQuery(
                    COLUMNS + "WHERE " + condition.sql() + order + " OFFSET :offset LIMIT :count")
                .bindMap(condition.parameters())
                .bind("offset", slice.offset())
                .bind("count", slice.count())
                .map((row, context) -> PrincipalRepository.principal(row))
                .list());
  }

  long count(ScimKind kind, Optional<ScimFilter> filter) {
    ScimCondition condition = ScimCondition.of(kind, filter);
    return database.read(
        handle ->
            handle
                .createQuery("SELECT count(*) FROM catalog_principal p WHERE " + condition.sql())
                .bindMap(condition.parameters())
                .mapTo(Long.class)
                .one());
  }

  Map<UUID, ScimDetails> details(Collection<UUID> ids) {
    Map<UUID, ScimDetails> found = new HashMap<>();
    database.useTransaction(
        handle ->
            handle
                .createQuery(DETAILS)
                .bind("ids", ids.toArray(new UUID[0]))
                .map(
                    (row, context) ->
                        Map.entry(
                            row.getObject("id", UUID.class),
                            Json.bind(Json.parse(row.getString("details")), ScimDetails.class)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue())));
    return found;
  }

  void keep(UUID id, ScimDetails details) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      "UPDATE catalog_principal SET details = CAST(:details AS jsonb)"
                          + " WHERE id = :id")
                  .bind("id", id)
                  .bind("details", Json.writeText(details))
                  .execute();
        });
  }

  /** All groups above each of these, nested ones included, by name. */
  Map<UUID, List<Principal>> groups(Collection<UUID> ids) {
    return byRoot(GROUPS, ids);
  }

  /** The direct members of each of these, by name. */
  Map<UUID, List<Principal>> members(Collection<UUID> ids) {
    return byRoot(MEMBERS, ids);
  }

  private Map<UUID, List<Principal>> byRoot(String query, Collection<UUID> ids) {
    Map<UUID, List<Principal>> found = new HashMap<>();
    database.useTransaction(
        handle ->
            handle
                .createQuery(query)
                .bind("ids", ids.toArray(new UUID[0]))
                .map(
                    (row, context) ->
                        Map.entry(
                            row.getObject("root", UUID.class), PrincipalRepository.principal(row)))
                .forEach(
                    entry ->
                        found
                            .computeIfAbsent(entry.getKey(), root -> new ArrayList<>())
                            .add(entry.getValue())));
    return found;
  }
}
