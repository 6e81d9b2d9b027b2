package io.boathouse.catalog.function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.catalog.grant.Authorizer;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.db.Database;
import io.boathouse.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The catalog_function table; joins the thread's transaction. */
final class FunctionRepository {
  private final Database database;

  FunctionRepository(Database database) {
    this.database = database;
  }

  void insert(UUID id, ObjectNode definition, UUID definer) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_function (securable_id, definition, definer)
                      VALUES (:id, cast(:definition AS jsonb), :definer)
                      """)
                  .bind("id", id)
                  .bind("definition", new String(Json.write(definition), StandardCharsets.UTF_8))
                  .bind("definer", definer)
                  .execute();
        });
  }

  void replace(UUID id, ObjectNode definition, UUID definer) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      UPDATE catalog_function SET definition = cast(:definition AS jsonb),
                        definer = :definer
                      WHERE securable_id = :id
                      """)
                  .bind("id", id)
                  .bind("definition", new String(Json.write(definition), StandardCharsets.UTF_8))
                  .bind("definer", definer)
                  .execute();
        });
  }

  /** Who wrote the body last; empty if nobody kept it. */
  Optional<UUID> definer(UUID id) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT definer FROM catalog_function
                    WHERE securable_id = :id AND definer IS NOT NULL
                    """)
                .bind("id", id)
                .mapTo(UUID.class)
                .findOne());
  }

  /** The ids of securables of a type that meet a condition. */
  List<String> visible(SecurableType type, Authorizer.Visible visible) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT CAST(s.id AS text) FROM catalog_securable s WHERE s.type = :type AND ("
                        + visible.condition()
                        + ")")
                .bind("type", type.name())
                .bindMap(visible.parameters())
                .mapTo(String.class)
                .list());
  }

  Map<UUID, ObjectNode> find(Collection<UUID> ids) {
    return database.read(
        handle -> {
          Map<UUID, ObjectNode> found = new LinkedHashMap<>();
          handle
              .createQuery(
                  """
                  SELECT securable_id, definition FROM catalog_function
                  WHERE securable_id = ANY(:ids)
                  """)
              .bindArray("ids", UUID.class, ids)
              .map(
                  (row, context) ->
                      Map.entry(
                          row.getObject(1, UUID.class),
                          (ObjectNode)
                              Json.parse(row.getString(2).getBytes(StandardCharsets.UTF_8))))
              .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
          return found;
        });
  }
}
