package io.boathouse.platform.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3FileStoreTest extends FileStoreContract {
  private static final StoragePath COMMIT = StoragePath.of("_delta_log/0.json");
  private static ObjectStore server;
  private static int prefixes;

  @TempDir Path cache;
  private S3FileStore store;
  private String prefix;

  @BeforeAll
  static void start() throws Exception {
    server = ObjectStore.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() {
    prefix = "warehouse/" + prefixes++;
    store = server.open(prefix, cache);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected FileStore store() {
    return store;
  }

  @Override
  protected boolean sortsAllCharacters() {
    return false;
  }

  @Test
  void aStoreThatIsNotThereIsUnavailable() {
    S3StoreConfig nowhere = server.config(prefix, URI.create("http://127.0.0.1:1"), cache);
    try (S3FileStore far = new S3FileStore(nowhere, InstantSource.system())) {
      assertThat(code(() -> far.find(COMMIT))).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(code(() -> far.put(COMMIT, out -> out.write(1)))).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void wrongCredentialsAreAMatterOfTheSettingsAndAreNotPrinted() {
    S3StoreConfig right = server.config(prefix, server.endpoint(), cache);
    S3StoreConfig wrong =
        new S3StoreConfig(
            right.bucket(),
            right.prefix(),
            right.endpoint(),
            right.region(),
            right.pathStyle(),
            Optional.of(new S3StoreConfig.Credentials("test-key", "hunter2")),
            cache,
            right.cacheBytes(),
            right.attemptTimeout());
    try (S3FileStore far = new S3FileStore(wrong, InstantSource.system())) {
      LakeException failure =
          catchThrowableOfType(LakeException.class, () -> far.open(COMMIT).close());

      assertThat(failure.reason()).isEqualTo("STORAGE_ACCESS_DENIED");
      assertThat(wrong.toString()).doesNotContain("hunter2");
    }
  }
}
