package io.boathouse.featurestore.join;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.featurestore.join.MatrixColumn.Role;
import io.boathouse.platform.duckdb.DuckAccess;
import io.boathouse.platform.duckdb.DuckDb;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Streams the Parquet file of a training set into a matrix, in its order. */
final class MatrixExporter {
  private final DuckDb duckDb;

  MatrixExporter(DuckDb duckDb) {
    this.duckDb = duckDb;
  }

  long export(TrainingSet set, Path parquet, Path file, MatrixExport export) {
    List<MatrixColumn> columns = columns(set, export);
    String source =
        "read_parquet(%s)%s".formatted(SqlText.literal(parquet.toString()), where(set, export));
    try (DuckSession session = duckDb.openStreaming(DuckAccess.reading(parquet))) {
      long rows = session.query("SELECT count(*) FROM " + source, row -> row.getLong(1)).getFirst();
      try (TrainingMatrixWriter writer =
          TrainingMatrixWriter.create(file, columns, rows, attributes(set, export))) {
        stream(session, source, columns, writer);
        writer.finish();
      }
      return rows;
    }
  }

  private static void stream(
      DuckSession session, String source, List<MatrixColumn> columns, TrainingMatrixWriter writer) {
    String selected =
        columns.stream().map(MatrixExporter::expression).collect(Collectors.joining(", "));
    double[] values = new double[columns.size()];
    try (PreparedStatement statement =
            session.connection().prepareStatement("SELECT " + selected + " FROM " + source);
        ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        for (int i = 0; i < values.length; i++) {
          values[i] = result.getDouble(i + 1);
        }
        writer.appendRow(values);
      }
    } catch (SQLException e) {
      throw TrainingSetErrors.io("exported", e);
    }
  }

  private static String expression(MatrixColumn column) {
    String name = identifier(column.name());
    String number = column.type() == MatrixColumn.Type.TIMESTAMP ? "epoch_us(" + name + ")" : name;
    return "coalesce(CAST(" + number + " AS DOUBLE), CAST('NaN' AS DOUBLE))";
  }

  /** The columns of an export after checking that it can be made. */
  static List<MatrixColumn> checked(TrainingSet set, MatrixExport export) {
    String unused = where(set, export);
    return columns(set, export);
  }

  private static String where(TrainingSet set, MatrixExport export) {
    List<String> equal = new ArrayList<>();
    new TreeMap<>(export.where())
        .forEach(
            (name, value) ->
                equal.add(
                    "CAST(%s AS VARCHAR) = %s"
                        .formatted(
                            identifier(set.column("where", name).name()), SqlText.literal(value))));
    return equal.isEmpty() ? "" : " WHERE " + String.join(" AND ", equal);
  }

  private static List<MatrixColumn> columns(TrainingSet set, MatrixExport export) {
    List<MatrixColumn> columns = new ArrayList<>();
    List<String> features =
        export.features().isEmpty()
            ? set.features().stream()
                .filter(name -> type(set.column("features", name)).isPresent())
                .toList()
            : export.features();
    features.forEach(name -> columns.add(matrixColumn(set, "features", name, Role.FEATURE)));
    columns.add(matrixColumn(set, "label", export.label(), Role.LABEL));
    export.key().ifPresent(name -> columns.add(matrixColumn(set, "key", name, Role.KEY)));
    export.time().ifPresent(name -> columns.add(matrixColumn(set, "time", name, Role.TIME)));
    export.group().ifPresent(name -> columns.add(matrixColumn(set, "group", name, Role.GROUP)));
    return columns;
  }

  private static MatrixColumn matrixColumn(TrainingSet set, String field, String name, Role role) {
    TrainingSet.Column column = set.column(field, name);
    MatrixColumn.Type type =
        type(column)
            .orElseThrow(
                () ->
                    TrainingSetErrors.invalid(
                        field, name + " " + column.sqlType(), "a number, boolean or timestamp"));
    return new MatrixColumn(column.name(), type, role);
  }

  private static Optional<MatrixColumn.Type> type(TrainingSet.Column column) {
    return switch (column.sqlType()) {
      case "boolean" -> Optional.of(MatrixColumn.Type.BOOLEAN);
      case "tinyint", "smallint", "int", "bigint" -> Optional.of(MatrixColumn.Type.LONG);
      case "float" -> Optional.of(MatrixColumn.Type.FLOAT);
      case "double" -> Optional.of(MatrixColumn.Type.DOUBLE);
      case "timestamp" -> Optional.of(MatrixColumn.Type.TIMESTAMP);
      default -> Optional.empty();
    };
  }

  private static Map<String, String> attributes(TrainingSet set, MatrixExport export) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put("training_set", set.id());
    attributes.put("sha256", set.sha256());
    attributes.put("spec", set.request().spec().toString());
    attributes.put("spec_version", Integer.toString(set.request().specVersion()));
    set.featureVersions()
        .forEach((name, version) -> attributes.put("version:" + name, Long.toString(version)));
    export.where().forEach((name, value) -> attributes.put("where:" + name, value));
    return attributes;
  }
}
