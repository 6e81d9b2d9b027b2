package io.boathouse.featurestore.online;

import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class PostgresOnlineStoreTest extends OnlineStoreContract {
  @TempDir static Path folder;
  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @Override
  OnlineStore open() {
    return PostgresOnlineStore.open(
        new OnlineStoreConfig(
            OnlineStoreConfig.Kind.POSTGRES,
            Optional.of(database.url()),
            Optional.of(database.user()),
            Optional.of(new Secret(database.password())),
            "",
            Duration.ofSeconds(5),
            4),
        folder);
  }

  @AfterEach
  void forget() {
    store.drop(TABLE.id());
  }
}
