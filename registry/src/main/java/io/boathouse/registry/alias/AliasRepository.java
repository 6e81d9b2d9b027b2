package io.boathouse.registry.alias;

import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table of aliases. Knows SQL and nothing else; the caller owns the transaction. */
final class AliasRepository {
  void put(Handle handle, UUID modelId, String alias, int number) {
    handle
        .createUpdate(
            """
            INSERT INTO registry_alias (model_id, alias, number) VALUES (:model, :alias, :number)
            ON CONFLICT (model_id, alias) DO UPDATE SET number = excluded.number
            """)
        .bind("model", modelId)
        .bind("alias", alias)
        .bind("number", number)
        .execute();
  }

  void delete(Handle handle, UUID modelId, String alias) {
    handle
        .createUpdate("DELETE FROM registry_alias WHERE model_id = :model AND alias = :alias")
        .bind("model", modelId)
        .bind("alias", alias)
        .execute();
  }
}
