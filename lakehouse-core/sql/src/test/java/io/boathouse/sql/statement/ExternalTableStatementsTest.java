package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.catalog.grant.Privilege;
import io.boathouse.catalog.location.ExternalLocationService;
import io.boathouse.catalog.securable.FullName;
import io.boathouse.catalog.securable.SecurableType;
import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables with a LOCATION: made, taken as they are, changed, protected, dropped. */
class ExternalTableStatementsTest {
  @TempDir static Path folder;
  private static TestLakehouse house;
  private static Caller ann;
  private static String root;

  @BeforeAll
  static void open() throws Exception {
    house = new TestLakehouse(folder);
    root = "file://" + Files.createDirectories(house.outside);
    Object unused =
        house
            .catalog
            .locations()
            .locations()
            .create(
                house.admin,
                FullName.of("outside"),
                Optional.empty(),
                new ExternalLocationService.Wanted(root, Optional.empty(), false));
    ann = house.analyst("ann");
    house.grant(SecurableType.SCHEMA, "main.default", "ann", Privilege.CREATE_TABLE);
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static String error(Caller caller, String sql) {
    StatementView view = house.sql.statements().submit(caller, StatementRequest.of(sql));
    assertThat(view.state()).isInstanceOf(StatementState.Failed.class);
    return view.state().toString();
  }

  @Test
  void aTableIsMadeAtItsLocationAndDroppingItLeavesTheFiles() {
    String location = " LOCATION '" + root + "/made'";
    String unused = house.query("CREATE TABLE made (id BIGINT, name STRING)" + location);
    unused = house.query("INSERT INTO made VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    unused = house.query("UPDATE made SET name = 'zwei' WHERE id = 2");
    unused = house.query("DELETE FROM made WHERE id = 3");
    unused = house.query("OPTIMIZE made");
    assertThat(house.query("SELECT * FROM made ORDER BY id"))
        .isEqualTo("[[\"1\",\"one\"],[\"2\",\"zwei\"]]");

    unused = house.query("DROP TABLE made");
    assertThat(house.outside.resolve("made/_delta_log")).isDirectory();
    unused = house.query("CREATE TABLE again" + location);
    assertThat(house.query("SELECT * FROM again VERSION AS OF 1 ORDER BY id"))
        .isEqualTo("[[\"1\",\"one\"],[\"2\",\"two\"],[\"3\",\"three\"]]");
    assertThat(error(house.admin, "CREATE TABLE other (id INT)" + location))
        .contains("LOCATION_OVERLAP");
    unused = house.query("DROP TABLE again");
    assertThat(error(house.admin, "CREATE TABLE other (id INT)" + location))
        .contains("TABLE_AT_LOCATION_DIFFERS");
    assertThat(error(house.admin, "CREATE TABLE other" + location + " AS SELECT 1 AS id"))
        .contains("LOCATION_NOT_EMPTY");
    unused = house.query("CREATE TABLE other (id BIGINT, name STRING)" + location);
    assertThat(house.query("SELECT count(*) FROM other")).isEqualTo("[[\"2\"]]");
  }

  @Test
  void rowsOfAQueryAreWrittenAtTheLocation() {
    String unused =
        house.query(
            "CREATE TABLE squares USING DELTA LOCATION '%s/squares' AS SELECT range AS n, range * range AS s FROM range(4)"
                .formatted(root));
    assertThat(house.query("SELECT sum(s) FROM squares")).isEqualTo("[[\"14\"]]");
  }

  @Test
  void aLocationIsForThoseWhoMayUseItAndHasSomethingInIt() {
    String wanted = "CREATE TABLE anns (id INT) LOCATION '" + root + "/anns'";
    assertThat(error(ann, wanted)).contains("NO_EXTERNAL_LOCATION");
    house.grant(SecurableType.EXTERNAL_LOCATION, "outside", "ann", Privilege.CREATE_EXTERNAL_TABLE);
    StatementView view = house.sql.statements().submit(ann, StatementRequest.of(wanted));
    assertThat(view.state()).isInstanceOf(StatementState.Succeeded.class);
    assertThat(error(ann, "CREATE TABLE no LOCATION '" + root + "/nothing'"))
        .contains("NO_TABLE_AT_LOCATION");
    assertThat(error(ann, "CREATE TABLE no (id INT) LOCATION 'file:///etc/no'"))
        .contains("NO_EXTERNAL_LOCATION");
    assertThat(error(ann, "CREATE TABLE no (id INT) LOCATION '" + root + "/../no'"))
        .contains("NO_EXTERNAL_LOCATION");
  }

  /** One policy holds wherever the files are. */
  @Test
  void aRowFilterHoldsForAnExternalTable() {
    String unused = house.query("CREATE TABLE secret (id BIGINT) LOCATION '" + root + "/secret'");
    unused = house.query("INSERT INTO secret VALUES (1), (2)");
    unused = house.query("CREATE FUNCTION only_one(id BIGINT) RETURNS BOOLEAN RETURN id = 1");
    unused = house.query("ALTER TABLE secret SET ROW FILTER only_one ON (id)");
    assertThat(house.query("SELECT * FROM secret")).isEqualTo("[[\"1\"]]");
  }
}
