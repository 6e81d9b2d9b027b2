package io.boathouse.catalog.policy;

import io.boathouse.catalog.policy.AttributePolicy.Audience;
import io.boathouse.catalog.policy.AttributePolicy.Effect;
import io.boathouse.catalog.policy.AttributePolicy.Kind;
import io.boathouse.catalog.policy.AttributePolicy.Match;
import io.boathouse.catalog.policy.AttributePolicy.Member;
import io.boathouse.catalog.policy.AttributePolicy.Place;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table catalog_attribute_policy; joins the thread's transaction. */
final class AttributePolicyRepository {
  private static final String OF_CHAIN =
      """
      SELECT p.*, s.type AS on_type, s.full_name AS on_name,
        (SELECT array_agg(coalesce(n.name, '') ORDER BY t.place)
          FROM unnest(p.to_principals) WITH ORDINALITY AS t(id, place)
          LEFT JOIN catalog_principal n ON n.id = t.id) AS to_names,
        (SELECT array_agg(coalesce(n.name, '') ORDER BY t.place)
          FROM unnest(p.except_principals) WITH ORDINALITY AS t(id, place)
          LEFT JOIN catalog_principal n ON n.id = t.id) AS except_names
      FROM catalog_attribute_policy p
      JOIN catalog_securable s ON s.id = p.securable_id
      WHERE p.securable_id = ANY(:chain)
      ORDER BY cardinality(s.ancestors) DESC, p.name
      """;
  private static final String PUT =
      """
      INSERT INTO catalog_attribute_policy (id, securable_id, name, comment, kind, function_id,
        function_name, on_column, using_aliases, match_aliases, match_conditions, when_condition,
        to_principals, except_principals, created_at, created_by, updated_at, updated_by)
      VALUES (:id, :securable, :name, :comment, :kind, :function, :functionName, :onColumn, :using,
        :aliases, :conditions, :when, :to, :except, :createdAt, :createdBy, :updatedAt, :updatedBy)
      ON CONFLICT (id) DO UPDATE SET comment = excluded.comment, kind = excluded.kind,
        function_id = excluded.function_id, function_name = excluded.function_name,
        on_column = excluded.on_column, using_aliases = excluded.using_aliases,
        match_aliases = excluded.match_aliases, match_conditions = excluded.match_conditions,
        when_condition = excluded.when_condition, to_principals = excluded.to_principals,
        except_principals = excluded.except_principals, updated_at = excluded.updated_at,
        updated_by = excluded.updated_by
      """;

  private final Database database;

  AttributePolicyRepository(Database database) {
    this.database = database;
  }

  /** The policies of these securables, the lowest first, by name. */
  List<AttributePolicy> of(List<UUID> chain) {
    return database.read(
        handle ->
            handle
                .createQuery(OF_CHAIN)
                .bind("chain", chain.toArray(new UUID[0]))
                .map((row, context) -> policy(row))
                .list());
  }

  /** Keeps a policy, in place of the one with its id. */
  void put(AttributePolicy policy) {
    Map<String, Object> values = new HashMap<>();
    Effect effect = policy.effect();
    values.put("id", policy.id());
    values.put("securable", policy.on().id());
    values.put("name", policy.name());
    values.put("comment", policy.comment().orElse(null));
    values.put("kind", effect.kind().name());
    values.put("function", effect.functionId());
    values.put("functionName", effect.function().toString());
    values.put("onColumn", effect.onColumn().orElse(null));
    values.put("using", effect.using().toArray(new String[0]));
    values.put("aliases", policy.matches().stream().map(Match::alias).toArray(String[]::new));
    values.put(
        "conditions", policy.matches().stream().map(Match::condition).toArray(String[]::new));
    values.put("when", policy.when().orElse(null));
    values.put("to", ids(policy.audience().to()));
    values.put("except", ids(policy.audience().except()));
    values.put("createdAt", policy.createdAt().atOffset(ZoneOffset.UTC));
    values.put("createdBy", policy.createdBy());
    values.put("updatedAt", policy.updatedAt().atOffset(ZoneOffset.UTC));
    values.put("updatedBy", policy.updatedBy());
    database.useTransaction(
        handle -> {
          int unused = handle.createUpdate(PUT).bindMap(values).execute();
        });
  }

  boolean delete(UUID id) {
    return database.inTransaction(
        handle ->
            handle
                    .createUpdate("DELETE FROM catalog_attribute_policy WHERE id = :id")
                    .bind("id", id)
                    .execute()
                == 1);
  }

  /** The id of a principal or group. */
  Optional<Member> principal(String name) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT id, name FROM catalog_principal WHERE lower(name) = lower(:name)")
                .bind("name", name)
                .map((row, context) -> new Member(row.getObject(1, UUID.class), row.getString(2)))
                .findOne());
  }

  private static UUID[] ids(List<Member> members) {
    return members.stream().map(Member::id).toArray(UUID[]::new);
  }

  private static AttributePolicy policy(ResultSet row) throws SQLException {
    SecurableType type = SecurableType.valueOf(row.getString("on_type"));
    List<Match> matches = new ArrayList<>();
    String[] aliases = (String[]) row.getArray("match_aliases").getArray();
    String[] conditions = (String[]) row.getArray("match_conditions").getArray();
    for (int i = 0; i < aliases.length; i++) {
      matches.add(new Match(aliases[i], conditions[i]));
    }
    return new AttributePolicy(
        row.getObject("id", UUID.class),
        row.getString("name"),
        new Place(
            row.getObject("securable_id", UUID.class),
            type,
            FullName.parse(type, row.getString("on_name"))),
        Optional.ofNullable(row.getString("comment")),
        new Effect(
            Kind.valueOf(row.getString("kind")),
            row.getObject("function_id", UUID.class),
            FullName.parse(row.getString("function_name")),
            Optional.ofNullable(row.getString("on_column")),
            List.of((String[]) row.getArray("using_aliases").getArray())),
        matches,
        Optional.ofNullable(row.getString("when_condition")),
        new Audience(members(row, "to"), members(row, "except")),
        at(row, "created_at"),
        row.getString("created_by"),
        at(row, "updated_at"),
        row.getString("updated_by"));
  }

  private static Instant at(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** A principal that is gone keeps its id, and matches nobody. */
  private static List<Member> members(ResultSet row, String which) throws SQLException {
    UUID[] ids = (UUID[]) row.getArray(which + "_principals").getArray();
    List<Member> members = new ArrayList<>();
    if (ids.length > 0) {
      String[] names = (String[]) row.getArray(which + "_names").getArray();
      for (int i = 0; i < ids.length; i++) {
        members.add(new Member(ids[i], names[i].isEmpty() ? ids[i].toString() : names[i]));
      }
    }
    return members;
  }
}
