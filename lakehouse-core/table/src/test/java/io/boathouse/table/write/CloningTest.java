package io.boathouse.table.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.platform.storage.FileInfo;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ObjectStore;
import io.boathouse.platform.storage.S3KeyVendor;
import io.boathouse.platform.storage.StoragePath;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.read.At;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clones of tables of every kind, as Delta Kernel's own engine reads them. */
class CloningTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()),
          Column.of("v", new DataType.IntegerType()),
          Column.of("p", new DataType.StringType()));

  @TempDir static Path temp;
  private static GovernedTables house;
  private static Caller admin;

  enum KindOfTable {
    PLAIN(Map.of()),
    PARTITIONED(Map.of()),
    VECTORS(Map.of("delta.enableDeletionVectors", "true")),
    MAPPED_BY_NAME(Map.of("delta.columnMapping.mode", "name")),
    MAPPED_BY_ID(Map.of("delta.columnMapping.mode", "id")),
    CHANGE_FEED(Map.of("delta.enableChangeDataFeed", "true")),
    ROW_TRACKING(Map.of("delta.enableRowTracking", "true", "delta.enableDeletionVectors", "true"));

    private final Map<String, String> properties;

    KindOfTable(Map<String, String> properties) {
      this.properties = properties;
    }
  }

  @BeforeAll
  static void open() throws IOException {
    house = new GovernedTables(temp.resolve("house"));
    admin = house.administrator();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static FullName name(String name) {
    return FullName.of("main", "default", name.toLowerCase(Locale.ROOT));
  }

  private static Path folder(FullName name) {
    return Path.of(
        URI.create(house.catalog().relations().get(admin, name).storageLocation().orElseThrow()));
  }

  private static LooseTable loose(FullName name) {
    return new LooseTable(new LocalFileStore(folder(name)), temp);
  }

  private static FullName table(KindOfTable kind, String suffix) {
    FullName name = name(kind + suffix);
    List<String> partitions = kind == KindOfTable.PARTITIONED ? List.of("p") : List.of();
    Object unused =
        house
            .module()
            .tables()
            .create(
                admin,
                new NewTable(
                    name, SCHEMA, partitions, kind.properties, Optional.of("the original")));
    LooseTable table = loose(name);
    unused = table.append("SELECT range AS id, 1::INTEGER AS v, 'a b' AS p FROM range(100)");
    unused = table.append("SELECT range + 100 AS id, 2::INTEGER AS v, NULL AS p FROM range(50)");
    unused = table.delete("id % 10 = 3");
    unused = table.update("v = t.v + 10", "id BETWEEN 40 AND 120");
    return name;
  }

  private static List<String> rows(KindOfTable kind, Path folder) throws IOException {
    return kind == KindOfTable.ROW_TRACKING
        ? KernelReads.trackedRows(folder)
        : KernelReads.rows(folder);
  }

  private static Commit clone(Caller caller, FullName name, FullName source, At at) {
    return house.module().tables().clone(caller, name, new TableService.Clone(source, at, true));
  }

  @ParameterizedTest
  @EnumSource(KindOfTable.class)
  void aCloneHasTheRowsAndOutlivesItsSource(KindOfTable kind) throws IOException {
    FullName source = table(kind, "_source");
    List<String> expected = rows(kind, folder(source));
    List<String> first = List.of(Long.toString(150));
    FullName copy = name(kind + "_clone");
    Commit commit = clone(admin, copy, source, At.latest());
    FullName old = name(kind + "_old");
    Object unused = clone(admin, old, source, At.version(2));

    assertThat(commit.version()).isZero();
    assertThat(commit.operation()).isEqualTo("CLONE");
    assertThat(commit.metric("numCopiedFiles")).isPositive();
    assertThat(rows(kind, folder(copy))).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(loose(old).rows("SELECT count(*) FROM t")).isEqualTo(first);
    assertThat(house.catalog().relations().get(admin, copy).columns())
        .isEqualTo(house.catalog().relations().get(admin, source).columns());

    unused = loose(source).delete("id < 1000");
    unused = loose(copy).update("v = 7", "id = 5");
    unused = loose(copy).append("SELECT 999 AS id, 9::INTEGER AS v, 'new' AS p");
    house.module().tables().purge(admin, source);
    assertThat(loose(copy).rows("SELECT count(*), max(id) FROM t WHERE v <> 7"))
        .containsExactly(expected.size() + "|999");
    assertThat(KernelReads.rows(folder(copy)))
        .containsExactlyInAnyOrderElementsOf(OurReads.rows(loose(copy)));
  }

  /** On a disk a clone costs names, not bytes. */
  @Test
  void theFilesOfACloneShareTheirContentWithTheSources() throws IOException {
    FullName source = table(KindOfTable.VECTORS, "_shared");
    FullName copy = name("sharing");
    Object unused = clone(admin, copy, source, At.latest());
    try (Stream<Path> files = Files.walk(folder(copy))) {
      List<Path> data = files.filter(file -> file.toString().endsWith(".parquet")).toList();
      assertThat(data).isNotEmpty();
      for (Path file : data) {
        Path original = folder(source).resolve(folder(copy).relativize(file));
        assertThat(Files.getAttribute(file, "unix:ino"))
            .isEqualTo(Files.getAttribute(original, "unix:ino"));
      }
    }
  }

  @Test
  void aCloneNeedsSelectOnTheSourceAndTheRightToCreate() {
    FullName source = name("guarded");
    Object unused = house.module().tables().create(admin, NewTable.of(source, SCHEMA));
    Caller maker = house.user("maker", Privilege.USE_SCHEMA, Privilege.CREATE_TABLE);
    Caller reader = house.user("cloner", Privilege.USE_SCHEMA, Privilege.SELECT);

    assertThat(refused(() -> clone(maker, name("no"), source, At.latest())).code())
        .isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.NOT_FOUND);
    assertThat(refused(() -> clone(reader, name("no"), source, At.latest())).code())
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(refused(() -> clone(admin, name("no"), source, At.version(9))).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(refused(() -> clone(admin, source, source, At.latest())).code())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
  }

  private static LakeException refused(Runnable work) {
    LakeException failure = catchThrowableOfType(LakeException.class, work::run);
    assertThat(failure).isNotNull();
    return failure;
  }

  @Test
  void aBucketCopiesItsObjectsItself() throws Exception {
    try (ObjectStore bucket = ObjectStore.start();
        FileStore storage = bucket.open("house", temp.resolve("copies"));
        GovernedTables remote =
            new GovernedTables(temp.resolve("remote"), storage, S3KeyVendor.NONE)) {
      Caller caller = remote.administrator();
      Object unused = remote.module().tables().create(caller, NewTable.of(name("far"), SCHEMA));
      unused =
          remote
              .module()
              .tables()
              .append(
                  caller,
                  name("far"),
                  new Rows.Values(SCHEMA, List.of(List.of(1L, 2, "x"), List.of(2L, 3, "y"))),
                  WriteOptions.of("INSERT"));
      Commit commit =
          remote
              .module()
              .tables()
              .clone(caller, name("near"), new TableService.Clone(name("far"), At.latest(), false));

      assertThat(commit.metric("numCopiedFiles")).isEqualTo(1);
      assertThat(remote.module().reader().snapshot(caller, name("near"), At.latest()).rows())
          .isEqualTo(2);
      List<FileInfo> cached =
          new LocalFileStore(temp.resolve("copies")).list(StoragePath.ROOT, Optional.empty(), 100);
      assertThat(cached).isEmpty();
    }
  }
}
