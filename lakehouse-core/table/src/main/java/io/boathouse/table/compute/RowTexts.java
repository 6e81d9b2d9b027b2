package io.boathouse.table.compute;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.storage.FileStore;
import io.boathouse.table.delta.DeltaSnapshot;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.TableSchema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one file as texts, a part at a time, in the file's own order: times in ISO form, bytes in
 * base64, nested values as JSON.
 */
public final class RowTexts {
  private static final String VIEW = "boathouse_file";

  private final DuckSession session;
  private final String select;
  private final int columns;

  /**
   * @param session must have access to the file
   * @param shown the columns that are wanted, of the feed's
   */
  public RowTexts(
      DuckSession session,
      DeltaSnapshot snapshot,
      FileStore folder,
      FeedView.Source source,
      TableSchema shown) {
    this.session = session;
    FeedView.createWithPositions(session, VIEW, snapshot, folder, source);
    this.columns = shown.columns().size();
    this.select =
        shown.columns().stream()
            .map(RowTexts::text)
            .collect(
                Collectors.joining(
                    ", ", "SELECT ", " FROM " + VIEW + " ORDER BY " + TargetRows.ROW));
  }

  /** At most so many rows after the first ones. */
  public List<List<@Nullable String>> read(long after, int most) {
    return session.query(select + " LIMIT " + most + " OFFSET " + after, this::row);
  }

  private List<@Nullable String> row(ResultSet result) throws SQLException {
    List<@Nullable String> row = new ArrayList<>(columns);
    for (int i = 1; i <= columns; i++) {
      row.add(result.getString(i));
    }
    return row;
  }

  private static String text(Column column) {
    String name = SqlText.identifier(column.name());
    return switch (column.type()) {
      case DataType.TimestampType t ->
          "strftime(CAST(" + name + " AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')";
      case DataType.TimestampNtzType t -> "strftime(" + name + ", '%Y-%m-%dT%H:%M:%S.%f')";
      case DataType.BinaryType t -> "to_base64(" + name + ")";
      case DataType.ArrayType t -> json(name);
      case DataType.MapType t -> json(name);
      case DataType.StructType t -> json(name);
      default -> "CAST(" + name + " AS VARCHAR)";
    };
  }

  private static String json(String name) {
    return "CAST(to_json(" + name + ") AS VARCHAR)";
  }
}
