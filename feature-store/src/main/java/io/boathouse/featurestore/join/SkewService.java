package io.boathouse.featurestore.join;

import io.boathouse.catalog.securable.FullName;
import io.boathouse.featurestore.join.SkewSql.Counted;
import io.boathouse.featurestore.join.SkewSql.Feature;
import io.boathouse.featurestore.join.SkewSql.Served;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.FeatureSpecService;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.platform.auth.Caller;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares training sets with what an inference table says was served. Thread-safe; blocks on the
 * query engine and the file store.
 */
public final class SkewService {
  private final TrainingSetService sets;
  private final FeatureSpecService specs;
  private final GovernedReads reads;
  private final FileStore storage;
  private final DuckDb duckDb;

  public SkewService(
      TrainingSetService sets,
      FeatureSpecService specs,
      GovernedReads reads,
      FileStore storage,
      DuckDb duckDb) {
    this.sets = sets;
    this.specs = specs;
    this.reads = reads;
    this.storage = storage;
    this.duckDb = duckDb;
  }

  /**
   * Compares every number of a training set with the requests since an instant; needs SELECT on the
   * tables that the set was made of, and on the inference table.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if the table lacks a column
   *     of an inference table
   */
  public SkewReport compare(Caller caller, String id, FullName inferences, Instant since) {
    TrainingSet set = sets.readable(caller, id);
    SkewSql skew = new SkewSql(features(caller, set));
    Path file = storage.localCopy(set.data());
    String rows = "read_parquet(" + SqlText.literal(file.toString()) + ")";
    SkewSql.Edges edges;
    List<Counted> training;
    try (DuckSession session = duckDb.open(DuckAccess.reading(file))) {
      edges = skew.edges(session, rows);
      training = skew.training(session, rows, edges);
    }
    String table =
        inferences.parts().stream().map(SqlText::identifier).collect(Collectors.joining("."));
    return reads.query(
        caller,
        "SELECT * FROM " + table,
        Map.of(),
        List.of(),
        open -> {
          requireInferences(open, inferences);
          String logged =
              "SELECT features FROM (%s) WHERE request_time >= %s"
                  .formatted(open.select(), SqlText.literal(since));
          Served served = skew.take(open.session(), logged);
          List<Counted> asked = skew.served(open.session(), edges);
          return new SkewReport(
              set.rows(),
              served.requests(),
              served.vectors(),
              served.incomplete(),
              skew.compared(training, asked));
        });
  }

  private static void requireInferences(OpenQuery open, FullName table) {
    List<String> columns =
        open.session().query("DESCRIBE " + open.select(), row -> row.getString("column_name"));
    if (!columns.containsAll(List.of("request_time", "features"))) {
      throw TrainingSetErrors.invalid(
          "inference_table",
          table.toString(),
          "an inference table, with the columns request_time and features");
    }
  }

  private List<Feature> features(Caller caller, TrainingSet set) {
    FeatureSpec spec = specs.get(caller, set.request().spec(), set.request().specVersion());
    List<Feature> features =
        MatrixExporter.checked(set, MatrixExport.of(set.request().labelColumn())).stream()
            .filter(column -> column.role() == MatrixColumn.Role.FEATURE)
            .map(
                column ->
                    new Feature(
                        column.name(),
                        column.type() == MatrixColumn.Type.TIMESTAMP,
                        defaultOf(spec, column.name())))
            .toList();
    if (features.isEmpty()) {
      throw TrainingSetErrors.invalid(
          "id", set.id(), "a training set with features that are numbers");
    }
    return features;
  }

  private static Optional<Double> defaultOf(FeatureSpec spec, String name) {
    return spec.outputs().stream()
        .filter(output -> output.name().equals(name))
        .map(OutputColumn::source)
        .flatMap(
            source ->
                source instanceof Source.Looked looked
                    ? looked.defaultValue().stream()
                    : Stream.empty())
        .flatMap(
            value ->
                switch (value) {
                  case Number number -> Stream.of((double) number.floatValue());
                  case Boolean flag -> Stream.of(flag ? 1.0 : 0.0);
                  default -> Stream.<Double>empty();
                })
        .findFirst();
  }
}
