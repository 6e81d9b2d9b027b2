package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.compute.FilledRows.Origin;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.StoredField;
import io.boathouse.table.type.TableSchema;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a query in a session and writes its rows as Parquet into the session's scratch folder.
 */
public final class ParquetFiles {
  private static final String FILE_BYTES = "256MB";

  /** Larger ones are neither smaller nor faster, and a look for few rows reads more. */
  private static final int ROW_GROUP_ROWS = 122_880;

  private ParquetFiles() {}

  /** The columns that a query gives, as a table would keep them. */
  public static TableSchema describe(DuckSession session, String select) {
    return new TableSchema(
        session.query(
            "DESCRIBE SELECT * FROM (" + select + ")",
            row ->
                new Column(
                    row.getString("column_name"),
                    DuckTypes.parse(row.getString("column_type")),
                    true,
                    Optional.empty())));
  }

  /**
   * Writes the rows of a query as rows of a table.
   *
   * @param select trusted SQL
   * @return the files, none if there are no rows; they go with the session
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT naming the column that does
   *     not fit the table
   */
  public static List<WrittenFile> write(
      DuckSession session, String select, TableSchema schema, List<String> partitionColumns) {
    return write(session, select, TableShape.of(schema, partitionColumns));
  }

  /** Writes the rows, as above, if they meet the table's constraints. */
  public static List<WrittenFile> write(DuckSession session, String select, TableShape shape) {
    TableSchema schema = shape.schema();
    List<String> partitionColumns = shape.partitionColumns();
    Origin origin = shape.complete() ? Origin.COMPLETE : Origin.OUTSIDE;
    String rows =
        Constraints.guarded(
            session, new FilledRows(session, schema, origin).of(select, List.of()), shape);
    List<String> partitions =
        schema.columns().stream()
            .filter(column -> partitionColumns.contains(column.name()))
            .map(column -> shape.stored(column).name())
            .toList();
    String copy =
        "COPY (%s) TO %s (FORMAT parquet, COMPRESSION %s, ROW_GROUP_SIZE %d, %s, FIELD_IDS {%s}, RETURN_STATS)"
            .formatted(
                stored(rows, shape),
                SqlText.literal(session.scratch().resolve("rows-" + UUID.randomUUID())),
                shape.codec().option(),
                ROW_GROUP_ROWS,
                partitions.isEmpty()
                    ? "FILE_SIZE_BYTES '" + FILE_BYTES + "'"
                    : "PARTITION_BY (" + SqlText.identifiers(partitions) + ")",
                FieldIds.of(shape.inFiles()));
    List<WrittenFile> files =
        Constraints.naming(shape, () -> session.query(copy, row -> file(row, shape))).stream()
            .filter(file -> file.statistics().rows() > 0)
            .toList();
    files.forEach(file -> checkNulls(file, schema));
    return files;
  }

  /** The rows with the names of the files. */
  private static String stored(String rows, TableShape shape) {
    StringJoiner items = new StringJoiner(", ");
    boolean same = true;
    for (Column column : shape.schema().columns()) {
      StoredField field = shape.stored(column);
      String name = SqlText.identifier(column.name());
      String value = Renaming.of(name, column.type(), field.type());
      same &= value.equals(name) && field.name().equals(column.name());
      items.add(value + " AS " + SqlText.identifier(field.name()));
    }
    return same ? rows : "SELECT %s FROM (%s) AS logical".formatted(items, rows);
  }

  private static WrittenFile file(ResultSet row, TableShape shape) throws SQLException {
    return new WrittenFile(
        Path.of(row.getString("filename")),
        ParquetStatistics.of(row.getLong("count"), map(row.getObject("column_statistics")), shape),
        partition(map(row.getObject("partition_keys")), shape));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static Map<String, @Nullable String> partition(Map<?, ?> keys, TableShape shape) {
    Map<String, @Nullable String> values = new HashMap<>();
    for (Column column : shape.schema().columns()) {
      if (shape.partitionColumns().contains(column.name())) {
        Object value = keys.get(shape.stored(column).name());
        values.put(column.name(), value == null ? null : value.toString());
      }
    }
    return values;
  }

  private static void checkNulls(WrittenFile file, TableSchema schema) {
    for (Column column : schema.columns()) {
      var about = file.statistics().columns().get(column.name());
      boolean nulls = about != null && about.nulls().orElse(0L) > 0;
      boolean nullKey =
          file.partitionValues().containsKey(column.name())
              && file.partitionValues().get(column.name()) == null;
      if (!column.nullable() && (nulls || nullKey)) {
        throw SchemaErrors.nullInColumn(column.name());
      }
    }
  }
}
