package io.boathouse.platform.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.db.DatabaseLoad;
import io.boathouse.platform.db.TestDatabase;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.platform.storage.StoragePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a backup is what was there when it began. */
class BackupServiceTest {
  private static final StoragePath FILE = StoragePath.of("tables/a/part.parquet");
  private static final String NAME = "one\t\\N \u00e9";
  private static final Caller CALLER =
      new Caller(
          new UUID(0, 1),
          "admin",
          Caller.Kind.USER,
          Set.of(),
          Optional.empty(),
          "request-1",
          "127.0.0.1",
          "test");

  @TempDir Path temp;
  private TestDatabase database;
  private Path online;

  @BeforeEach
  void open() throws IOException {
    database = TestDatabase.create("platform");
    online = Files.createDirectories(temp.resolve("online/t"));
    Files.writeString(online.resolve("1.log"), "pushed", UTF_8);
    insert(NAME);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void insert(String name) {
    database
        .database()
        .useTransaction(
            handle ->
                handle.execute(
                    """
                    INSERT INTO platform_lease (name, holder, fence, expires_at)
                    VALUES (?, gen_random_uuid(), 1, now())
                    """,
                    name));
  }

  private BackupService service(FileStore store) throws IOException {
    Path tmp = Files.createDirectories(temp.resolve("tmp"));
    return new BackupService(
        new BackupService.Places(tmp, temp.resolve("online"), "1"),
        store,
        database.dataSource(),
        caller -> {},
        InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
  }

  @Test
  void whatIsChangedWhileItIsWrittenIsNotInIt() throws Exception {
    try (LocalFileStore store = new LocalFileStore(temp.resolve("storage"))) {
      put(store, "before");
      Path archive = temp.resolve("backup.zip");
      BackupService service = service(store);
      try (Backup backup = service.begin(CALLER);
          OutputStream out = Files.newOutputStream(archive)) {
        insert("two");
        put(store, "after");
        store.delete(FILE);
        Files.writeString(online.resolve("1.log"), "!", UTF_8, StandardOpenOption.APPEND);
        assertThat(reason(() -> service.begin(CALLER))).isEqualTo("BACKUP_RUNNING");
        backup.writeTo(out);
      }
      assertThat(temp.resolve("tmp")).isEmptyDirectory();
      try (LocalFileStore other = new LocalFileStore(temp.resolve("other"))) {
        restored(archive, other);
        assertThat(new String(other.open(FILE).readAllBytes(), UTF_8)).isEqualTo("before");
      }
    }
  }

  @Test
  void anObjectStoreIsBackedUpAndRestoredInto() throws Exception {
    try (ObjectStore server = ObjectStore.start();
        FileStore store = server.open("one", temp.resolve("cache-1"));
        FileStore other = server.open("two", temp.resolve("cache-2"))) {
      put(store, "before");
      Path archive = temp.resolve("backup.zip");
      try (Backup backup = service(store).begin(CALLER);
          OutputStream out = Files.newOutputStream(archive)) {
        backup.writeTo(out);
      }
      restored(archive, other);
      assertThat(new String(other.open(FILE).readAllBytes(), UTF_8)).isEqualTo("before");
    }
  }

  @Test
  void aDatabaseWithTablesIsNotRestoredInto() throws Exception {
    try (LocalFileStore store = new LocalFileStore(temp.resolve("storage"));
        Backup backup = service(store).begin(CALLER)) {
      Path archive = temp.resolve("backup.zip");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      backup.writeTo(bytes);
      Files.write(archive, bytes.toByteArray());
      try (BackupArchive opened = BackupArchive.open(archive);
          DataDirectory fresh = DataDirectory.fresh(temp.resolve("fresh"))) {
        assertThat(
                reason(
                    () ->
                        Restore.run(opened, fresh, new DatabaseLoad(database.dataSource()), store)))
            .isEqualTo("DATABASE_NOT_EMPTY");
        fresh.abandon();
        assertThat(fresh.root()).isEmptyDirectory();
      }
    }
  }

  @Test
  void case80_aBackupOfANewerFormatIsRefused() throws Exception {
    Path archive = temp.resolve("newer.zip");
    try (OutputStream out = Files.newOutputStream(archive)) {
      new Backup(
              new BackupManifest(
                  DataDirectory.FORMAT + 1,
                  "9",
                  Instant.EPOCH,
                  java.util.Map.of(),
                  java.util.Map.of(),
                  List.of()),
              List.of(),
              () -> {})
          .writeTo(out);
    }
    assertThat(reason(() -> BackupArchive.open(archive).close())).isEqualTo("BACKUP_NEWER");
  }

  private void restored(Path archive, FileStore into) throws Exception {
    try (TestDatabase empty = TestDatabase.create();
        BackupArchive opened = BackupArchive.open(archive);
        DataDirectory fresh = DataDirectory.fresh(temp.resolve("fresh"))) {
      Restore.Restored restored =
          Restore.run(opened, fresh, new DatabaseLoad(empty.dataSource()), into);
      assertThat(restored).isEqualTo(new Restore.Restored(1, 2, opened.manifest().bytes()));
      List<String> rows =
          empty
              .database()
              .read(
                  handle ->
                      handle
                          .createQuery("SELECT name FROM platform_lease")
                          .mapTo(String.class)
                          .list());
      assertThat(rows).containsExactly(NAME);
      assertThat(fresh.online().resolve("t/1.log")).hasContent("pushed");
    }
    DataDirectory.open(temp.resolve("fresh")).close();
  }

  private static void put(FileStore store, String text) {
    FileInfo unused = store.put(FILE, out -> out.write(text.getBytes(UTF_8)));
  }

  private static String reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    LakeException failure = catchThrowableOfType(LakeException.class, call);
    assertThat(failure.code()).isIn(ErrorCode.FAILED_PRECONDITION, ErrorCode.CONFLICT);
    return failure.reason();
  }
}
