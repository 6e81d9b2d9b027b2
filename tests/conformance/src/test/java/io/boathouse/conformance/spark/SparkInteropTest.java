package io.boathouse.conformance.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.databricks.sdk.WorkspaceClient;
import io.boathouse.conformance.Conformance;
import io.boathouse.conformance.PackagedServer;
import io.boathouse.conformance.databricks.Workspace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spark and the server take turns in writing one table, and read the same rows after each turn. */
@Conformance
@Tag("interop")
@Timeout(600)
class SparkInteropTest {
  private static final String COLUMNS =
      """
      CAST(id AS STRING), name, CAST(amount AS STRING), CAST(day AS STRING), CAST(even AS STRING)
      """;
  private static final String ROWS =
      """
      SELECT CAST(range AS BIGINT) AS id, 'name ' || range AS name,
        CAST(range AS DECIMAL(12, 2)) AS amount,
        CAST(DATE '2001-06-01' + CAST(range % 3 AS INTEGER) AS DATE) AS day,
        CASE WHEN range % 10 = 0 THEN NULL ELSE range % 2 = 0 END AS even
      FROM range(1000)
      """;

  private static WorkspaceClient client;
  private static PackagedServer packaged;
  private static Spark spark;

  @BeforeAll
  static void start(PackagedServer server) throws Exception {
    packaged = server;
    client = Workspace.of(server);
    Workspace.newCatalog(client, "spark");
    spark = Spark.start(PackagedServer.repository(), server.newFolder("spark"));
  }

  @AfterAll
  static void stop() throws Exception {
    spark.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain | ''",
        "parts | PARTITIONED BY (day)",
        "vectors | TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')",
        "feed | TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')",
      })
  void bothWriteAndReadTheSameTable(String table, String how) throws IOException {
    String name = "spark.s." + table;
    ours("CREATE TABLE %s %s AS %s".formatted(name, how, ROWS));
    String path = path(name);
    same(name, path, 1000);

    ours("DELETE FROM " + name + " WHERE id % 7 = 0");
    ours("UPDATE " + name + " SET name = 'ours', amount = amount + 1 WHERE id BETWEEN 10 AND 20");
    same(name, path, 857);

    theirs("INSERT INTO %s VALUES (5000, 'theirs', 0.50, DATE '2001-06-02', true)", path);
    theirs("DELETE FROM %s WHERE id % 11 = 0", path);
    theirs("UPDATE %s SET name = 'theirs' WHERE id BETWEEN 15 AND 30", path);
    same(name, path, 780);

    ours(
        """
        MERGE INTO %s AS t USING (SELECT range * 2 AS id, 'merged' AS name FROM range(10)) AS s
        ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = s.name
        WHEN NOT MATCHED THEN INSERT (id, name, day) VALUES (s.id, s.name, DATE '2001-06-01')
        """
            .formatted(name));
    theirs("OPTIMIZE %s", path);
    ours("INSERT INTO " + name + " " + ROWS);
    same(name, path, -1);

    assertThat(theirs("DESCRIBE HISTORY %s", path).toString())
        .contains("DELETE", "UPDATE", "MERGE", "WRITE", "OPTIMIZE", "CREATE TABLE AS SELECT");
  }

  @Test
  void aTableOfManyCommitsHasACheckpointThatSparkReads() throws IOException {
    ours("CREATE TABLE spark.s.many AS " + ROWS);
    for (int i = 0; i < 25; i++) {
      ours("INSERT INTO spark.s.many (id, name) VALUES (%d, 'late')".formatted(10_000 + i));
    }
    same("spark.s.many", path("spark.s.many"), 1025);
  }

  private static List<String> ours(String statement) {
    List<String> rows = new ArrayList<>();
    Collection<Collection<String>> data =
        Workspace.run(client, statement).getResult().getDataArray();
    if (data != null) {
      data.forEach(row -> rows.add(String.join("|", row.stream().map(String::valueOf).toList())));
    }
    return rows;
  }

  private static List<String> theirs(String statement, String path) throws IOException {
    return spark.run(statement.replace("%s", "delta.`" + path + "`"));
  }

  private static void same(String name, String path, int count) throws IOException {
    List<String> ours = ours("SELECT " + COLUMNS + " FROM " + name);
    if (count >= 0) {
      assertThat(ours).hasSize(count);
    }
    assertThat(theirs("SELECT " + COLUMNS + " FROM %s", path))
        .containsExactlyInAnyOrderElementsOf(ours);
  }

  private static String path(String name) {
    String location = client.tables().get(name).getStorageLocation();
    return location.contains(":/")
        ? Path.of(URI.create(location)).toString()
        : packaged.data().resolve("storage").resolve(location).toString();
  }
}
