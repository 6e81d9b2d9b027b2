package io.boathouse.table.type;

import io.boathouse.platform.duckdb.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Our types in DuckDB, where a timestamp is {@code TIMESTAMPTZ} in a session whose zone is UTC. */
public final class DuckTypes {
  private DuckTypes() {}

  /** The DuckDB type that holds exactly the values of ours, as text for a cast. */
  public static String of(DataType type) {
    return switch (type) {
      case DataType.BooleanType t -> "BOOLEAN";
      case DataType.ByteType t -> "TINYINT";
      case DataType.ShortType t -> "SMALLINT";
      case DataType.IntegerType t -> "INTEGER";
      case DataType.LongType t -> "BIGINT";
      case DataType.FloatType t -> "FLOAT";
      case DataType.DoubleType t -> "DOUBLE";
      case DataType.DecimalType t -> "DECIMAL(" + t.precision() + "," + t.scale() + ")";
      case DataType.StringType t -> "VARCHAR";
      case DataType.BinaryType t -> "BLOB";
      case DataType.DateType t -> "DATE";
      case DataType.TimestampType t -> "TIMESTAMP WITH TIME ZONE";
      case DataType.TimestampNtzType t -> "TIMESTAMP";
      case DataType.ArrayType t -> of(t.element()) + "[]";
      case DataType.MapType t -> "MAP(" + of(t.key()) + ", " + of(t.value()) + ")";
      case DataType.StructType t ->
          t.fields().stream()
              .map(field -> SqlText.identifier(field.name()) + " " + of(field.type()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
    };
  }

  /**
   * The type of ours that keeps the values of a DuckDB type, as DESCRIBE prints it.
   *
   * @throws io.boathouse.platform.error.LakeException INVALID_ARGUMENT if there is none
   */
  public static DataType parse(String duckType) {
    String text = duckType.strip();
    if (text.endsWith("]") && text.lastIndexOf('[') > 0) {
      return new DataType.ArrayType(parse(text.substring(0, text.lastIndexOf('['))), true);
    }
    int open = text.indexOf('(');
    if (open < 0 || !text.endsWith(")")) {
      return SimpleTypes.duckDb(text.toUpperCase(Locale.ROOT))
          .orElseThrow(() -> TypeErrors.noTableType(duckType));
    }
    List<String> parts = split(text.substring(open + 1, text.length() - 1));
    return switch (text.substring(0, open).strip().toUpperCase(Locale.ROOT)) {
      case "DECIMAL" ->
          new DataType.DecimalType(
              Integer.parseInt(parts.get(0).strip()), Integer.parseInt(parts.get(1).strip()));
      case "MAP" -> new DataType.MapType(parse(parts.get(0)), parse(parts.get(1)), true);
      case "STRUCT" -> new DataType.StructType(parts.stream().map(DuckTypes::field).toList());
      case "ENUM" -> new DataType.StringType();
      default -> throw TypeErrors.noTableType(duckType);
    };
  }

  private static Column field(String text) {
    String field = text.strip();
    boolean quoted = field.startsWith("\"");
    int end = quoted ? closingQuote(field) + 1 : field.indexOf(' ');
    if (end <= 0) {
      throw TypeErrors.noTableType(text);
    }
    String name =
        quoted ? field.substring(1, end - 1).replace("\"\"", "\"") : field.substring(0, end);
    return new Column(name, parse(field.substring(end)), true, Optional.empty());
  }

  private static int closingQuote(String text) {
    int at = 1;
    while (at < text.length()) {
      if (text.charAt(at) != '"') {
        at++;
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        at += 2;
      } else {
        return at;
      }
    }
    return -1;
  }

  /** Splits at commas outside brackets and quotes. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }
}
