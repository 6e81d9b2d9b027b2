package io.boathouse.featurestore.join;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.join.TrainingSetRequest.Join;
import io.boathouse.featurestore.spec.FeatureLookup;
import io.boathouse.featurestore.spec.FeatureSpec;
import io.boathouse.featurestore.spec.InputColumn;
import io.boathouse.featurestore.spec.OutputColumn;
import io.boathouse.featurestore.spec.OutputColumn.Source;
import io.boathouse.featurestore.table.FeatureColumn;
import io.boathouse.featurestore.table.FeatureRelation;
import io.boathouse.featurestore.table.FeatureTable;
import io.boathouse.featurestore.table.GovernedReads;
import io.boathouse.featurestore.table.KnownAt;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.sql.engine.QueryEngine.OpenQuery;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Joins labels and features in one session, into one file. */
final class TrainingSetBuild {
  private final TrainingSetRequest request;
  private final FeatureSpec spec;
  private final List<FeatureTable> tables;

  /**
   * @param tables the distinct tables of the spec, in the order of their views
   */
  TrainingSetBuild(TrainingSetRequest request, FeatureSpec spec, List<FeatureTable> tables) {
    this.request = request;
    this.spec = spec;
    this.tables = tables;
  }

  /**
   * What was built.
   *
   * @param file below the session's scratch folder
   */
  record Built(
      Path file,
      List<TrainingSet.Column> columns,
      long rows,
      SortedMap<String, Long> notFound,
      SortedMap<String, Long> notKnown,
      String sha256) {}

  Built run(OpenQuery open) {
    DuckSession session = open.session();
    List<Column> labels = columns(session, open.select());
    String widened = checked(labels, open.select());
    for (int i = 0; i < tables.size(); i++) {
      session.execute(
          "CREATE TEMP VIEW %s AS %s"
              .formatted(
                  identifier(relation(i)),
                  naive(
                      tables.get(i),
                      FeatureRelation.history(
                          tables.get(i), GovernedReads.view(i), tables.get(i).features()))));
    }
    AsOfSql join =
        new AsOfSql(
            session, "(" + widened + ")", request.timestampColumn(), request.orderBy(), lookups());
    join.takeLabels();
    requireOneOrder(session);
    join.match();
    ComputedColumns computed = new ComputedColumns(spec);
    String rows = computed.isEmpty() ? join.select() : computed.beside(session, join.select());
    Path file = session.scratch().resolve("training-set.parquet");
    session.execute("COPY (%s) TO %s (FORMAT parquet)".formatted(rows, SqlText.literal(file)));
    return counted(session, file);
  }

  /** Of rows that were corrected, a naive join has seen the last correction. */
  private String naive(FeatureTable table, String select) {
    boolean corrected = table.knownLater() && !(table.shape().knownAt() instanceof KnownAt.Delay);
    if (request.join() != Join.NAIVE || !corrected) {
      return select;
    }
    return "SELECT * FROM (%s) QUALIFY rank() OVER (PARTITION BY %s, %s ORDER BY %s DESC) = 1"
        .formatted(
            select,
            SqlText.identifiers(table.keys().stream().map(FeatureColumn::name).toList()),
            FeatureRelation.EVENT,
            FeatureRelation.KNOWN);
  }

  private void requireOneOrder(DuckSession session) {
    String repeated =
        "SELECT count(*) > count(DISTINCT row(%s)) FROM %s"
            .formatted(SqlText.identifiers(request.orderBy()), AsOfSql.LABELS);
    if (session.query(repeated, row -> row.getBoolean(1)).getFirst()) {
      throw TrainingSetErrors.invalid(
          "order_by", request.orderBy().toString(), "columns that no two labels have in common");
    }
  }

  private Built counted(DuckSession session, Path file) {
    String source = "read_parquet(" + SqlText.literal(file) + ")";
    int lookups = spec.definition().lookups().size();
    String found =
        IntStream.range(0, lookups)
            .mapToObj(i -> ", count(*) FILTER (NOT " + identifier("__found_" + i) + ")")
            .collect(Collectors.joining());
    SortedMap<String, Long> notFound = new TreeMap<>();
    long[] counts =
        session
            .query(
                "SELECT count(*)%s FROM %s".formatted(found, source),
                row -> {
                  long[] all = new long[1 + lookups];
                  for (int i = 0; i < all.length; i++) {
                    all[i] = row.getLong(i + 1);
                  }
                  return all;
                })
            .getFirst();
    for (int i = 0; i < lookups; i++) {
      notFound.put(
          "%02d %s".formatted(i, spec.definition().lookups().get(i).table()), counts[1 + i]);
    }
    List<Column> columns =
        columns(session, "SELECT * FROM " + source).stream()
            .filter(column -> !column.name().startsWith("__found_"))
            .toList();
    return new Built(
        file,
        columns.stream()
            .map(column -> new TrainingSet.Column(column.name(), column.type().text()))
            .toList(),
        counts[0],
        notFound,
        notKnown(session, source, notFound),
        RowDigest.of(session, file, counts[0], columns));
  }

  /** How many labels have no row only because none was known, by lookup. */
  private SortedMap<String, Long> notKnown(
      DuckSession session, String source, SortedMap<String, Long> notFound) {
    SortedMap<String, Long> counts = new TreeMap<>();
    List<AsOfLookup> lookups = lookups();
    int i = 0;
    for (Map.Entry<String, Long> missing : notFound.entrySet()) {
      AsOfLookup lookup = lookups.get(i);
      boolean late = request.join() == Join.KNOWN_TIME && lookup.knownLater();
      if (late && missing.getValue() > 0) {
        String labels =
            "(SELECT * FROM %s WHERE NOT %s)".formatted(source, identifier("__found_" + i));
        String sql = AsOfSql.countNaive(lookup, labels, request.timestampColumn());
        long count = session.query(sql, row -> row.getLong(1)).getFirst();
        if (count > 0) {
          counts.put(missing.getKey(), count);
        }
      }
      i++;
    }
    return counts;
  }

  private List<AsOfLookup> lookups() {
    List<AsOfLookup> joined = new ArrayList<>();
    for (int i = 0; i < spec.definition().lookups().size(); i++) {
      FeatureLookup lookup = spec.definition().lookups().get(i);
      int at = position(lookup);
      FeatureTable table = tables.get(at);
      List<AsOfLookup.Output> outputs = new ArrayList<>();
      for (int column = 0; column < spec.columns().size(); column++) {
        if (spec.columns().get(column).source() instanceof Source.Looked looked
            && looked.lookup() == i) {
          outputs.add(
              new AsOfLookup.Output(
                  looked.feature(), ComputedColumns.joined(spec, column), looked.defaultValue()));
        }
      }
      joined.add(
          new AsOfLookup(
              relation(at),
              lookup.lookupKeys(),
              table.keys().stream().map(key -> key.name()).toList(),
              FeatureRelation.EVENT,
              knownTime(table),
              request.join() == Join.KNOWN_TIME
                      && table.shape().knownAt() instanceof KnownAt.Delay(Duration delay)
                  ? delay
                  : Duration.ZERO,
              table.windowed().isPresent(),
              lookup.tolerance(),
              outputs));
    }
    return joined;
  }

  private Optional<String> knownTime(FeatureTable table) {
    boolean own = !(table.shape().knownAt() instanceof KnownAt.Delay);
    return own && request.join() == Join.KNOWN_TIME
        ? Optional.of(FeatureRelation.KNOWN)
        : Optional.empty();
  }

  private int position(FeatureLookup lookup) {
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).name().equals(lookup.table())) {
        return i;
      }
    }
    throw new IllegalStateException("table: " + lookup.table() + " (expected: one of the spec's)");
  }

  private static String relation(int table) {
    return "known_features_" + table;
  }

  /** Checks the labels' columns. @return the labels with the spec's inputs in the spec's types */
  private String checked(List<Column> labels, String select) {
    List<String> names = labels.stream().map(Column::name).toList();
    Column time = column(labels, "timestamp_column", request.timestampColumn());
    if (!(time.type() instanceof DataType.TimestampType)) {
      throw TrainingSetErrors.invalid(
          "timestamp_column",
          time.name() + " " + time.type().text(),
          "a TIMESTAMP with time zone; cast it with timezone('UTC', column)");
    }
    Column unused = column(labels, "label_column", request.labelColumn());
    request.orderBy().forEach(name -> column(labels, "order_by", name));
    for (OutputColumn output : spec.outputs()) {
      boolean given = output.source() instanceof Source.Request;
      if (!given && names.stream().anyMatch(output.name()::equalsIgnoreCase)) {
        throw TrainingSetErrors.invalid(
            "labels", output.name(), "no column with the name of a looked-up or computed feature");
      }
    }
    List<String> columns = new ArrayList<>();
    for (Column label : labels) {
      Optional<InputColumn> input =
          spec.inputs().stream()
              .filter(wanted -> wanted.name().equalsIgnoreCase(label.name()))
              .findFirst();
      input.ifPresent(wanted -> requireType(label, wanted));
      columns.add(
          input
              .map(wanted -> FeatureRelation.widened(label.name(), wanted.type()))
              .orElse(identifier(label.name())));
    }
    spec.inputs().forEach(input -> column(labels, "the spec's input", input.name()));
    return "SELECT %s FROM (%s)".formatted(String.join(", ", columns), select);
  }

  private static void requireType(Column label, InputColumn input) {
    String type = label.type().text();
    boolean fits =
        switch (input.type()) {
          case LONG -> List.of("tinyint", "smallint", "int", "bigint").contains(type);
          case DOUBLE ->
              List.of("tinyint", "smallint", "int", "bigint", "float", "double").contains(type);
          case BOOLEAN, STRING, TIMESTAMP ->
              type.equals(input.type().name().toLowerCase(Locale.ROOT));
        };
    if (!fits) {
      throw TrainingSetErrors.invalid(
          "labels", label.name() + " " + type, input.type() + ", as the spec says");
    }
  }

  private static Column column(List<Column> columns, String field, String name) {
    return columns.stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                TrainingSetErrors.missing(
                    field, name, columns.stream().map(Column::name).toList()));
  }

  private static List<Column> columns(DuckSession session, String select) {
    return session.query(
        "DESCRIBE " + select,
        row -> Column.of(row.getString(1), DuckTypes.parse(row.getString(2))));
  }
}
