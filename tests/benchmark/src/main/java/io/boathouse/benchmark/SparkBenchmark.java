package io.boathouse.benchmark;

import io.boathouse.conformance.spark.Spark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What do small commits and a merge cost beside Delta Spark {@code local[2]}, each in a process of
 * its own, warm, on the clock? Ours goes through SQL over HTTP, Spark's is told in its process.
 */
final class SparkBenchmark {
  static final String QUESTION = "spark";

  /** Ours for each of Spark's, which takes as long as ten of ours or more. */
  private static final int PART = 10;

  /** Spark's commits for each of those whose flatness is measured. */
  private static final int SHARE = 100;

  private static final String SPARKS_COLUMNS =
      """
      id, id % 1000 AS k, id * 0.5D AS d, concat('name ', id % 5000) AS name,
      date_add(DATE '2001-01-01', CAST(id % 365 AS INT)) AS day, id % 2 = 0 AS even,
      xxhash64(id) AS h, CAST(id % 100000 AS INT) AS i, sqrt(id) AS root,
      CASE WHEN id % 10 = 0 THEN NULL ELSE CAST(id % 77 AS DOUBLE) END AS sparse
      """;

  private final Rest rest;
  private final Spark spark;
  private final Path folder;
  private final Scale scale;

  private SparkBenchmark(Rest rest, Spark spark, Path folder, Scale scale) {
    this.rest = rest;
    this.spark = spark;
    this.folder = folder;
    this.scale = scale;
  }

  static List<Figure> run(ServerUnderTest server, Path folder, Scale scale) throws Exception {
    Path root = Path.of(System.getProperty("boathouse.root", "")).toAbsolutePath();
    try (Spark spark = Spark.start(root, Files.createDirectories(folder))) {
      var benchmark = new SparkBenchmark(server.rest(), spark, folder, scale);
      List<Figure> figures = new ArrayList<>(benchmark.commits());
      figures.addAll(benchmark.merge());
      return figures;
    }
  }

  private interface Statement {
    void run() throws Exception;
  }

  private static double seconds(Statement statement) throws Exception {
    long began = System.nanoTime();
    statement.run();
    return (System.nanoTime() - began) / 1e9;
  }

  private List<Figure> commits() throws Exception {
    String table = table("small");
    rest.statement("CREATE TABLE main.default.beside (n BIGINT, name STRING)");
    spark("CREATE TABLE %s (n BIGINT, name STRING) USING delta".formatted(table));
    int theirCommits = Math.max(2, scale.commits() / SHARE);
    insert(table, Math.max(1, theirCommits / PART), PART);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < theirCommits; i++) {
      ours.add(seconds(() -> insert(PART)) / PART);
      theirs.add(seconds(() -> insert(table)));
    }
    double ourRate = theirCommits / ours.stream().mapToDouble(one -> one).sum();
    double theirRate = theirCommits / theirs.stream().mapToDouble(one -> one).sum();
    String question = QUESTION + ": one row a commit";
    return List.of(
        Figure.plain(question, "ours, commits a second", ourRate, "/s"),
        Figure.plain(question, "Delta Spark, commits a second", theirRate, "/s"),
        Figure.atLeast(question, "ratio", ourRate / theirRate, 10, "x"));
  }

  private void insert(String table, int theirs, int ours) throws Exception {
    for (int i = 0; i < theirs; i++) {
      insert(table);
    }
    insert(ours);
  }

  private void insert(String table) throws Exception {
    spark("INSERT INTO %s VALUES (1, 'one of many')".formatted(table));
  }

  private void insert(int count) {
    for (int i = 0; i < count; i++) {
      rest.statement("INSERT INTO main.default.beside VALUES (1, 'one of many')");
    }
  }

  /** Every hundredth row of the same table gets another value, in turn. */
  private List<Figure> merge() throws Exception {
    String table = table("wide");
    rest.statement(
        "CREATE TABLE main.default.merged AS SELECT " + TableBenchmark.columns(scale.tableRows()));
    spark(
        "CREATE TABLE %s USING delta AS SELECT %s FROM range(%d)"
            .formatted(table, SPARKS_COLUMNS, scale.tableRows()));
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int round = 0; round < scale.rounds(); round++) {
      String merge =
          """
          MERGE INTO %s AS t USING (SELECT %s * 100 AS id, -%d.0D AS d FROM range(%d)) AS s
          ON t.id = s.id WHEN MATCHED THEN UPDATE SET d = s.d
          """;
      long changed = scale.tableRows() / 100;
      String our =
          merge
              .formatted("main.default.merged", "range", round + 1, changed)
              .replace(".0D", ".0::DOUBLE");
      String their = merge.formatted(table, "id", round + 1, changed);
      ours.add(seconds(() -> rest.statement(our)));
      theirs.add(seconds(() -> spark(their)));
      String count = "SELECT count(*) FROM %s WHERE d = -%d";
      check(
          changed,
          rest.row(count.formatted("main.default.merged", round + 1)).path(0).asLong(),
          Long.parseLong(spark.run(count.formatted(table, round + 1)).getFirst()));
    }
    String question = QUESTION + ": merge of one row in a hundred";
    double our = Rounds.median(ours);
    double their = Rounds.median(theirs);
    return List.of(
        Figure.plain(question, "ours, wall (median of " + ours.size() + ")", our, "s"),
        Figure.plain(question, "Delta Spark, wall", their, "s"),
        Figure.atLeast(question, "ratio", their / our, 5, "x"));
  }

  private String table(String name) {
    return "delta.`" + folder.resolve(name) + "`";
  }

  private void spark(String statement) throws Exception {
    var unused = spark.run(statement);
  }

  private static void check(long expected, long ours, long theirs) {
    if (ours != expected || theirs != expected) {
      throw new IllegalStateException(
          "rows merged: %d and %d (expected: %d)".formatted(ours, theirs, expected));
    }
  }
}
