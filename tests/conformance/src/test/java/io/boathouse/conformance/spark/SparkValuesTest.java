package io.boathouse.conformance.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.boathouse.conformance.PackagedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks Spark for the values with which {@code SparkFunctionsTest} of the sql module compares; with
 * {@code -Dboathouse.spark.record=true} it writes them down instead.
 */
@Tag("interop")
@Timeout(900)
class SparkValuesTest {
  private static final Path RECORDED =
      PackagedServer.repository()
          .resolve("lakehouse-core/sql/src/test/resources/io/boathouse/sql/govern");
  private static final List<String> TABLES =
      List.of(
          "SET spark.sql.codegen.wholeStage=false",
          "SET spark.sql.codegen.factoryMode=NO_CODEGEN",
          "SET spark.sql.shuffle.partitions=1",
          """
          CREATE TEMPORARY VIEW emp AS SELECT * FROM VALUES
            (1, 'ann', 'eng', 120, CAST(NULL AS INT)), (2, 'bob', 'eng', 90, 1),
            (3, 'cid', 'ops', 80, 1), (4, 'dan', 'ops', 80, 3), (5, 'eve', 'law', 60, 1)
            AS t(id, name, dept, pay, boss)
          """,
          """
          CREATE TEMPORARY VIEW dep AS SELECT * FROM VALUES
            ('eng', 'rome'), ('ops', 'oslo'), ('art', 'bern') AS t(dept, city)
          """);

  @TempDir static Path folder;
  private static Spark spark;

  @BeforeAll
  static void start() throws Exception {
    spark = Spark.start(PackagedServer.repository(), folder);
    for (String statement : TABLES) {
      spark.run(statement);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    spark.close();
  }

  @Test
  void sparkGivesTheValuesThatWereRecorded() throws IOException {
    Path file = RECORDED.resolve("spark-examples.tsv");
    List<String> now = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split("\t", -1);
      if (!line.startsWith("#")) {
        cells[2] = String.join("\\n", spark.run("SELECT CAST((" + cells[1] + ") AS STRING)"));
      }
      now.add(String.join("\t", cells));
    }
    compare(file, now);
  }

  @Test
  void sparkGivesTheRowsThatWereRecorded() throws IOException {
    Path file = RECORDED.resolve("spark-statements.txt");
    List<String> now = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("  ")) {
        continue;
      }
      now.add(line);
      if (!line.startsWith("#") && !line.startsWith("! ")) {
        spark.run(line).forEach(row -> now.add("  " + row));
      }
    }
    compare(file, now);
  }

  private static void compare(Path file, List<String> now) throws IOException {
    if (Boolean.getBoolean("boathouse.spark.record")) {
      Files.writeString(file, String.join("\n", now) + "\n");
    } else {
      assertThat(now).isEqualTo(Files.readAllLines(file));
    }
  }
}
