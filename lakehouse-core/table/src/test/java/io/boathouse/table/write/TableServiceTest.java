package io.boathouse.table.write;

import static io.boathouse.catalog.grant.Privilege.CREATE_TABLE;
import static io.boathouse.catalog.grant.Privilege.MODIFY;
import static io.boathouse.catalog.grant.Privilege.SELECT;
import static io.boathouse.catalog.grant.Privilege.USE_SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.audit.AuditRecord;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.relation.RelationColumn;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.error.ErrorCode;
import io.boathouse.platform.error.LakeException;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.delta.Commit;
import io.boathouse.table.delta.TransactionId;
import io.boathouse.table.read.At;
import io.boathouse.table.read.Snapshot;
import io.boathouse.table.read.TableReader;
import io.boathouse.table.read.TableStatistics;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class TableServiceTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.of("id", new DataType.LongType()).notNull(),
          Column.of("price", new DataType.DecimalType(10, 2)));

  @TempDir static Path temp;
  private static GovernedTables governed;
  private static Caller admin;
  private static int names;

  private TableService tables;
  private TableReader reader;
  private FullName name;

  @BeforeAll
  static void start() throws IOException {
    governed = new GovernedTables(temp);
    admin = governed.administrator();
  }

  @AfterAll
  static void stop() {
    governed.close();
  }

  @BeforeEach
  void open(TestInfo info) {
    tables = governed.module().tables();
    reader = governed.module().reader();
    name = FullName.of("main", "default", "t" + names++);
  }

  @Test
  void aTableIsCreatedFilledReadAndDropped() throws IOException {
    Table table = tables.create(admin, NewTable.of(name, SCHEMA));
    tables.append(admin, name, values(List.of(1, "1.50"), List.of(2, "2.50")), insert());
    Snapshot snapshot = reader.snapshot(admin, name, At.latest());

    assertThat(snapshot.tableId()).isEqualTo(table.id());
    assertThat(snapshot.schema()).isEqualTo(SCHEMA);
    assertThat(snapshot.rows()).isEqualTo(2);
    assertThat(sum(admin, At.latest())).isEqualTo("4.00");
    Path data = governed.root().resolve("tables").resolve(table.id().toString());
    assertThat(data).exists();

    tables.purge(admin, name);
    assertThat(data).doesNotExist();
    assertThat(code(() -> reader.snapshot(admin, name, At.latest())))
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void theCatalogKnowsTheColumns() {
    NewTable wanted =
        new NewTable(name, SCHEMA, List.of("price"), Map.of(), Optional.of("what things cost"));
    tables.create(admin, wanted);
    Relation relation = governed.catalog().relations().get(admin, name);

    assertThat(relation.kind()).isEqualTo(Relation.Kind.MANAGED);
    assertThat(relation.securable().comment()).contains("what things cost");
    assertThat(relation.columns())
        .containsExactly(
            new RelationColumn(
                "id",
                "bigint",
                "LONG",
                Optional.of("\"long\""),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty()),
            new RelationColumn(
                "price",
                "decimal(10,2)",
                "DECIMAL",
                Optional.of("\"decimal(10,2)\""),
                Optional.of(10),
                Optional.of(2),
                true,
                Optional.empty(),
                Optional.of(0)));
  }

  @Test
  void aTableCanTakeItsColumnsFromItsRows() {
    try (DuckSession session = governed.duckDb().open(DuckAccess.scratchOnly())) {
      Commit commit =
          tables.createAs(
              admin,
              NewTable.of(name, new TableSchema(List.of())),
              new Rows.Query(
                  session, "SELECT range AS id, TIMESTAMP '2001-01-01' AS at FROM range(5)"));

      assertThat(commit.rows()).isEqualTo(5);
      assertThat(commit.version()).isZero();
    }
    Snapshot snapshot = reader.snapshot(admin, name, At.latest());
    assertThat(snapshot.schema().columns())
        .extracting(column -> column.name() + " " + column.type().text())
        .containsExactly("id bigint", "at timestamp_ntz");
    assertThat(reader.history(admin, name, 5))
        .extracting(Commit::operation)
        .containsExactly("CREATE TABLE AS SELECT");
  }

  @Test
  void aCreationWithATransactionIsRepeatedByAnAppend() {
    WriteOptions once = WriteOptions.of("LOAD").once(new TransactionId("file", 0));
    Commit created =
        tables.createAs(admin, NewTable.of(name, SCHEMA), values(List.of(1, "1")), once);
    Commit again = tables.append(admin, name, values(List.of(1, "1")), once);

    assertThat(created.alreadyApplied()).isFalse();
    assertThat(again.alreadyApplied()).isTrue();
    assertThat(again.version()).isEqualTo(created.version());
    assertThat(reader.snapshot(admin, name, At.latest()).rows()).isEqualTo(1);
  }

  @Test
  void aFailedCreationLeavesNeitherNameNorFiles() throws IOException {
    List<String> before = folders();
    try (DuckSession session = governed.duckDb().open(DuckAccess.scratchOnly())) {
      for (String select :
          List.of(
              "SELECT 'x' AS id", "SELECT CAST(NULL AS BIGINT) AS id", "SELECT nosuch", "SELEC")) {
        assertThat(
                code(
                    () ->
                        tables.createAs(
                            admin, NewTable.of(name, SCHEMA), new Rows.Query(session, select))))
            .isEqualTo(ErrorCode.INVALID_ARGUMENT);
      }
    }
    assertThat(
            code(
                () ->
                    tables.create(
                        admin,
                        new NewTable(
                            name,
                            SCHEMA,
                            List.of(),
                            Map.of("delta.nosuch", "1"),
                            Optional.empty()))))
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(governed.catalog().relations().find(admin, name)).isEmpty();
    assertThat(folders()).isEqualTo(before);
  }

  /** The defence is the discard in TableService.create. */
  @Test
  void ofTwoCreationsOfOneNameOneWinsAndTheOtherLeavesNothing() throws Exception {
    List<String> before = folders();
    AtomicInteger losers = new AtomicInteger();
    List<Thread> threads =
        Stream.generate(
                () ->
                    Thread.ofVirtual()
                        .unstarted(
                            () -> {
                              try {
                                Table unused = tables.create(admin, NewTable.of(name, SCHEMA));
                              } catch (LakeException e) {
                                losers.incrementAndGet();
                              }
                            }))
            .limit(4)
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(losers).hasValue(3);
    assertThat(governed.catalog().relations().find(admin, name)).isPresent();
    assertThat(folders()).hasSize(before.size() + 1);
    assertThat(code(() -> tables.create(admin, NewTable.of(name, SCHEMA))))
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
  }

  @Test
  void everyDoorAsksForItsPrivilege() {
    Caller owner = governed.user("owner" + names, USE_SCHEMA, CREATE_TABLE);
    Caller other = governed.user("other" + names, USE_SCHEMA);
    tables.create(owner, NewTable.of(name, SCHEMA));
    FullName second = FullName.of("main", "default", "second" + names);

    assertThat(code(() -> tables.create(other, NewTable.of(second, SCHEMA))))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(code(() -> reader.snapshot(other, name, At.latest())))
        .isEqualTo(ErrorCode.NOT_FOUND);
    governed.grant(SecurableType.TABLE, name, other.principal(), SELECT);
    assertThat(reader.snapshot(other, name, At.latest()).rows()).isZero();
    assertThat(code(() -> tables.append(other, name, values(List.of(1, "1")), insert())))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(code(() -> tables.overwrite(other, name, values(List.of(1, "1")), insert())))
        .isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(code(() -> tables.purge(other, name))).isEqualTo(ErrorCode.PERMISSION_DENIED);
    governed.grant(SecurableType.TABLE, name, other.principal(), MODIFY);
    tables.append(other, name, values(List.of(1, "1")), insert());
    tables.append(owner, name, values(List.of(2, "1")), insert());
    assertThat(reader.snapshot(owner, name, At.latest()).rows()).isEqualTo(2);
  }

  @Test
  void changesAndDenialsAreAudited() {
    Caller other = governed.user("audited" + names, USE_SCHEMA);
    tables.create(admin, NewTable.of(name, SCHEMA));
    tables.append(admin, name, values(List.of(1, "1")), insert());
    governed.grant(SecurableType.TABLE, name, other.principal(), SELECT);
    code(() -> tables.append(other, name, values(List.of(1, "1")), insert()));
    List<AuditRecord> records =
        governed.catalog().audit().search(admin, AuditQuery.newest(20)).items();

    assertThat(records)
        .anySatisfy(
            record -> {
              assertThat(record.action()).isEqualTo("WRITE_TABLE");
              assertThat(record.securableName()).contains(name.toString());
              assertThat(record.parameters())
                  .containsEntry("version", "1")
                  .containsEntry("rows", "1");
            })
        .anySatisfy(
            record -> {
              assertThat(record.principal()).isEqualTo(other.principal());
              assertThat(record.decision()).isEqualTo(AuditRecord.Decision.DENIED);
            });
  }

  @Test
  void versionsTimesAndStatisticsAreAtHand() {
    tables.create(admin, NewTable.of(name, SCHEMA));
    Commit first = tables.append(admin, name, values(List.of(1, "1.25")), insert());
    tables.append(admin, name, values(List.of(7, "2.25")), insert());
    tables.append(admin, name, values(Arrays.asList(9, null)), insert());

    assertThat(sum(admin, At.version(1))).isEqualTo("1.25");
    assertThat(sum(admin, At.timestamp(first.at()))).isEqualTo("1.25");
    assertThat(code(() -> reader.snapshot(admin, name, At.timestamp(Instant.EPOCH))))
        .isEqualTo(ErrorCode.NOT_FOUND);
    TableStatistics statistics = reader.statistics(admin, name);
    assertThat(statistics.rows()).isEqualTo(3);
    assertThat(statistics.files()).isEqualTo(3);
    assertThat(statistics.columns().get("id").max()).isEqualTo(Optional.of(9L));
    assertThat(statistics.columns().get("price").nulls()).contains(1L);
    assertThat(statistics.columns().get("price").min().orElseThrow()).hasToString("1.25");
  }

  @Test
  void aViewOfOneSessionSeesExactlyItsVersion() {
    tables.create(admin, NewTable.of(name, SCHEMA));
    tables.append(admin, name, values(List.of(1, "1")), insert());
    Snapshot old = reader.snapshot(admin, name, At.latest());
    tables.overwrite(admin, name, values(List.of(5, "5")), insert());
    try (DuckSession session =
        governed.duckDb().open(DuckAccess.reading(reader.directories(old)))) {
      reader.bind(session, "it's \"old\"", old);

      assertThat(session.query("SELECT id FROM \"it's \"\"old\"\"\"", row -> row.getLong(1)))
          .containsExactly(1L);
    }
  }

  private String sum(Caller caller, At at) {
    Snapshot snapshot = reader.snapshot(caller, name, at);
    try (DuckSession session =
        governed.duckDb().open(DuckAccess.reading(reader.directories(snapshot)))) {
      reader.bind(session, "t", snapshot);
      return session.query("SELECT sum(price) FROM t", row -> row.getString(1)).getFirst();
    }
  }

  private static WriteOptions insert() {
    return WriteOptions.of("INSERT");
  }

  private static Rows.Values values(List<Object> row) {
    return new Rows.Values(SCHEMA, List.of(row));
  }

  private static Rows.Values values(List<Object> row, List<Object> other) {
    return new Rows.Values(SCHEMA, List.of(row, other));
  }

  private static List<String> folders() throws IOException {
    try (Stream<Path> folders =
        Files.list(Files.createDirectories(governed.root().resolve("tables")))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  private static ErrorCode code(ThrowingCallable call) {
    LakeException failure = catchThrowableOfType(LakeException.class, call);
    assertThat(failure).isNotNull();
    return failure.code();
  }
}
