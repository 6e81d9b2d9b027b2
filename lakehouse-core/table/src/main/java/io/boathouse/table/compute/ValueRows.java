package io.boathouse.table.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.boathouse.platform.duckdb.DuckSession;
import io.boathouse.platform.duckdb.SqlText;
import io.boathouse.platform.json.Json;
import io.boathouse.table.type.Column;
import io.boathouse.table.type.DataType;
import io.boathouse.table.type.DuckTypes;
import io.boathouse.table.type.TableSchema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are Java values, as a query: they pass through a file of JSON lines in the session's
 * scratch folder, every simple value as text that casts back to exactly itself.
 */
public final class ValueRows {
  private ValueRows() {}

  /**
   * Writes the rows into the scratch folder.
   *
   * @param rows in the schema's column order: Boolean, numbers, String, byte[], java.time values,
   *     collections and maps; null for null
   * @return the query that reads them
   */
  public static String select(
      DuckSession session, TableSchema schema, List<List<@Nullable Object>> rows) {
    Path file = session.scratch().resolve("values-" + UUID.randomUUID() + ".json");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < rows.size(); i++) {
        out.write(line(i, schema, rows.get(i)));
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StringJoiner declared = new StringJoiner(", ", "{", "}");
    StringJoiner list = new StringJoiner(", ");
    for (int i = 0; i < schema.columns().size(); i++) {
      Column column = schema.columns().get(i);
      declared.add("c" + i + ": '" + (isSimple(column.type()) ? "VARCHAR" : "JSON") + "'");
      String value =
          column.type() instanceof DataType.BinaryType ? "from_hex(c" + i + ")" : "c" + i;
      list.add(
          "CAST(%s AS %s) AS %s"
              .formatted(value, DuckTypes.of(column.type()), SqlText.identifier(column.name())));
    }
    return "SELECT %s FROM read_json(%s, format = 'newline_delimited', columns = %s)"
        .formatted(list, SqlText.literal(file), declared);
  }

  private static String line(int number, TableSchema schema, List<@Nullable Object> row) {
    if (row.size() != schema.columns().size()) {
      throw SchemaErrors.wrongWidth(number, row.size(), schema.columns().size());
    }
    ObjectNode line = Json.mapper().createObjectNode();
    for (int i = 0; i < row.size(); i++) {
      Object value = row.get(i);
      Column column = schema.columns().get(i);
      if (value == null) {
        line.putNull("c" + i);
      } else if (isSimple(column.type())) {
        line.put("c" + i, text(column, value));
      } else {
        line.set("c" + i, Json.mapper().valueToTree(value));
      }
    }
    return Json.writeText(line);
  }

  private static String text(Column column, Object value) {
    if (value instanceof byte[] bytes && column.type() instanceof DataType.BinaryType) {
      return HexFormat.of().formatHex(bytes);
    }
    boolean fits =
        switch (column.type()) {
          case DataType.BooleanType t -> value instanceof Boolean;
          case DataType.StringType t -> value instanceof CharSequence || value instanceof UUID;
          case DataType.BinaryType t -> false;
          default ->
              !(value instanceof Collection || value instanceof Map || value instanceof byte[]);
        };
    if (!fits) {
      throw SchemaErrors.wrongValue(column, value);
    }
    return value.toString();
  }

  private static boolean isSimple(DataType type) {
    return switch (type) {
      case DataType.ArrayType t -> false;
      case DataType.MapType t -> false;
      case DataType.StructType t -> false;
      default -> true;
    };
  }
}
