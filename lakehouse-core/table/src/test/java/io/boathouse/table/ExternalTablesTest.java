package io.boathouse.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.ExternalLocationService;
import io.boathouse.catalog.location.StorageCredential;
import io.boathouse.catalog.location.StorageCredentialService;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.secret.Secret;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.platform.storage.ReleasedStorage;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.TableAlteration;
import io.boathouse.table.write.WriteOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that lie where others keep them, on a disk and in a bucket, read and written in place. */
class ExternalTablesTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()), Column.of("name", new DataType.StringType()));

  private static final SecurableChange UNCHANGED =
      new SecurableChange(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir static Path temp;
  private static Path disk;
  private static ObjectStore bucket;
  private static GovernedTables house;
  private static Caller admin;
  private static Caller reader;
  private static Caller writer;

  /** Where others keep their tables. */
  enum Place {
    DISK,
    BUCKET;

    String url() {
      return this == DISK ? "file://" + disk : "s3://boathouse-test/lake";
    }

    /** The folder of a table as whoever owns it sees it. */
    FileStore folder(String table) {
      FileStore root =
          this == DISK ? new LocalFileStore(disk) : bucket.open("lake", temp.resolve("theirs"));
      return root.scoped(StoragePath.of(table));
    }
  }

  @BeforeAll
  static void open() throws Exception {
    disk = Files.createDirectories(temp.toRealPath().resolve("theirs-on-disk"));
    bucket = ObjectStore.start();
    house =
        new GovernedTables(
            temp.resolve("house"),
            ReleasedStorage.of(List.of(disk), List.of(bucket.endpoint()), temp.resolve("copies")));
    admin = house.administrator();
    reader = house.user("ria", Privilege.USE_SCHEMA, Privilege.SELECT);
    writer = house.user("will", Privilege.USE_SCHEMA, Privilege.SELECT, Privilege.MODIFY);
    pair("test-secret", false);
    locations()
        .create(
            admin,
            FullName.of("disk"),
            Optional.empty(),
            new ExternalLocationService.Wanted(Place.DISK.url(), Optional.empty(), false));
    locations()
        .create(
            admin,
            FullName.of("lake"),
            Optional.empty(),
            new ExternalLocationService.Wanted(
                Place.BUCKET.url(), Optional.of(FullName.of("pair")), false));
  }

  @AfterAll
  static void close() throws Exception {
    house.close();
    bucket.close();
  }

  private static ExternalLocationService locations() {
    return house.catalog().locations().locations();
  }

  private static void pair(String secret, boolean again) {
    StorageCredentialService credentials = house.catalog().locations().credentials();
    StorageCredentialService.Wanted keys =
        new StorageCredentialService.Wanted(
            new StorageCredential.S3Compatible(
                "test-key",
                Optional.of(bucket.endpoint()),
                Optional.of("us-east-1"),
                true,
                Optional.empty(),
                Optional.empty()),
            Optional.of(new Secret(secret)));
    FullName name = FullName.of("pair");
    Object unused =
        again
            ? credentials.update(admin, name, UNCHANGED, List.of(keys))
            : credentials.create(admin, name, Optional.empty(), keys);
  }

  /** A table that somebody else made, with two rows. */
  private static LooseTable theirs(Place place, String name) {
    LooseTable table = new LooseTable(place.folder(name), temp);
    table.create(SCHEMA, Map.of("delta.enableDeletionVectors", "true"));
    table.append("SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS v(id, name)");
    return table;
  }

  private static FullName register(String name, String url, String format) {
    FullName full = FullName.of("main", "default", name);
    Relation unused =
        house
            .catalog()
            .relations()
            .create(
                admin,
                new NewRelation(
                    full,
                    Relation.Kind.EXTERNAL,
                    format,
                    List.of(),
                    Optional.of(url),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of()));
    return full;
  }

  private static List<String> rows(Caller caller, FullName name, At at) {
    Snapshot snapshot = house.module().reader().snapshot(caller, name, at);
    try (DuckSession session =
        house.duckDb().open(DuckAccess.reading(house.module().reader().directories(snapshot)))) {
      house.module().reader().bind(session, "t", snapshot);
      return session.query(
          "SELECT concat_ws('|', id, name) FROM t ORDER BY id", row -> row.getString(1));
    }
  }

  private static LakeException refused(Runnable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  private static Object append(Caller caller, FullName name, long id) {
    try (DuckSession session = house.duckDb().open(DuckAccess.scratchOnly())) {
      Rows.Query rows = new Rows.Query(session, "SELECT CAST(" + id + " AS BIGINT) AS id");
      return house.module().tables().append(caller, name, rows, WriteOptions.of("INSERT"));
    }
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void whatOthersWriteIsReadAndWhatIsWrittenOthersRead(Place place) {
    LooseTable theirs = theirs(place, "shared");
    FullName name = register("shared_" + place, place.url() + "/shared", "DELTA");

    assertThat(rows(reader, name, At.latest())).containsExactly("1|one", "2|two");
    theirs.delete("id = 1");
    assertThat(rows(reader, name, At.latest())).containsExactly("2|two");
    assertThat(rows(reader, name, At.version(1))).containsExactly("1|one", "2|two");

    Object unused = append(writer, name, 3);
    house
        .module()
        .tables()
        .alter(
            admin,
            name,
            new TableAlteration.AddColumns(List.of(Column.of("more", new DataType.LongType()))));
    assertThat(theirs.reopened().rows("SELECT id, name, more FROM t ORDER BY id"))
        .containsExactly("2|two|null", "3|null|null");
    assertThat(house.catalog().relations().get(reader, name).columns())
        .extracting(column -> column.name())
        .containsExactly("id", "name", "more");
    assertThat(refused(() -> append(reader, name, 4)).code())
        .isEqualTo(ErrorCode.PERMISSION_DENIED);

    house.module().tables().purge(admin, name);
    assertThat(theirs.reopened().count()).isEqualTo(2);
  }

  /** The defence is ExternalFolders.requireWritable. */
  @ParameterizedTest
  @EnumSource(Place.class)
  void aReadOnlyLocationIsReadAndNotWritten(Place place) {
    LooseTable theirs = theirs(place, "kept");
    FullName name = register("kept_" + place, place.url() + "/kept", "DELTA");
    readOnly(place, true);
    try {
      assertThat(rows(writer, name, At.latest())).containsExactly("1|one", "2|two");
      assertThat(refused(() -> append(writer, name, 3)).reason())
          .isEqualTo("LOCATION_IS_READ_ONLY");
    } finally {
      readOnly(place, false);
    }
    Object unused = append(writer, name, 3);
    assertThat(theirs.reopened().count()).isEqualTo(3);
  }

  private static void readOnly(Place place, boolean value) {
    Object unused =
        locations()
            .update(
                admin,
                FullName.of(place == Place.DISK ? "disk" : "lake"),
                UNCHANGED,
                new ExternalLocationService.Changed(
                    Optional.empty(), Optional.empty(), Optional.of(value)));
  }

  /** Fails when ExternalFolders keeps a store although its credential has changed. */
  @Test
  void aTableIsReadWithTheCredentialOfNow() {
    LooseTable unused = theirs(Place.BUCKET, "rotated");
    FullName name = register("rotated", Place.BUCKET.url() + "/rotated", "DELTA");
    assertThat(rows(reader, name, At.latest())).hasSize(2);

    pair("another-secret", true);
    assertThat(refused(() -> rows(reader, name, At.latest())).getMessage())
        .doesNotContain("another-secret");
    pair("test-secret", true);
    assertThat(rows(reader, name, At.latest())).hasSize(2);
  }

  @Test
  void whatIsInNoLocationIsNotOpened() {
    LooseTable unused = new LooseTable(new LocalFileStore(temp.resolve("elsewhere")), temp);
    FullName name = register("elsewhere", "file://" + temp.resolve("elsewhere"), "DELTA");

    LakeException failure = refused(() -> rows(admin, name, At.latest()));
    assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(failure.reason()).isEqualTo("LOCATION_NOT_OPENED");
  }

  @Test
  void otherFormatsAndFoldersWithoutALogAreNamed() throws Exception {
    FullName csv = register("plain", Place.DISK.url() + "/plain", "CSV");
    assertThat(refused(() -> rows(admin, csv, At.latest())).details())
        .containsEntry("field", "data_source_format")
        .containsEntry("value", "CSV");

    FullName empty = register("nothing", Place.DISK.url() + "/nothing", "DELTA");
    assertThat(refused(() -> rows(admin, empty, At.latest())).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(disk.resolve("nothing")).doesNotExist();
  }

  /** The defence is SafeFolder, which follows no link below a store's root. */
  @Test
  void aLinkOutOfTheLocationIsNotFollowed() throws Exception {
    LooseTable outside = new LooseTable(new LocalFileStore(temp.resolve("secret")), temp);
    outside.create(SCHEMA);
    Object unused = outside.append("SELECT 7 AS id");
    Path link = Files.createSymbolicLink(disk.resolve("link"), temp.resolve("secret"));
    FullName name = register("linked", "file://" + link, "DELTA");

    assertThat(refused(() -> rows(admin, name, At.latest())).code())
        .isIn(ErrorCode.NOT_FOUND, ErrorCode.INVALID_ARGUMENT, ErrorCode.FAILED_PRECONDITION);
  }
}
