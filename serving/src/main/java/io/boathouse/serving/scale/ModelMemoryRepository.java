package io.boathouse.serving.scale;

import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The serving_model_memory table. */
final class ModelMemoryRepository {
  OptionalLong find(Handle handle, UUID model, int version) {
    return handle
        .createQuery(
            "SELECT bytes FROM serving_model_memory WHERE model_id = :model AND version = :version")
        .bind("model", model)
        .bind("version", version)
        .mapTo(Long.class)
        .findOne()
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  void put(Handle handle, UUID model, int version, long bytes) {
    int unused =
        handle
            .createUpdate(
                """
                INSERT INTO serving_model_memory (model_id, version, bytes)
                VALUES (:model, :version, :bytes)
                ON CONFLICT (model_id, version) DO UPDATE SET bytes = excluded.bytes
                """)
            .bind("model", model)
            .bind("version", version)
            .bind("bytes", bytes)
            .execute();
  }
}
