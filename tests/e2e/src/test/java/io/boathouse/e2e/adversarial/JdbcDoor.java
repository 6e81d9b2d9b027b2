package io.boathouse.e2e.adversarial;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** The Databricks JDBC driver. */
final class JdbcDoor {
  private JdbcDoor() {}

  static Connection open(People people, Who who) throws SQLException {
    Properties properties = new Properties();
    properties.put("UID", "token");
    properties.put("PWD", people.token(who));
    return DriverManager.getConnection(
        "jdbc:databricks://localhost:%d/default;transportMode=http;ssl=0;AuthMech=3;usethriftclient=0;EnableTelemetry=0;httpPath=/sql/1.0/warehouses/default"
            .formatted(people.server().getPort()),
        properties);
  }

  static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return texts(rows);
    }
  }

  static List<String> columns(Connection connection, Guarded guarded) throws SQLException {
    try (ResultSet rows =
        connection.getMetaData().getColumns("main", "guarded", guarded.word(), "%")) {
      return texts(rows);
    }
  }

  private static List<String> texts(ResultSet rows) throws SQLException {
    List<String> texts = new ArrayList<>();
    int width = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= width; i++) {
        row.add(String.valueOf(rows.getString(i)));
      }
      texts.add(row.toString());
    }
    return texts;
  }
}
