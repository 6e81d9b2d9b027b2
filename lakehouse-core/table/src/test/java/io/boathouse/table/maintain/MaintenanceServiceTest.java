package io.boathouse.table.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.audit.AuditRecord;
import io.boathouse.catalog.commit.ManagedContract;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.AccessOperation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableDetail;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.Table;
import io.boathouse.table.write.WriteOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may maintain a table, and how far. */
class MaintenanceServiceTest {
  private static final FullName NAME = FullName.of("main", "default", "flights");
  private static final TableSchema SCHEMA =
      TableSchema.of(Column.of("id", new DataType.LongType()));

  @TempDir static Path folder;
  private static GovernedTables house;
  private static MaintenanceService maintenance;
  private static Caller admin;

  @BeforeAll
  static void open() throws IOException {
    house = new GovernedTables(folder);
    maintenance = house.module().maintenance();
    admin = house.administrator();
    Table unused = house.module().tables().create(admin, NewTable.of(NAME, SCHEMA));
    for (long i = 1; i <= 3; i++) {
      Commit unusedCommit =
          house
              .module()
              .tables()
              .append(
                  admin,
                  NAME,
                  new Rows.Values(SCHEMA, List.of(List.of(i))),
                  WriteOptions.of("INSERT"));
    }
  }

  @AfterAll
  static void close() {
    house.close();
  }

  @Test
  void everyMaintenanceNeedsModifyAndTheDetailNeedsSelect() {
    Caller reader = house.user("reader", Privilege.USE_SCHEMA, Privilege.SELECT);
    Caller writer = house.user("writer", Privilege.USE_SCHEMA, Privilege.MODIFY);

    assertThat(denied(() -> maintenance.optimize(reader, NAME, OptimizeOptions.ALL)))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(denied(() -> maintenance.vacuum(reader, NAME, true)))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(denied(() -> maintenance.restore(reader, NAME, At.version(1))))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(denied(() -> house.module().reader().detail(writer, NAME)))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(maintenance.optimize(writer, NAME, OptimizeOptions.ALL).filesRemoved()).isEqualTo(3);
    assertThat(maintenance.vacuum(writer, NAME, false).count()).isZero();
    assertThat(maintenance.restore(writer, NAME, At.version(3)).version()).isEqualTo(5);
    TableDetail detail = house.module().reader().detail(reader, NAME);
    assertThat(detail.files()).isEqualTo(3);
    assertThat(detail.facts().features()).contains("inCommitTimestamp");
    assertThat(detail.facts().createdAt()).isPresent();
  }

  @Test
  void aRetentionThatIsShorterThanTheTablesIsRefused() {
    LakeException failure =
        catchThrowableOfType(
            LakeException.class, () -> maintenance.vacuum(admin, NAME, Duration.ofHours(1), false));

    assertThat(failure.reason()).isEqualTo("RETENTION_TOO_SHORT");
    assertThat(failure.message()).contains("168", "delta.deletedFileRetentionDuration");
    assertThat(maintenance.vacuum(admin, NAME, Duration.ofHours(200), true).count()).isZero();
  }

  private static FullName table(String name, Map<String, String> properties) {
    FullName full = FullName.of("main", "default", name);
    Object unused =
        house
            .module()
            .tables()
            .create(admin, new NewTable(full, SCHEMA, List.of(), properties, Optional.empty()));
    return full;
  }

  private static Path folder(FullName name) {
    return Path.of(
        URI.create(house.catalog().relations().get(admin, name).storageLocation().orElseThrow()));
  }

  /** Seen to fail without the lease that AccessService.issue notes. */
  @Test
  void case77_whatAnIssuedAccessMayNeedStaysUntilItEnds() {
    FullName name =
        table("leased", Map.of("delta.deletedFileRetentionDuration", "interval 0 seconds"));
    overwrite(name, 1);
    Object unusedAccess = house.catalog().access().table(admin, name, AccessOperation.READ);
    overwrite(name, 2);

    assertThat(maintenance.vacuum(admin, name, false).count()).isZero();
    house
        .database()
        .database()
        .useTransaction(
            handle ->
                handle.execute(
                    "UPDATE catalog_access_lease SET until = now() - interval '1 second'"));
    assertThat(maintenance.vacuum(admin, name, false).count()).isEqualTo(1);
  }

  /** Seen to fail when Vacuum.sweepStaged does not ask for what is ratified. */
  @Test
  void commitsThatWereStagedLongAgoAndNeverRatifiedGo() throws IOException {
    FullName name = table("staged", Map.of(ManagedContract.FEATURE, "supported"));
    overwrite(name, 1);
    Path staged = folder(name).resolve("_delta_log/_staged_commits");
    Path orphan = Files.writeString(staged.resolve("00000000000000000001.orphan.json"), "{}");
    Path young = Files.writeString(staged.resolve("00000000000000000001.young.json"), "{}");
    List<Path> ratified;
    try (Stream<Path> files = Files.list(staged)) {
      ratified = files.filter(file -> !file.equals(orphan) && !file.equals(young)).toList();
    }
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(9)));
    Path unused = Files.setLastModifiedTime(orphan, old);
    for (Path file : ratified) {
      Path unusedFile = Files.setLastModifiedTime(file, old);
    }

    assertThat(maintenance.vacuum(admin, name, true).count()).isEqualTo(1);
    assertThat(maintenance.vacuum(admin, name, false).files())
        .singleElement()
        .asString()
        .endsWith("00000000000000000001.orphan.json");
    assertThat(orphan).doesNotExist();
    assertThat(young).exists();
    assertThat(ratified).isNotEmpty().allSatisfy(file -> assertThat(file).exists());
  }

  @Test
  void anAutomaticCompactionIsInTheAuditAsTheServersOwn() {
    house.module().recordUpkeep(house.catalog().systemCallers().system("table"));
    FullName name =
        table(
            "compacted",
            Map.of(
                "delta.autoOptimize.autoCompact", "true", "boathouse.autoCompact.minFiles", "2"));
    for (long row = 0; row < 3; row++) {
      Object unused =
          house
              .module()
              .tables()
              .append(
                  admin,
                  name,
                  new Rows.Values(SCHEMA, List.of(List.of(row))),
                  WriteOptions.of("INSERT"));
    }
    Instant end = Instant.now().plusSeconds(20);
    Optional<AuditRecord> found = Optional.empty();
    while (found.isEmpty() && Instant.now().isBefore(end)) {
      LockSupport.parkNanos(20_000_000);
      found =
          house.catalog().audit().search(admin, AuditQuery.newest(50)).items().stream()
              .filter(
                  entry ->
                      entry.action().equals("OPTIMIZE_TABLE")
                          && entry.securableName().equals(Optional.of(name.toString())))
              .findFirst();
    }
    AuditRecord entry = found.orElseThrow();
    assertThat(entry.principal()).isEqualTo("system:table");
    assertThat(entry.parameters()).containsEntry("why", "automatic").containsKey("version");
  }

  private static ErrorCode denied(Runnable work) {
    return catchThrowableOfType(LakeException.class, work::run).code();
  }

  /** Seen to fail without the leases that TableReader takes. */
  @Test
  void case77_noReaderMissesAFileWhileTheTableIsOverwrittenAndVacuumed() throws Exception {
    FullName name = FullName.of("main", "default", "race");
    Map<String, String> shortest =
        Map.of("delta.deletedFileRetentionDuration", "interval 0 seconds");
    Object unused =
        house
            .module()
            .tables()
            .create(admin, new NewTable(name, SCHEMA, List.of(), shortest, Optional.empty()));
    overwrite(name, 0);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger reads = new AtomicInteger();
    long deleted = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> readers =
          List.of(
              threads.submit(() -> read(name, over, reads)),
              threads.submit(() -> read(name, over, reads)));
      for (int round = 1; round <= 15; round++) {
        overwrite(name, round);
        deleted += maintenance.vacuum(admin, name, false).count();
      }
      over.set(true);
      for (Future<?> reader : readers) {
        Object unusedNone = reader.get(1, TimeUnit.MINUTES);
      }
    }

    assertThat(reads.get()).isPositive();
    assertThat(deleted).isBetween(0L, 15L);
  }

  private static void overwrite(FullName name, long value) {
    Object unused =
        house
            .module()
            .tables()
            .overwrite(
                admin,
                name,
                new Rows.Values(SCHEMA, List.of(List.of(value), List.of(value))),
                WriteOptions.of("OVERWRITE"));
  }

  private static void read(FullName name, AtomicBoolean over, AtomicInteger reads) {
    TableReader reader = house.module().reader();
    while (!over.get()) {
      Snapshot snapshot = reader.snapshot(admin, name, At.latest());
      try (DuckSession session =
          house.duckDb().open(DuckAccess.reading(reader.directories(snapshot)).withThreads(1))) {
        reader.bind(session, "t", snapshot);
        List<Long> ids = session.query("SELECT id FROM t", row -> row.getLong(1));
        assertThat(ids).hasSize(2);
        assertThat(ids.get(0)).isEqualTo(ids.get(1));
        int unused = reads.incrementAndGet();
      }
    }
  }
}
