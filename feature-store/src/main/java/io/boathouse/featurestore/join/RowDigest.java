package io.boathouse.featurestore.join;

import static io.boathouse.platform.duckdb.SqlText.identifier;

import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of rows in their order, whatever file they are in: names and types of the columns, then
 * for each cell 0 for null, or 1 and the value: numbers, flags and times as 64 bits, all else as
 * text with its length.
 */
final class RowDigest {
  private static final int BUFFER = 1 << 16;

  /** A result is held in memory; one row group of the file at a time. */
  private static final int SLICE_ROWS = 122_880;

  private final MessageDigest digest = sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  private enum Form {
    BITS,
    DOUBLE,
    TEXT
  }

  private RowDigest() {}

  /**
   * @param file a Parquet file
   */
  static String of(DuckSession session, Path file, long count, List<Column> columns) {
    RowDigest rows = new RowDigest();
    Form[] forms = new Form[columns.size()];
    for (int i = 0; i < forms.length; i++) {
      forms[i] = form(columns.get(i).type());
      rows.text(columns.get(i).name() + " " + columns.get(i).type().text());
    }
    String selected = columns.stream().map(RowDigest::expression).collect(Collectors.joining(", "));
    String sql =
        "SELECT %s FROM read_parquet(%s, file_row_number = true) WHERE file_row_number >= ? AND file_row_number < ?"
            .formatted(selected, SqlText.literal(file));
    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
      for (long from = 0; from < count; from += SLICE_ROWS) {
        statement.setLong(1, from);
        statement.setLong(2, from + SLICE_ROWS);
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            rows.row(result, forms);
          }
        }
      }
    } catch (SQLException e) {
      throw TrainingSetErrors.io("read back", e);
    }
    return rows.hex();
  }

  private void row(ResultSet result, Form[] forms) throws SQLException {
    for (int i = 0; i < forms.length; i++) {
      switch (forms[i]) {
        case BITS -> bits(result.getLong(i + 1), result.wasNull());
        case DOUBLE -> {
          double value = result.getDouble(i + 1);
          bits(Double.doubleToRawLongBits(value), result.wasNull());
        }
        case TEXT -> {
          @Nullable String value = result.getString(i + 1);
          if (value == null) {
            bits(0, true);
          } else {
            text(value);
          }
        }
      }
    }
  }

  private void bits(long value, boolean isNull) {
    if (buffer.remaining() < 9) {
      flush();
    }
    if (isNull) {
      buffer.put((byte) 0);
    } else {
      buffer.put((byte) 1).putLong(value);
    }
  }

  private void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    bits(utf8.length, false);
    flush();
    digest.update(utf8);
  }

  private void flush() {
    digest.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  private String hex() {
    flush();
    return HexFormat.of().formatHex(digest.digest());
  }

  private static Form form(DataType type) {
    return switch (type.text()) {
      case "boolean", "tinyint", "smallint", "int", "bigint", "timestamp" -> Form.BITS;
      case "float", "double" -> Form.DOUBLE;
      default -> Form.TEXT;
    };
  }

  private static String expression(Column column) {
    String name = identifier(column.name());
    return switch (column.type().text()) {
      case "timestamp" -> "epoch_us(" + name + ")";
      case "boolean", "tinyint", "smallint", "int" -> "CAST(" + name + " AS BIGINT)";
      case "float" -> "CAST(" + name + " AS DOUBLE)";
      case "bigint", "double", "string" -> name;
      default -> "CAST(" + name + " AS VARCHAR)";
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
