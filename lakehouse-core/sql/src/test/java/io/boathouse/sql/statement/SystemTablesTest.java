package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.boathouse.catalog.audit.AuditQuery;
import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.Installation;
import io.boathouse.catalog.lineage.ColumnEdge;
import io.boathouse.catalog.lineage.LineageOutbox;
import io.boathouse.catalog.lineage.WalkLimits;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.http.PageRequest;
import io.boathouse.sql.TestLakehouse;
import io.boathouse.sql.govern.NameDefaults;
import io.boathouse.sql.warehouse.Session;
import io.boathouse.sql.warehouse.SessionSetting;
import io.boathouse.table.append.Feed;
import io.boathouse.table.append.FeedTables;
import io.boathouse.table.append.FeedWriter;
import io.boathouse.table.append.LineageFeed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What statements read, made and cost, in the system catalog, for those who may know of it. */
class SystemTablesTest {
  private static final String PAIRS =
      """
      SELECT source_table_name || '.' || source_column_name || coalesce('>' || target_table_name
        || '.' || target_column_name, '') AS pair
      FROM system.access.column_lineage WHERE %s ORDER BY pair
      """;

  @TempDir static Path temp;
  private static TestLakehouse house;
  private static FeedWriter feeds;
  private static Caller ann;
  private static Caller eve;

  @BeforeAll
  static void fill() {
    house = new TestLakehouse(temp);
    Caller writer = house.catalog.systemCallers().system("system-tables");
    Installation installation = house.catalog.installation();
    List<Feed> all = new ArrayList<>();
    all.add(LineageFeed.ofTables(LineageOutbox.ofTables(house.database.database()), installation));
    all.add(
        LineageFeed.ofColumns(LineageOutbox.ofColumns(house.database.database()), installation));
    InstantSource later = InstantSource.fixed(Instant.parse("2026-01-01T02:00:00Z"));
    all.addAll(SystemFeeds.of(house.database.database(), installation, later));
    feeds =
        new FeedWriter(
            new FeedTables(
                new FeedTables.Governance(
                    house.catalog.namespaces(),
                    house.catalog.relations(),
                    house.catalog.functions(),
                    house.catalog.policies(),
                    house.catalog.grants()),
                house.tables.tables()),
            writer,
            all,
            new SimpleMeterRegistry());
    ann = house.analyst("ann");
    eve = house.user("eve");
    String unused = house.query("CREATE TABLE raw (id BIGINT, city STRING, pay DOUBLE)");
    unused = house.query("INSERT INTO raw VALUES (1, 'Rome', 10), (2, 'Oslo', 20)");
    unused =
        house.query(
            "CREATE TABLE mid AS SELECT city AS town, sum(pay) AS total FROM raw WHERE id > 0"
                + " GROUP BY city");
    unused = house.query("CREATE TABLE top AS SELECT upper(town) AS town FROM mid");
    house.grant(SecurableType.TABLE, "main.default.raw", "ann", Privilege.SELECT);
    house.grant(SecurableType.TABLE, "main.default.top", "ann", Privilege.SELECT);
  }

  @AfterAll
  static void stop() {
    feeds.close();
    house.close();
  }

  private static List<ColumnEdge> related(
      Caller caller, FullName table, String column, boolean upstream) {
    return house
        .catalog
        .lineages()
        .related()
        .columns(caller, new ColumnEdge.Column(table, column), new WalkLimits(5, 100), upstream);
  }

  private static String as(Caller caller, String statement) {
    return house.query(caller, statement);
  }

  @Test
  void everyStatementTellsItsColumnsOnce() {
    String unused = house.query("CREATE TABLE work (n BIGINT, a STRING, b STRING)");
    unused = house.query("INSERT INTO work (b, n) SELECT city || '!', id FROM raw");
    unused = house.query("INSERT INTO work BY NAME SELECT town AS a FROM mid");
    unused = house.query("UPDATE work SET a = b || a WHERE n = 1");
    unused =
        house.query(
            "MERGE INTO work USING (SELECT id AS i, city AS c FROM raw) s ON work.n = s.i"
                + " WHEN MATCHED THEN UPDATE SET b = s.c"
                + " WHEN NOT MATCHED THEN INSERT (n, a) VALUES (s.i, s.c)");
    unused = house.query("INSERT INTO work REPLACE WHERE n = 1 SELECT 1 AS n, town, '' FROM mid");
    unused = house.query("INSERT OVERWRITE work SELECT n, b, a FROM work");
    feeds.flush();
    feeds.flush();
    assertThat(house.query(PAIRS.formatted("target_table_name = 'work'")))
        .isEqualTo(
            "[[\"mid.town>work.a\"],[\"mid.town>work.a\"],[\"raw.city>work.a\"],"
                + "[\"raw.city>work.b\"],[\"raw.city>work.b\"],[\"raw.id>work.n\"],"
                + "[\"raw.id>work.n\"],[\"work.a>work.b\"],"
                + "[\"work.b>work.a\"],[\"work.b>work.a\"],[\"work.n>work.n\"]]");
    assertThat(
            house.query(
                "SELECT count(*) - count(DISTINCT record_id), count(statement_id) - count(*),"
                    + " min(entity_type) FROM system.access.table_lineage"))
        .isEqualTo("[[\"0\",\"0\",\"STATEMENT\"]]");
  }

  @Test
  void aQueryTellsWhatItShowedAndNotWhatItOnlyCompared() {
    String unused = as(ann, "SELECT max(r.city) FROM raw r WHERE r.pay > 1");
    feeds.flush();
    assertThat(house.query(PAIRS.formatted("created_by = 'ann' AND source_table_name = 'raw'")))
        .isEqualTo("[[\"raw.city\"]]");
    assertThat(
            house.query(
                "SELECT source_type, target_type, source_version FROM system.access.table_lineage"
                    + " WHERE created_by = 'ann' AND source_table_full_name = 'main.default.raw'"))
        .isEqualTo("[[\"TABLE\",null,\"1\"]]");
  }

  /** Fails without the row filter that FeedTables.protect sets. */
  @Test
  void rowsAreShownToThoseWhoMayKnowOfAllThatIsInThem() {
    feeds.flush();
    String names =
        "SELECT DISTINCT source_table_name, target_table_name FROM system.access.table_lineage"
            + " WHERE target_table_name IN ('raw', 'mid', 'top') ORDER BY ALL";
    assertThat(house.query(names))
        .isEqualTo("[[\"mid\",\"top\"],[\"raw\",\"mid\"],[null,\"raw\"]]");
    assertThat(as(ann, names)).isEqualTo("[[null,\"raw\"]]");
    assertThat(as(eve, names)).isEqualTo("[]");
    assertThat(as(eve, "SELECT count(*) FROM system.access.column_lineage")).isEqualTo("[[\"0\"]]");
    assertThat(as(ann, PAIRS.formatted("target_table_name = 'mid'"))).isEqualTo("[]");
  }

  @Test
  void walksAlongColumnsSeeWhatTheCallerMayKnowAndNothingBehindTheRest() {
    FullName top = FullName.parse("main.default.top");
    assertThat(related(house.admin, top, "TOWN", true))
        .extracting(edge -> edge.from().table().name() + "." + edge.from().name() + edge.hops())
        .containsExactly("mid.town1", "raw.city2");
    assertThat(related(ann, top, "town", true)).isEmpty();
    FullName raw = FullName.parse("main.default.raw");
    assertThat(related(ann, raw, "city", false)).isEmpty();
    assertThat(related(house.admin, raw, "pay", false))
        .extracting(edge -> edge.to().name())
        .containsExactly("total");
  }

  /** Fails without the row filter, and when QueryHistoryFeed takes sql_statement.error. */
  @Test
  void everybodySeesTheHistoryOfTheirOwnStatementsWithoutValues() {
    StatementView failed =
        house
            .sql
            .statements()
            .submit(ann, StatementRequest.of("SELECT CAST(city AS INT) FROM raw WHERE pay > 0"));
    assertThat(failed.state().toString()).contains("Rome");
    String unused = as(ann, "SELECT id FROM raw");
    unused = as(ann, "SELECT id + 1 FROM raw");
    unused = as(ann, "SELECT id + 1 FROM raw");
    feeds.flush();
    feeds.flush();
    assertThat(
            house.query(
                "SELECT from_result_cache FROM system.query.history WHERE statement_text ="
                    + " 'SELECT id + 1 FROM raw' ORDER BY ALL"))
        .isEqualTo("[[\"false\"],[\"true\"]]");
    String statements =
        "SELECT execution_status, error_message, read_rows, produced_rows, compute.warehouse_id"
            + " FROM system.query.history WHERE executed_by = 'ann' AND statement_text LIKE '%s'";
    assertThat(house.query(statements.formatted("SELECT id FROM raw")))
        .isEqualTo("[[\"FINISHED\",null,\"2\",\"2\",\"default\"]]");
    assertThat(house.query(statements.formatted("SELECT CAST(city%")))
        .startsWith("[[\"FAILED\",\"[SQL_VALUE] ")
        .doesNotContain("Rome");
    assertThat(as(ann, statements.formatted("SELECT id FROM raw"))).contains("FINISHED");
    assertThat(as(ann, "SELECT DISTINCT executed_by FROM system.query.history"))
        .isEqualTo("[[\"ann\"]]");
    assertThat(as(eve, statements.formatted("%"))).isEqualTo("[]");
    assertThat(
            house.query("SELECT count(*) - count(DISTINCT statement_id) FROM system.query.history"))
        .isEqualTo("[[\"0\"]]");
    assertThat(
            house
                .sql
                .history()
                .list(house.admin, List.of("FAILED"), PageRequest.first(100))
                .items())
        .allSatisfy(entry -> assertThat(entry.error().orElse("")).doesNotContain("Rome"));
  }

  /** Fails when PreviewService runs the query as whoever asks. */
  @Test
  void previewsShowRowsAndMasksAsThePrincipalGetsThemAndAreInTheAudit() {
    String unused = house.query("CREATE TABLE seen (id BIGINT, city STRING)");
    unused = house.query("INSERT INTO seen VALUES (1, 'Rome'), (2, 'Oslo')");
    unused =
        house.query(
            "CREATE FUNCTION rome_only(city STRING) RETURNS BOOLEAN"
                + " RETURN is_account_group_member('admins') OR city = 'Rome'");
    unused =
        house.query(
            "CREATE FUNCTION stars(id BIGINT) RETURNS BIGINT"
                + " RETURN CASE WHEN current_user() = 'ann' THEN -1 ELSE id END");
    unused = house.query("ALTER TABLE seen SET ROW FILTER rome_only ON (city)");
    unused = house.query("ALTER TABLE seen ALTER COLUMN id SET MASK stars");
    FullName seen = FullName.parse("main.default.seen");
    PreviewService previews = house.sql.previews();
    assertThat(previews.preview(house.admin, seen, "ann", 10).allowed()).isFalse();
    house.grant(SecurableType.TABLE, "main.default.seen", "ann", Privilege.SELECT);
    assertThat(previews.preview(house.admin, seen, "ann", 10).rows())
        .containsExactly(List.of("-1", "Rome"));
    assertThat(previews.preview(house.admin, seen, "admin", 10).rows()).hasSize(2);
    assertThatThrownBy(() -> previews.preview(ann, seen, "admin", 10))
        .hasMessageContaining("MANAGE");
    assertThatThrownBy(() -> previews.preview(house.admin, seen, "nobody", 10))
        .hasMessageContaining("nobody");
    feeds.flush();
    assertThat(
            house
                .catalog
                .audit()
                .search(house.admin, AuditQuery.newest(100).ofAction("PREVIEW_AS"))
                .items())
        .isNotEmpty();
  }

  /** Fails when DuckDbEngine measures over tables with policies, too. */
  @Test
  void plansAreKeptForThoseWhoAskAndNeverTellOfHiddenRows() {
    String unused = house.query("CREATE TABLE secret (id BIGINT)");
    unused = house.query("INSERT INTO secret SELECT range FROM range(1000)");
    unused = house.query("CREATE FUNCTION few(id BIGINT) RETURNS BOOLEAN RETURN id < 3");
    assertThat(profile(house.admin, "SELECT count(*) FROM secret WHERE id > 9").orElse(""))
        .contains("\"rows\": 990", "TABLE_SCAN", "milliseconds")
        .doesNotContain("secret");
    unused = house.query("ALTER TABLE secret SET ROW FILTER few ON (id)");
    assertThat(profile(house.admin, "SELECT count(*) FROM secret WHERE id > 1")).isEmpty();
    StatementView other = house.sql.statements().submit(ann, StatementRequest.of("SELECT 1"));
    String id = other.id().toString();
    assertThat(house.sql.history().get(ann, id).profile()).isEmpty();
    assertThat(house.sql.history().get(house.admin, id).entry().principal()).isEqualTo("ann");
    assertThatThrownBy(() -> house.sql.history().get(eve, id)).hasMessageContaining("not yours");
  }

  private static Optional<String> profile(Caller caller, String statement) {
    Session session =
        new Session(
            UUID.randomUUID(),
            caller.principalId(),
            "default",
            NameDefaults.STANDARD,
            Map.of(SessionSetting.QUERY_PROFILE, "true"));
    StatementRequest plain = StatementRequest.of(statement);
    StatementView view =
        house
            .sql
            .statements()
            .submit(
                caller,
                new StatementRequest(
                    plain.sql(),
                    plain.warehouseId(),
                    plain.defaults(),
                    plain.parameters(),
                    plain.rowLimit(),
                    plain.byteLimit(),
                    plain.patience(),
                    plain.onTimeout(),
                    plain.form(),
                    Optional.of(session)));
    assertThat(view.state()).isInstanceOf(StatementState.Succeeded.class);
    return house.sql.history().get(caller, view.id().toString()).profile();
  }

  @Test
  void whatWasUsedIsToldForEachHourOnceItIsOver() {
    String used =
        "SELECT usage_unit, usage_metadata.warehouse_id, CAST(usage_start_time AS VARCHAR)"
            + " FROM system.billing.usage WHERE identity_metadata.run_as = '%s' ORDER BY 1";
    feeds.flush();
    feeds.flush();
    assertThat(house.query(used.formatted("admin")))
        .isEqualTo(
            "[[\"BYTES\",\"default\",\"2026-01-01 00:00:00+00\"],"
                + "[\"ENGINE_MILLISECONDS\",\"default\",\"2026-01-01 00:00:00+00\"],"
                + "[\"ROWS\",\"default\",\"2026-01-01 00:00:00+00\"],"
                + "[\"STATEMENTS\",\"default\",\"2026-01-01 00:00:00+00\"]]");
    assertThat(
            house.query(
                "SELECT CAST(sum(usage_quantity) AS BIGINT) >= 1 FROM system.billing.usage"
                    + " WHERE usage_unit = 'STATEMENTS'"))
        .isEqualTo("[[\"true\"]]");
    assertThat(as(eve, used.formatted("admin"))).isEqualTo("[]");
  }

  /** Fails when the number of the batch does not ride in the commit of its rows. */
  @Test
  void aBatchWhoseWriterDiedIsWrittenOnce() {
    feeds.flush();
    String unused = house.query("SELECT pay FROM raw");
    Caller writer = house.catalog.systemCallers().system("system-tables");
    FullName table = FullName.of("system", "access", "table_lineage");
    LineageOutbox outbox = LineageOutbox.ofTables(house.database.database());
    long last =
        house.tables.tables().lastTransaction(writer, table, table.toString()).orElseThrow();
    Optional<LineageOutbox.Batch> taken = outbox.next(last, 1);
    assertThat(taken.orElseThrow().events()).hasSize(1);
    long id = taken.get().events().getFirst().id();
    feeds.flush();
    assertThat(
            house.query(
                "SELECT count(*) FROM system.access.table_lineage WHERE event_id = '%d'"
                    .formatted(id)))
        .isEqualTo("[[\"1\"]]");
  }

  @Test
  void lineageEndsWithTheRowsThatAreReplaced() {
    String unused = house.query("CREATE TABLE one AS SELECT id FROM raw");
    FullName one = FullName.parse("main.default.one");
    assertThat(related(house.admin, one, "id", true)).hasSize(1);
    unused = house.query("INSERT OVERWRITE one VALUES (3)");
    assertThat(related(house.admin, one, "id", true)).isEmpty();
  }
}
