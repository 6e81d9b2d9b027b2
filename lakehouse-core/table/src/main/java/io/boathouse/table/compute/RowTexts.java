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
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one file as texts, in the file's own order: times in ISO form, bytes in base64, nested
 * values as JSON.
 */
public final class RowTexts {
  private static final String VIEW = "boathouse_file";

  /** Rows that are picked out of a file have to be sorted, and so be held, so many at once. */
  private static final int PICKED_AT_ONCE = 500;

  private final DuckSession session;
  private final String select;
  private final int columns;
  private final boolean picked;

  /**
   * A row.
   *
   * @param position in its file
   */
  public record Row(long position, List<@Nullable String> texts) {
    private long characters() {
      return texts.stream().filter(Objects::nonNull).mapToLong(String::length).sum();
    }
  }

  /**
   * Some rows.
   *
   * @param complete whether there are no more after them
   */
  public record Part(List<Row> rows, boolean complete, long characters) {}

  /**
   * @param session must have access to the file, and stream its results
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
    this.picked =
        source.rows().only().isPresent() || source.rows().file().deletedRows().isPresent();
    this.select =
        Stream.concat(Stream.of(TargetRows.ROW), shown.columns().stream().map(RowTexts::text))
            .collect(
                Collectors.joining(", ", "SELECT ", " FROM " + VIEW + " WHERE " + TargetRows.ROW));
  }

  /**
   * Rows from a position on, in one pass that ends with the last one that fits.
   *
   * @param most how many
   * @param characters in how many characters, the last row excepted
   */
  public Part read(long from, int most, long characters) {
    int asked = picked ? Math.min(most, PICKED_AT_ONCE) : most;
    String order = picked ? " ORDER BY " + TargetRows.ROW : "";
    Reading reading = new Reading(from, characters);
    List<Row> rows =
        session.queryUntil(
            reading::isLast, select + " >= " + from + order + " LIMIT " + asked, this::row);
    return new Part(rows, rows.size() < asked && !reading.full, reading.taken);
  }

  private static final class Reading {
    private final long characters;
    private long next;
    private long taken;
    private boolean full;

    Reading(long from, long characters) {
      this.next = from;
      this.characters = characters;
    }

    /** One thread reads a file in its own order; whoever goes on after a row relies on that. */
    boolean isLast(Row row) {
      if (row.position() < next) {
        throw new IllegalStateException(
            "position: " + row.position() + " (expected: >= " + next + ")");
      }
      next = row.position() + 1;
      taken += row.characters();
      full = taken >= characters;
      return full;
    }
  }

  private Row row(ResultSet result) throws SQLException {
    List<@Nullable String> texts = new ArrayList<>(columns);
    for (int i = 1; i <= columns; i++) {
      texts.add(result.getString(i + 1));
    }
    return new Row(result.getLong(1), texts);
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
