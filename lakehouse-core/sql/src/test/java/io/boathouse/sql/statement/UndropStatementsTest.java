package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.identity.Principal;
import io.boathouse.catalog.location.ExternalLocationService;
import io.boathouse.catalog.relation.DroppedTables;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that were dropped come back whole, or go for good when their time is over. */
class UndropStatementsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir static Path folder;
  private static TestLakehouse house;

  @BeforeAll
  static void open() throws Exception {
    house = new TestLakehouse(folder);
    Object unused =
        house
            .catalog
            .locations()
            .locations()
            .create(
                house.admin,
                FullName.of("outside"),
                Optional.empty(),
                new ExternalLocationService.Wanted(
                    "file://" + Files.createDirectories(house.outside), Optional.empty(), false));
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static String error(Caller caller, String sql) {
    StatementView view = house.sql.statements().submit(caller, StatementRequest.of(sql));
    assertThat(view.state()).as(sql).isInstanceOf(StatementState.Failed.class);
    return view.state().toString();
  }

  private static void run(String sql) {
    String unused = house.query(sql);
  }

  @Test
  void aTableComesBackWithDataGrantsPoliciesTagsAndHistory() {
    Caller ana = house.analyst("undrop-ana");
    run("CREATE TABLE kept (id BIGINT, word STRING COMMENT 'spoken') TBLPROPERTIES ('a' = 'b')");
    run("INSERT INTO kept VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    run("UPDATE kept SET word = 'deux' WHERE id = 2");
    run("CREATE FUNCTION odd(id BIGINT) RETURNS BOOLEAN RETURN id % 2 = 1");
    run("CREATE FUNCTION hush(word STRING) RETURNS STRING RETURN 'xxx'");
    run("ALTER TABLE kept SET ROW FILTER odd ON (id)");
    run("ALTER TABLE kept ALTER COLUMN word SET MASK hush");
    run("ALTER TABLE kept SET TAGS ('team' = 'sea')");
    run("GRANT SELECT ON TABLE kept TO `undrop-ana`");
    String seen = "[[\"1\",\"xxx\"],[\"3\",\"xxx\"]]";
    assertThat(house.query(ana, "SELECT * FROM kept ORDER BY id")).isEqualTo(seen);

    run("DROP TABLE kept");
    assertThat(error(house.admin, "SELECT * FROM kept")).contains("kept");
    assertThat(house.query("SHOW TABLES LIKE 'kept'")).isEqualTo("[]");
    assertThat(house.query("SHOW TABLES DROPPED IN main.default")).contains("\"kept\"", "MANAGED");

    run("UNDROP TABLE kept");
    assertThat(house.query(ana, "SELECT * FROM kept ORDER BY id")).isEqualTo(seen);
    assertThat(house.query("DESCRIBE HISTORY kept")).contains("UPDATE", "INSERT");
    assertThat(house.query("DESCRIBE TABLE kept")).contains("spoken");
    assertThat(
            house.query(
                "SELECT tag_name, tag_value FROM main.information_schema.table_tags"
                    + " WHERE table_name = 'kept'"))
        .isEqualTo("[[\"team\",\"sea\"]]");
    run("INSERT INTO kept VALUES (5, 'five')");
    assertThat(house.query(ana, "SELECT count(*) FROM kept")).isEqualTo("[[\"3\"]]");
    assertThat(house.query("SHOW TABLES DROPPED")).doesNotContain("\"kept\"");
  }

  @Test
  void aTableOfRatifiedVersionsComesBackWithThem() {
    run(
        "CREATE TABLE ratified (n INT) TBLPROPERTIES ('delta.feature.catalogManaged' ="
            + " 'supported')");
    run("INSERT INTO ratified VALUES (1)");
    run("INSERT INTO ratified VALUES (2)");
    run("DROP TABLE ratified");
    run("UNDROP TABLE ratified");
    run("INSERT INTO ratified VALUES (3)");
    assertThat(house.query("SELECT sum(n) FROM ratified")).isEqualTo("[[\"6\"]]");
  }

  @Test
  void ofTwoOfOneNameTheLastComesBackAndTheOtherByItsId() {
    run("CREATE TABLE twice (n INT)");
    run("INSERT INTO twice VALUES (1)");
    run("DROP TABLE twice");
    String first = idOf("twice");
    run("CREATE TABLE twice AS SELECT 2 AS n");
    assertThat(error(house.admin, "UNDROP TABLE twice")).contains("already exists");
    run("ALTER TABLE twice RENAME TO thrice");
    run("UNDROP TABLE WITH ID '" + first + "'");
    assertThat(house.query("SELECT n FROM twice")).isEqualTo("[[\"1\"]]");
    assertThat(error(house.admin, "UNDROP TABLE nothing")).contains("DROPPED_TABLE_NOT_FOUND");
  }

  private static String idOf(String table) {
    return house
        .query("SHOW TABLES DROPPED")
        .replaceAll(".*\\[\"main\",\"default\",\"" + table + "\",\"([^\"]+)\".*", "$1");
  }

  /** The rights are those of the table as it was, not of whoever asks first. */
  @Test
  void onlyWhoMayManageItHasItBack() {
    Caller maker = house.analyst("undrop-maker");
    Caller other = house.analyst("undrop-other");
    for (String name : new String[] {"undrop-maker", "undrop-other"}) {
      house.grant(SecurableType.SCHEMA, "main.default", name, Privilege.CREATE_TABLE);
    }
    assertThat(house.query(maker, "CREATE TABLE mine AS SELECT 42 AS n")).isNotNull();
    assertThat(house.query(maker, "DROP TABLE mine")).isNotNull();
    assertThat(house.query(maker, "SHOW TABLES DROPPED")).contains("\"mine\"");
    assertThat(house.query(other, "SHOW TABLES DROPPED")).doesNotContain("\"mine\"");
    assertThat(error(other, "UNDROP TABLE mine")).contains("_NOT_FOUND");
    assertThat(house.query("SHOW TABLES LIKE 'mine'")).isEqualTo("[]");
    assertThat(house.query(maker, "UNDROP TABLE mine")).isNotNull();
    assertThat(house.query(maker, "SELECT n FROM mine")).isEqualTo("[[\"42\"]]");
  }

  @Test
  void anExternalTableComesBackUnlessSomethingLiesInItsPlace() throws Exception {
    Path place = Files.createDirectories(house.outside.resolve("undrop"));
    run("CREATE TABLE away (n INT) LOCATION '" + place.toUri() + "'");
    run("INSERT INTO away VALUES (7)");
    run("DROP TABLE away");
    run("CREATE TABLE squatter LOCATION '" + place.toUri() + "'");
    assertThat(error(house.admin, "UNDROP TABLE away")).contains("another table or volume");
    run("DROP TABLE squatter");
    run("UNDROP TABLE away");
    assertThat(house.query("SELECT n FROM away")).isEqualTo("[[\"7\"]]");
  }

  @Test
  void afterSevenDaysPurgedOrWithItsSchemaItIsGoneForGood() throws Exception {
    DroppedTables dropped = house.catalog.relations().dropped();
    run("CREATE TABLE old AS SELECT 1 AS n");
    long before = folders();
    run("DROP TABLE old");
    int unused = dropped.purge(START.plus(Duration.ofDays(7)));
    assertThat(folders()).isEqualTo(before);
    assertThat(dropped.purge(START.plus(Duration.ofDays(7)).plusSeconds(1))).isPositive();
    assertThat(folders()).isLessThan(before);
    assertThat(error(house.admin, "UNDROP TABLE old")).contains("DROPPED_TABLE_NOT_FOUND");

    run("CREATE TABLE now AS SELECT 1 AS n");
    before = folders();
    run("DROP TABLE now PURGE");
    assertThat(folders()).isEqualTo(before - 1);
    assertThat(error(house.admin, "UNDROP TABLE now")).contains("DROPPED_TABLE_NOT_FOUND");

    run("CREATE SCHEMA brief");
    run("CREATE TABLE brief.one AS SELECT 1 AS n");
    run("CREATE TABLE brief.two AS SELECT 1 AS n");
    before = folders();
    run("DROP TABLE brief.one");
    run("DROP SCHEMA brief CASCADE");
    assertThat(dropped.purge(START)).isPositive();
    assertThat(folders()).isEqualTo(before - 2);
  }

  /** Folders of managed tables. */
  private static long folders() throws Exception {
    try (Stream<Path> all = Files.list(folder.resolve("storage").resolve("tables"))) {
      return all.count();
    }
  }

  @Test
  void aGrantToWhoeverIsGoneStaysAway() {
    Caller brief = house.analyst("undrop-brief");
    run("CREATE TABLE lent AS SELECT 1 AS n");
    run("GRANT SELECT ON TABLE lent TO `undrop-brief`");
    assertThat(house.query(brief, "SELECT n FROM lent")).isEqualTo("[[\"1\"]]");
    run("DROP TABLE lent");
    house
        .catalog
        .principals()
        .delete(
            house.admin,
            Principal.Kind.USER,
            house.catalog.principals().find(house.admin, "undrop-brief").orElseThrow().id());
    run("UNDROP TABLE lent");
    assertThat(house.query("SHOW GRANTS ON TABLE lent")).doesNotContain("undrop-brief");
  }
}
