package io.boathouse.sql.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.platform.auth.Caller;
import io.boathouse.sql.TestLakehouse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Statements about columns: what they are called, where they stand, what they may hold. */
@Timeout(120)
class ColumnStatementsTest {
  @TempDir static Path temp;
  private static TestLakehouse house;

  @BeforeAll
  static void start() {
    house = new TestLakehouse(temp);
  }

  @AfterAll
  static void stop() {
    house.close();
  }

  private static String ok(String statement) {
    return house.query(statement);
  }

  private static String refused(Caller caller, String statement) {
    StatementView view = house.sql.statements().submit(caller, StatementRequest.of(statement));
    assertThat(view.state()).as(statement).isInstanceOf(StatementState.Failed.class);
    return view.state().toString();
  }

  private static String refused(String statement) {
    return refused(house.admin, statement);
  }

  @Test
  void columnsAreRenamedDroppedAndMovedAndTheCatalogFollows() {
    ok(
        "CREATE TABLE main.default.m (id BIGINT, `a b` STRING, s STRUCT<x: INT, y: INT>)"
            + " TBLPROPERTIES ('delta.columnMapping.mode' = 'name', 'delta.enableDeletionVectors' ="
            + " 'true')");
    ok("INSERT INTO main.default.m VALUES (1, 'one', {'x': 1, 'y': 2}), (2, 'two', NULL)");
    ok("ALTER TABLE main.default.m RENAME COLUMN `a b` TO name");
    ok("ALTER TABLE main.default.m RENAME COLUMN s.x TO z");
    ok("ALTER TABLE main.default.m DROP COLUMN s.y");
    ok("ALTER TABLE main.default.m ALTER COLUMN name FIRST");
    ok("ALTER TABLE main.default.m ALTER COLUMN id COMMENT 'the key'");
    ok("UPDATE main.default.m SET name = 'ONE' WHERE id = 1");
    ok(
        "MERGE INTO main.default.m AS t USING (SELECT 2 AS id UNION ALL SELECT 3) AS s ON t.id ="
            + " s.id WHEN MATCHED THEN UPDATE SET name = 'merged' WHEN NOT MATCHED THEN INSERT (id,"
            + " name) VALUES (s.id, 'new')");

    assertThat(ok("SELECT * FROM main.default.m ORDER BY id"))
        .isEqualTo(
            "[[\"ONE\",\"1\",\"{\\\"z\\\":1}\"],[\"merged\",\"2\",null],[\"new\",\"3\",null]]");
    assertThat(ok("DESCRIBE main.default.m"))
        .isEqualTo(
            "[[\"name\",\"string\",\"\"],[\"id\",\"bigint\",\"the"
                + " key\"],[\"s\",\"struct<z:int>\",\"\"]]");
    assertThat(refused("ALTER TABLE main.default.m RENAME COLUMN none TO x"))
        .contains("COLUMN_NOT_FOUND");
  }

  @Test
  void mappingIsSwitchedOnForATableThatIsThere() {
    ok("CREATE TABLE main.default.u AS SELECT 1::BIGINT AS id, 'x' AS name, 'p' AS p");
    assertThat(refused("ALTER TABLE main.default.u DROP COLUMNS (name)"))
        .contains("delta.columnMapping.mode");
    ok("ALTER TABLE main.default.u SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')");
    ok("ALTER TABLE main.default.u DROP COLUMNS (name, p)");
    ok(
        "CREATE TABLE main.default.u2 TBLPROPERTIES ('delta.columnMapping.mode' = 'id') AS SELECT *"
            + " FROM main.default.u");

    assertThat(ok("SELECT * FROM main.default.u2")).isEqualTo("[[\"1\"]]");
  }

  @Test
  void typesBecomeWider() {
    ok(
        "CREATE TABLE main.default.w (id INT, price FLOAT) TBLPROPERTIES"
            + " ('delta.enableTypeWidening' = 'true')");
    ok("INSERT INTO main.default.w VALUES (1, 1.5)");
    ok("ALTER TABLE main.default.w ALTER COLUMN id TYPE BIGINT");
    ok("ALTER TABLE main.default.w ALTER COLUMN price SET DATA TYPE DOUBLE");
    ok("INSERT INTO main.default.w VALUES (9000000000000, 2.5)");

    assertThat(ok("SELECT sum(id), sum(price) FROM main.default.w"))
        .isEqualTo("[[\"9000000000001\",\"4.0\"]]");
    assertThat(ok("DESCRIBE main.default.w")).contains("bigint", "double");
  }

  @Test
  void onlyWhoManagesATableChangesItsColumns() {
    ok(
        "CREATE TABLE main.default.g (id INT) TBLPROPERTIES ('delta.columnMapping.mode' = 'name',"
            + " 'delta.enableTypeWidening' = 'true')");
    Caller ann = house.analyst("ann");
    ok("GRANT SELECT, MODIFY ON TABLE main.default.g TO ann");
    for (String change :
        new String[] {"RENAME COLUMN id TO x", "ALTER COLUMN id TYPE BIGINT", "DROP COLUMN id"}) {
      assertThat(refused(ann, "ALTER TABLE main.default.g " + change)).contains("You lack MANAGE");
    }
  }
}
