package io.boathouse.table.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.ExternalLocationService;
import io.boathouse.catalog.relation.NewRelation;
import io.boathouse.catalog.relation.Relation;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableChange;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.http.TestServer;
import io.boathouse.platform.storage.LocalFileStore;
import io.boathouse.platform.storage.ReleasedStorage;
import io.boathouse.table.GovernedTables;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import io.boathouse.table.write.LooseTable;
import io.boathouse.table.write.NewTable;
import io.boathouse.table.write.Rows;
import io.boathouse.table.write.WriteOptions;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotAuthorizedException;
import org.apache.iceberg.exceptions.RESTException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg's own REST client reads our Delta tables. */
class IcebergRestTest {
  private static final Namespace SCHEMA = Namespace.of("default");
  private static final TableIdentifier TYPES = TableIdentifier.of(SCHEMA, "types");
  private static final TableIdentifier PARTS = TableIdentifier.of(SCHEMA, "parts");

  @TempDir static Path folder;
  private static Path elsewhere;
  private static GovernedTables house;
  private static TestServer server;
  private static String token;
  private static RESTCatalog client;

  @BeforeAll
  static void start() throws IOException {
    elsewhere = Files.createDirectories(folder.toRealPath().resolve("elsewhere"));
    house =
        new GovernedTables(
            folder.resolve("house"),
            ReleasedStorage.of(List.of(elsewhere), List.of(), folder.resolve("copies")));
    fill(
        "types",
        List.of(),
        """
        SELECT 1::TINYINT AS b, 2::SMALLINT AS s, 3::INTEGER AS i, 4::BIGINT AS l, 1.5::FLOAT AS f,
          2.5::DOUBLE AS d, 12.34::DECIMAL(10, 2) AS m, 'text' AS t, DATE '2001-06-30' AS day,
          TIMESTAMPTZ '2001-06-30 10:00:00.000001Z' AS at, TIMESTAMP '2001-06-30 10:00:00' AS wall,
          true AS yes, [1, 2] AS list, {'x': 1, 'y': 'z'} AS struct, MAP {'k': 5} AS map
        UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          NULL, NULL, NULL
        """);
    fill(
        "parts",
        List.of("day", "at"),
        """
        SELECT DATE '2001-06-01' + (range % 3)::INTEGER AS day, range AS n,
          CASE WHEN range % 2 = 0 THEN TIMESTAMPTZ '2001-06-30 10:00:00Z' END AS at
        FROM range(60)
        """);
    server = TestServer.start(house.catalog().authenticator(), house.module().routes());
    token = house.catalog().bootstrap().administratorToken("");
    client = client(token);
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    server.close();
    house.close();
  }

  private static void fill(String name, List<String> partitions, String select) {
    Caller caller = house.administrator();
    FullName table = FullName.of("main", "default", name);
    try (DuckSession session = house.duckDb().open(DuckAccess.scratchOnly())) {
      Rows rows = new Rows.Query(session, select);
      NewTable wanted =
          new NewTable(table, new TableSchema(List.of()), partitions, Map.of(), Optional.empty());
      Object unused = house.module().tables().createAs(caller, wanted, rows);
    }
  }

  private static RESTCatalog client(String as) {
    RESTCatalog made = new RESTCatalog();
    made.initialize(
        "boathouse",
        Map.of(
            "uri",
            server.uri("/api/2.1/unity-catalog/iceberg").toString(),
            "token",
            as,
            "warehouse",
            "main"));
    return made;
  }

  private static List<Record> rows(Table table) throws IOException {
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).build()) {
      return StreamSupport.stream(rows.spliterator(), false).toList();
    }
  }

  @Test
  void namespacesAndTablesAreListed() {
    assertThat(client.listNamespaces()).contains(SCHEMA);
    assertThat(client.namespaceExists(SCHEMA)).isTrue();
    assertThat(client.loadNamespaceMetadata(SCHEMA)).containsKey("owner");
    assertThat(client.listNamespaces(SCHEMA)).isEmpty();
    assertThat(client.listTables(SCHEMA)).contains(TYPES, PARTS);
    assertThat(client.tableExists(TYPES)).isTrue();
    assertThat(client.listViews(SCHEMA)).isEmpty();
  }

  @Test
  void everyTypeHasItsValue() throws IOException {
    List<Record> rows = rows(client.loadTable(TYPES));

    assertThat(rows).hasSize(2);
    Record full = rows.stream().filter(row -> row.getField("i") != null).findFirst().orElseThrow();
    Record empty = rows.stream().filter(row -> row.getField("i") == null).findFirst().orElseThrow();
    Record struct = (Record) full.getField("struct");
    assertThat(
            Stream.of("b", "s", "i", "l", "f", "d", "m", "t", "day", "at", "wall", "yes", "list")
                .map(full::getField))
        .containsExactly(
            1,
            2,
            3,
            4L,
            1.5f,
            2.5,
            new BigDecimal("12.34"),
            "text",
            LocalDate.parse("2001-06-30"),
            OffsetDateTime.parse("2001-06-30T10:00:00.000001Z"),
            LocalDateTime.parse("2001-06-30T10:00"),
            true,
            List.of(1, 2));
    assertThat(List.of(struct.getField("x"), struct.getField("y"))).isEqualTo(List.of(1, "z"));
    assertThat(full.getField("map")).isEqualTo(Map.of("k", 5));
    for (Types.NestedField field : empty.struct().fields()) {
      assertThat(empty.getField(field.name())).as(field.name()).isNull();
    }
  }

  @Test
  void partitionsAndBoundsLeaveFilesOut() throws IOException {
    Table table = client.loadTable(PARTS);
    var second = Expressions.equal("day", "2001-06-02");

    assertThat(files(table, Expressions.alwaysTrue())).isEqualTo(6);
    assertThat(files(table, second)).isEqualTo(2);
    assertThat(files(table, Expressions.greaterThan("n", 1_000L))).isZero();
    assertThat(files(table, Expressions.isNull("at"))).isEqualTo(3);
    try (CloseableIterable<Record> rows = IcebergGenerics.read(table).where(second).build()) {
      assertThat(rows).hasSize(20);
      assertThat(rows).allMatch(row -> row.getField("day").equals(LocalDate.parse("2001-06-02")));
    }
    assertThat(rows(table).stream().mapToLong(row -> (Long) row.getField("n")).sum())
        .isEqualTo(59 * 30);
  }

  private static long files(Table table, org.apache.iceberg.expressions.Expression where)
      throws IOException {
    try (CloseableIterable<FileScanTask> files = table.newScan().filter(where).planFiles()) {
      return StreamSupport.stream(files.spliterator(), false).count();
    }
  }

  @Test
  void aNewVersionIsSeenAndAnOldOneNotMadeAgain() throws IOException {
    TableIdentifier name = TableIdentifier.of(SCHEMA, "growing");
    fill("growing", List.of(), "SELECT 1 AS n");
    Table table = client.loadTable(name);
    assertThat(rows(table)).hasSize(1);
    long made = metadataFiles();

    assertThat(rows(client.loadTable(name))).hasSize(1);
    assertThat(metadataFiles()).isEqualTo(made);
    try (DuckSession session = house.duckDb().open(DuckAccess.scratchOnly())) {
      Object unused =
          house
              .module()
              .tables()
              .append(
                  house.administrator(),
                  FullName.of("main", "default", "growing"),
                  new Rows.Query(session, "SELECT 2 AS n"),
                  WriteOptions.of("INSERT"));
    }
    table.refresh();
    assertThat(rows(table)).hasSize(2);
  }

  private static long metadataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(house.root())) {
      return files.filter(file -> file.toString().contains("/_iceberg/")).count();
    }
  }

  @Test
  void aReaderThatHasTheVersionIsNotSentItAgain() {
    String path = "/api/2.1/unity-catalog/iceberg/v1/catalogs/main/namespaces/default/tables/types";
    TestServer admin = server.as(token);
    String tag = admin.get(path).headers().firstValue("etag").orElseThrow();

    HttpResponse<String> again = admin.send(admin.request(path).header("If-None-Match", tag));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @Test
  void whatIsNotThereOrNotAllowedIsToldInIcebergsWords() throws IOException {
    assertThatThrownBy(() -> client.loadTable(TableIdentifier.of(SCHEMA, "absent")))
        .isInstanceOf(NoSuchTableException.class);
    assertThatThrownBy(() -> client.listTables(Namespace.of("absent")))
        .isInstanceOf(NoSuchNamespaceException.class);
    assertThatThrownBy(() -> client("wrong")).isInstanceOf(NotAuthorizedException.class);
    assertThatThrownBy(
            () ->
                client.createTable(
                    TableIdentifier.of(SCHEMA, "new"), client.loadTable(TYPES).schema()))
        .isInstanceOfAny(RESTException.class, UnsupportedOperationException.class);
  }

  @Test
  void aTableThatLiesElsewhereIsReadUnlessNothingMayBeWrittenThere() throws IOException {
    ExternalLocationService locations = house.catalog().locations().locations();
    FullName location = FullName.of("elsewhere");
    Object unusedLocation =
        locations.create(
            house.administrator(),
            location,
            Optional.empty(),
            new ExternalLocationService.Wanted("file://" + elsewhere, Optional.empty(), false));
    LooseTable theirs = new LooseTable(new LocalFileStore(elsewhere.resolve("theirs")), folder);
    theirs.create(
        TableSchema.of(Column.of("id", new DataType.LongType())),
        Map.of("delta.enableDeletionVectors", "true"));
    theirs.append("SELECT range AS id FROM range(3)");
    register("theirs", "DELTA", "theirs");
    register("texts", "CSV", "texts");
    TableIdentifier name = TableIdentifier.of(SCHEMA, "theirs");

    assertThat(client.listTables(SCHEMA)).contains(name);
    assertThat(client.listTables(SCHEMA)).doesNotContain(TableIdentifier.of(SCHEMA, "texts"));
    assertThat(rows(client.loadTable(name))).hasSize(3);
    theirs.delete("id = 1");
    assertThat(rows(client.loadTable(name)).stream().map(row -> row.getField("id")))
        .containsExactlyInAnyOrder(0L, 2L);

    Object unusedChange =
        locations.update(
            house.administrator(),
            location,
            new SecurableChange(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
            new ExternalLocationService.Changed(
                Optional.empty(), Optional.empty(), Optional.of(true)));
    assertThatThrownBy(() -> client.loadTable(name))
        .isInstanceOf(ForbiddenException.class)
        .hasMessageContaining("for reading only");
  }

  private static void register(String name, String format, String path) {
    Object unused =
        house
            .catalog()
            .relations()
            .create(
                house.administrator(),
                new NewRelation(
                    FullName.of("main", "default", name),
                    Relation.Kind.EXTERNAL,
                    format,
                    List.of(),
                    Optional.of(elsewhere.resolve(path).toUri().toString()),
                    Optional.empty(),
                    Optional.empty(),
                    Map.of()));
  }

  @Test
  void onlyWhoMaySelectLoads() throws IOException {
    Object unused = house.user("ice", Privilege.USE_SCHEMA);
    String other =
        house
            .catalog()
            .tokens()
            .createFor(house.administrator(), "ice", "t", Duration.ofDays(1))
            .value();
    try (RESTCatalog ice = client(other)) {
      assertThat(ice.listTables(SCHEMA)).isEmpty();
      assertThatThrownBy(() -> ice.loadTable(TYPES)).isInstanceOf(NoSuchTableException.class);

      house.grant(
          SecurableType.TABLE, FullName.of("main", "default", "types"), "ice", Privilege.MODIFY);
      assertThatThrownBy(() -> ice.loadTable(TYPES)).isInstanceOf(ForbiddenException.class);

      house.grant(
          SecurableType.TABLE, FullName.of("main", "default", "types"), "ice", Privilege.SELECT);
      assertThat(rows(ice.loadTable(TYPES))).hasSize(2);
    }
  }
}
