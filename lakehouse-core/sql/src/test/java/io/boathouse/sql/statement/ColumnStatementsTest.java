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
  void rowsAreToldApartByWhatIsKnownOfThem() {
    ok(
        "CREATE TABLE main.default.tracked (id BIGINT, name STRING) TBLPROPERTIES"
            + " ('delta.enableRowTracking' = 'true')");
    ok("INSERT INTO main.default.tracked VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    ok("UPDATE main.default.tracked SET name = 'B' WHERE _metadata.row_id = 1");
    ok("DELETE FROM main.default.tracked AS x WHERE x._metadata.row_commit_version = 1 AND id = 3");
    ok("OPTIMIZE main.default.tracked");

    assertThat(
            ok(
                "SELECT *, _metadata.row_id, t._metadata.row_commit_version FROM"
                    + " main.default.tracked AS t ORDER BY _metadata.row_id"))
        .isEqualTo("[[\"1\",\"a\",\"0\",\"1\"],[\"2\",\"B\",\"1\",\"2\"]]");
    assertThat(
            ok(
                "SELECT a.*, b.id FROM main.default.tracked AS a JOIN main.default.tracked AS b ON"
                    + " a._metadata.row_id + 1 = b._metadata.row_id"))
        .isEqualTo("[[\"1\",\"a\",\"2\"]]");
    assertThat(
            ok(
                "SELECT * FROM main.default.tracked AS o WHERE EXISTS (SELECT 1 FROM"
                    + " (SELECT 1 AS one) AS i WHERE o._metadata.row_id = i.one)"))
        .isEqualTo("[[\"2\",\"B\"]]");
    assertThat(
            ok(
                "SELECT main.default.tracked._metadata.row_id, count(*) FROM main.default.tracked"
                    + " AT (VERSION => 1) GROUP BY ALL HAVING count(*) > 1"))
        .isEqualTo("[]");
    assertThat(ok("SELECT * FROM main.default.tracked ORDER BY 1"))
        .isEqualTo("[[\"1\",\"a\"],[\"2\",\"B\"]]");
  }

  @Test
  void filesAreNamedWithoutThePlaceOfTheStore() {
    ok("CREATE TABLE main.default.filed AS SELECT 1 AS id");

    assertThat(
            ok(
                "SELECT _metadata.file_path = _metadata.file_name, _metadata.file_path LIKE"
                    + " 'part-%.parquet', * FROM main.default.filed"))
        .isEqualTo("[[\"true\",\"true\",\"1\"]]");
    assertThat(refused("SELECT _metadata.row_id FROM main.default.filed"))
        .contains("ROW_TRACKING_NOT_ENABLED");
    assertThat(refused("SELECT COLUMNS('.*'), _metadata.file_name FROM main.default.filed"))
        .contains("METADATA_NOT_HERE");
    ok("CREATE TABLE main.default.own AS SELECT {'row_id': 7} AS _metadata");
    assertThat(refused("SELECT _metadata.row_id FROM main.default.own"))
        .contains("METADATA_HIDDEN");
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

  @Test
  void columnsAreFilledByDefaultsExpressionsAndNumbers() {
    ok(
        """
        CREATE TABLE main.default.f (
          id BIGINT GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 10),
          name STRING NOT NULL DEFAULT 'nobody' COMMENT 'who',
          price DECIMAL(10,2) DEFAULT 1.5,
          total DECIMAL(12,2) GENERATED ALWAYS AS (price * 2),
          made TIMESTAMP DEFAULT current_timestamp())
        TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')
        """);
    ok("INSERT INTO main.default.f (name) VALUES ('ann'), (DEFAULT)");
    ok(
        "INSERT INTO main.default.f (id, name, price, total) VALUES (DEFAULT, 'bob', 4, DEFAULT),"
            + " (DEFAULT, DEFAULT, DEFAULT, DEFAULT)");
    ok("UPDATE main.default.f SET price = 3, name = DEFAULT WHERE name = 'ann'");
    ok(
        """
        MERGE INTO main.default.f AS t
        USING (SELECT 'bob' AS name, 7 AS price UNION ALL SELECT 'eve', 8) AS s
        ON t.name = s.name
        WHEN MATCHED THEN UPDATE SET price = s.price
        WHEN NOT MATCHED THEN INSERT (name) VALUES (s.name)
        """);
    ok(
        """
        MERGE INTO main.default.f AS t
        USING (SELECT 'zoe' AS name, 9 AS price, TIMESTAMPTZ '2020-01-01 00:00:00+00' AS made) AS s
        ON t.name = s.name WHEN NOT MATCHED THEN INSERT *
        """);

    assertThat(ok("SELECT id, name, price, total FROM main.default.f ORDER BY id"))
        .isEqualTo(
            "[[\"100\",\"nobody\",\"3.00\",\"6.00\"],[\"110\",\"nobody\",\"1.50\",\"3.00\"],[\"120\",\"bob\",\"7.00\",\"14.00\"],[\"130\",\"nobody\",\"1.50\",\"3.00\"],[\"140\",\"eve\",\"1.50\",\"3.00\"],[\"150\",\"zoe\",\"9.00\",\"18.00\"]]");
    assertThat(ok("SELECT count(made) FROM main.default.f")).isEqualTo("[[\"6\"]]");
    assertThat(refused("INSERT INTO main.default.f (id, name) VALUES (1, 'x')"))
        .contains("IDENTITY_COLUMN_GIVEN");
    assertThat(refused("UPDATE main.default.f SET id = 1")).contains("IDENTITY_COLUMN_GIVEN");
    assertThat(refused("UPDATE main.default.f SET total = 1"))
        .contains("GENERATED_COLUMN_MISMATCH");
    assertThat(refused("ALTER TABLE main.default.f ADD COLUMN more INT DEFAULT 1"))
        .contains("NEW_COLUMN_FILLED");
    ok("ALTER TABLE main.default.f ALTER COLUMN price SET DEFAULT 2 + 2");
    ok("ALTER TABLE main.default.f ALTER COLUMN made DROP DEFAULT");
    ok("INSERT INTO main.default.f (name) VALUES ('last')");

    assertThat(ok("SELECT id, price, total, made FROM main.default.f WHERE name = 'last'"))
        .isEqualTo("[[\"160\",\"4.00\",\"8.00\",null]]");
  }

  @Test
  void whatCannotFillAColumnIsRefused() {
    for (String column :
        new String[] {
          "a INT DEFAULT 'x'",
          "a INT DEFAULT b",
          "a INT GENERATED ALWAYS AS IDENTITY",
          "a BIGINT GENERATED ALWAYS AS IDENTITY (INCREMENT BY 0)",
          "a INT GENERATED ALWAYS AS (none + 1)",
          "a INT GENERATED ALWAYS AS ((SELECT 1))",
          "a DATE GENERATED ALWAYS AS (b)"
        }) {
      refused("CREATE TABLE main.default.wrong (" + column + ", b INT)");
    }
    assertThat(ok("SHOW TABLES IN main.default")).doesNotContain("wrong");
  }

  @Test
  void aTableGetsTheColumnsOfRowsWhenItIsAskedTo() {
    ok(
        "CREATE TABLE main.default.e (id BIGINT, n INT) TBLPROPERTIES ('delta.enableTypeWidening' ="
            + " 'true')");
    ok("INSERT INTO main.default.e VALUES (1, 10)");
    assertThat(refused("INSERT INTO main.default.e BY NAME SELECT 2 AS id, 'x' AS name"))
        .contains("UNKNOWN_COLUMN", "'name'");
    ok("INSERT WITH SCHEMA EVOLUTION INTO main.default.e BY NAME SELECT 2 AS id, 'x' AS name");
    ok(
        "INSERT WITH SCHEMA EVOLUTION INTO main.default.e SELECT 3, 9000000000000, 'y', true AS"
            + " flag");
    ok(
        """
        MERGE WITH SCHEMA EVOLUTION INTO main.default.e AS t
        USING (SELECT 1 AS id, 1.5::DOUBLE AS score UNION ALL SELECT 4, 2.5) AS s ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
        """);

    assertThat(ok("SELECT id, n, name, flag, score FROM main.default.e ORDER BY id"))
        .isEqualTo(
            "[[\"1\",\"10\",null,null,\"1.5\"],[\"2\",null,\"x\",null,null],[\"3\",\"9000000000000\",\"y\",\"true\",null],[\"4\",null,null,null,\"2.5\"]]");
    assertThat(ok("DESCRIBE main.default.e"))
        .contains("[\"n\",\"bigint\"", "[\"flag\",\"boolean\"", "[\"score\",\"double\"");
    assertThat(ok("DESCRIBE HISTORY main.default.e").split("MERGE", -1)).hasSize(2);
  }

  @Test
  void rowsBringTheFieldsInsideColumns() {
    ok("CREATE TABLE main.default.deep AS SELECT 1 AS id, {'a': 1} AS s");
    assertThat(refused("INSERT INTO main.default.deep SELECT 2, {'a': 2, 'b': 'x'}"))
        .contains("'s'");
    ok("INSERT WITH SCHEMA EVOLUTION INTO main.default.deep SELECT 2, {'a': 2, 'b': 'x'}");
    ok("INSERT INTO main.default.deep SELECT 3, {'b': 'only'}");
    ok(
        """
        MERGE WITH SCHEMA EVOLUTION INTO main.default.deep AS t
        USING (SELECT 1 AS id, {'a': 5, 'c': true} AS s) AS n ON t.id = n.id
        WHEN MATCHED THEN UPDATE SET *
        """);

    assertThat(ok("SELECT id, s.a, s.b, s.c FROM main.default.deep ORDER BY id"))
        .isEqualTo(
            "[[\"1\",\"5\",null,\"true\"],[\"2\",\"2\",\"x\",null],[\"3\",null,\"only\",null]]");
    assertThat(ok("DESCRIBE main.default.deep"))
        .contains("[\"s\",\"struct<a:int,b:string,c:boolean>\"");
  }
}
