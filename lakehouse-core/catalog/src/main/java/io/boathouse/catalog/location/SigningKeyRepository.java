package io.boathouse.catalog.location;

import io.boathouse.platform.db.Database;
import java.util.Optional;

/** The table catalog_signing_key, which has one row; joins the thread's transaction. */
final class SigningKeyRepository {
  private final Database database;

  SigningKeyRepository(Database database) {
    this.database = database;
  }

  Optional<byte[]> find() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT value FROM catalog_signing_key")
                .map((row, context) -> row.getBytes(1))
                .findOne());
  }

  /** Keeps the key unless there is one. */
  void insert(byte[] key) {
    database.useTransaction(
        handle -> {
          int unused =
              handle
                  .createUpdate(
                      """
                      INSERT INTO catalog_signing_key (id, value) VALUES (1, :key)
                      ON CONFLICT DO NOTHING
                      """)
                  .bind("key", key)
                  .execute();
        });
  }
}
