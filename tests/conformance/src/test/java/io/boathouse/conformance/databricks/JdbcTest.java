package io.boathouse.conformance.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.databricks.sdk.WorkspaceClient;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.Http;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.Users;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Databricks JDBC driver, which reads results as Arrow from signed addresses. */
@Conformance
class JdbcTest {
  private static Connection connection;

  @BeforeAll
  static void open(PackagedServer server) throws SQLException {
    WorkspaceClient client = Workspace.of(server);
    Workspace.newCatalog(client, "dbx_jdbc");
    connection = connect(server, server.token());
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE dbx_jdbc.s.boats (
            id BIGINT NOT NULL COMMENT 'the number on its bow', name STRING, price DECIMAL(10,2))
          """);
      assertThat(
              statement.executeUpdate(
                  "INSERT INTO dbx_jdbc.s.boats VALUES (1, 'skiff', 1.5), (2, 'four', NULL)"))
          .isEqualTo(2);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  private static Connection connect(PackagedServer server, String token) throws SQLException {
    Properties properties = new Properties();
    properties.put("UID", "token");
    properties.put("PWD", token);
    return DriverManager.getConnection(
        "jdbc:databricks://localhost:%d/default;transportMode=http;ssl=0;AuthMech=3;usethriftclient=0;EnableTelemetry=0;httpPath=/sql/1.0/warehouses/default"
            .formatted(server.port()),
        properties);
  }

  private static List<List<String>> texts(ResultSet rows, String... columns) throws SQLException {
    List<List<String>> texts = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (String column : columns) {
          row.add(rows.getString(column));
        }
        texts.add(row);
      }
    }
    return texts;
  }

  private static List<List<String>> query(String sql, String... columns) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return texts(statement.executeQuery(sql), columns);
    }
  }

  @Test
  void catalogsSchemasTablesAndColumnsAreListed() throws SQLException {
    var metadata = connection.getMetaData();

    assertThat(texts(metadata.getCatalogs(), "TABLE_CAT")).contains(List.of("dbx_jdbc"));
    assertThat(texts(metadata.getSchemas("dbx_jdbc", "%"), "TABLE_SCHEM")).contains(List.of("s"));
    assertThat(texts(metadata.getSchemas(), "TABLE_CATALOG", "TABLE_SCHEM"))
        .contains(List.of("dbx_jdbc", "s"));
    assertThat(
            texts(
                metadata.getTables("dbx_jdbc", "s", "b_ats", new String[] {"TABLE"}),
                "TABLE_NAME",
                "TABLE_TYPE"))
        .containsExactly(List.of("boats", "TABLE"));
    assertThat(texts(metadata.getTables(null, null, "boats", null), "TABLE_CAT"))
        .contains(List.of("dbx_jdbc"));
    assertThat(
            texts(
                metadata.getColumns("dbx_jdbc", "s", "boats", "%"),
                "COLUMN_NAME",
                "TYPE_NAME",
                "COLUMN_SIZE",
                "IS_NULLABLE",
                "REMARKS"))
        .containsExactly(
            List.of("id", "BIGINT", "19", "NO", "the number on its bow"),
            List.of("name", "STRING", "255", "YES", ""),
            List.of("price", "DECIMAL", "10", "YES", ""));
    assertThat(texts(metadata.getPrimaryKeys("dbx_jdbc", "s", "boats"), "PK_NAME")).isEmpty();
    assertThat(texts(metadata.getFunctions("dbx_jdbc", null, "%"), "FUNCTION_NAME")).isEmpty();
  }

  @Test
  void valuesKeepTheirTypes() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT 4::bigint l, 2.5::double d, 1.25::decimal(10,2) c, true b, 'x' t,"
                    + " date '2026-01-02' e, timestamptz '2026-01-01 00:00:00Z' s, [1, 2] a,"
                    + " 'ab'::blob y, null n")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getObject("l")).isEqualTo(4L);
      assertThat(row.getObject("d")).isEqualTo(2.5);
      assertThat(row.getObject("c")).isEqualTo(new BigDecimal("1.25"));
      assertThat(row.getObject("b")).isEqualTo(true);
      assertThat(row.getObject("t")).isEqualTo("x");
      assertThat(row.getObject("e")).isEqualTo(Date.valueOf("2026-01-02"));
      assertThat(row.getObject("s")).isEqualTo(Timestamp.valueOf("2026-01-01 00:00:00"));
      assertThat(row.getString("a")).isEqualTo("[1,2]");
      assertThat(row.getBytes("y")).containsExactly('a', 'b');
      assertThat(row.getObject("n")).isNull();
      assertThat(row.next()).isFalse();
    }
  }

  @Test
  void aLargeResultIsReadChunkByChunk() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT range i, 'boat ' || range t FROM range(1500000)")) {
      long count = 0;
      while (rows.next()) {
        if (rows.getLong(1) != count) {
          throw new AssertionError("row " + count + " is " + rows.getLong(1));
        }
        count++;
      }
      assertThat(count).isEqualTo(1_500_000);
    }
  }

  @Test
  void markersAreValuesOnly() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT count(*) n FROM dbx_jdbc.s.boats WHERE name = ? OR id = ?")) {
      statement.setString(1, "x' OR '1'='1");
      statement.setLong(2, 1);
      assertThat(texts(statement.executeQuery(), "n")).containsExactly(List.of("1"));
    }
  }

  @Test
  void rowsAreChangedAndCounted() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE dbx_jdbc.s.counts AS SELECT * FROM range(5) t(a)");
      assertThat(statement.executeUpdate("UPDATE dbx_jdbc.s.counts SET a = a + 10 WHERE a > 2"))
          .isEqualTo(2);
      assertThat(statement.executeUpdate("DELETE FROM dbx_jdbc.s.counts WHERE a < 2")).isEqualTo(2);
    }
    assertThat(query("SELECT sum(a) AS s FROM dbx_jdbc.s.counts", "s"))
        .containsExactly(List.of("29"));
  }

  @Test
  void aConnectionHasACatalogAndASchemaOfItsOwn(PackagedServer server) throws SQLException {
    try (Connection own = connect(server, server.token());
        Statement statement = own.createStatement()) {
      own.setCatalog("dbx_jdbc");
      own.setSchema("s");

      assertThat(texts(statement.executeQuery("SELECT count(*) AS n FROM boats"), "n"))
          .containsExactly(List.of("2"));
      assertThat(own.getCatalog() + "." + own.getSchema()).isEqualTo("dbx_jdbc.s");
    }
    assertThatThrownBy(() -> query("SELECT count(*) AS n FROM boats", "n"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void aMistakeIsAnExceptionWithItsState() {
    assertThatThrownBy(() -> query("SELEC 1"))
        .isInstanceOfSatisfying(
            SQLException.class, failure -> assertThat(failure.getSQLState()).isEqualTo("42601"))
        .hasMessageContaining("PARSE_SYNTAX_ERROR");
  }

  @Test
  void aStatementEndsAtItsTimeout() {
    assertThatThrownBy(
            () -> {
              try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                ResultSet unused =
                    statement.executeQuery(
                        "SELECT count(*) FROM range(10000000) a, range(100000) b"
                            + " WHERE a.range % 7 = b.range % 11");
              }
            })
        .isInstanceOf(SQLTimeoutException.class);
  }

  @Test
  void rowsBeyondTheMostAreLeftOut() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setMaxRows(3);
      assertThat(texts(statement.executeQuery("SELECT range i FROM range(10)"), "i")).hasSize(3);
    }
  }

  @Test
  void aStrangerConnectsAndSeesNothing(PackagedServer server) throws SQLException {
    String token = new Users(new Http(server)).token("dbx-jdbc-stranger");
    try (Connection stranger = connect(server, token);
        Statement statement = stranger.createStatement()) {
      assertThat(texts(stranger.getMetaData().getCatalogs(), "TABLE_CAT"))
          .doesNotContain(List.of("dbx_jdbc"));
      assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM dbx_jdbc.s.boats"))
          .isInstanceOf(SQLException.class)
          .message()
          .doesNotContain("skiff");
    }
  }
}
