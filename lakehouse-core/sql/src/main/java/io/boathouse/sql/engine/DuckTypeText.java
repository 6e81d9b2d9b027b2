package io.boathouse.sql.engine;

import io.boathouse.sql.engine.ResultType.Field;
import io.boathouse.sql.engine.ResultType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the engine's text of a type, such as {@code STRUCT(a INTEGER, "b c" VARCHAR[])}. */
final class DuckTypeText {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private DuckTypeText(String text) {
    this.text = text;
  }

  /** The type; what we do not know is shown as text. */
  static ResultType parse(String text) {
    return new DuckTypeText(text).type();
  }

  private ResultType type() {
    if (++depth > MAX_DEPTH) {
      return ResultType.STRING;
    }
    ResultType type = base();
    while (at < text.length() && text.charAt(at) == '[') {
      at = text.indexOf(']', at) + 1;
      type = ResultType.array(type);
    }
    depth--;
    return type;
  }

  private ResultType base() {
    String word = word();
    if (at >= text.length() || text.charAt(at) != '(') {
      return scalar(word);
    }
    return switch (word) {
      case "STRUCT" -> ResultType.struct(fields());
      case "MAP" -> {
        at++;
        ResultType key = type();
        skip(", ");
        ResultType value = type();
        skip(")");
        yield ResultType.map(key, value);
      }
      case "DECIMAL" -> decimal();
      default -> {
        skipBrackets();
        yield ResultType.STRING;
      }
    };
  }

  private ResultType decimal() {
    int close = text.indexOf(')', at);
    String[] digits = text.substring(at + 1, close).split(",");
    at = close + 1;
    return ResultType.decimal(
        Integer.parseInt(digits[0].trim()), Integer.parseInt(digits[1].trim()));
  }

  private List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    at++;
    while (at < text.length() && text.charAt(at) != ')') {
      String name = name();
      skip(" ");
      fields.add(new Field(name, type()));
      skip(", ");
    }
    skip(")");
    return fields;
  }

  private String name() {
    if (text.charAt(at) != '"') {
      int start = at;
      while (at < text.length() && text.charAt(at) != ' ') {
        at++;
      }
      return text.substring(start, at);
    }
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        name.append(c);
      } else if (at < text.length() && text.charAt(at) == '"') {
        name.append(c);
        at++;
      } else {
        break;
      }
    }
    return name.toString();
  }

  /** A type name of one or more words, up to what cannot be part of it. */
  private String word() {
    int start = at;
    while (at < text.length() && "([,)".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at).trim().toUpperCase(Locale.ROOT);
  }

  private void skip(String expected) {
    for (int i = 0; i < expected.length() && at < text.length(); i++) {
      if (text.charAt(at) == expected.charAt(i)) {
        at++;
      }
    }
  }

  private void skipBrackets() {
    int open = 0;
    boolean quoted = false;
    do {
      char c = text.charAt(at++);
      if (c == '\'') {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        open++;
      } else if (!quoted && c == ')') {
        open--;
      }
    } while (open > 0 && at < text.length());
  }

  private static ResultType scalar(String word) {
    return switch (word) {
      case "BOOLEAN" -> ResultType.plain(Kind.BOOLEAN, "BOOLEAN");
      case "TINYINT" -> ResultType.plain(Kind.BYTE, "TINYINT");
      case "SMALLINT", "UTINYINT" -> ResultType.plain(Kind.SHORT, "SMALLINT");
      case "INTEGER", "USMALLINT" -> ResultType.plain(Kind.INT, "INT");
      case "BIGINT", "UINTEGER" -> ResultType.plain(Kind.LONG, "BIGINT");
      case "UBIGINT" -> ResultType.decimal(20, 0);
      case "HUGEINT", "UHUGEINT", "BIGNUM", "VARINT" -> ResultType.decimal(38, 0);
      case "FLOAT" -> ResultType.plain(Kind.FLOAT, "FLOAT");
      case "DOUBLE" -> ResultType.plain(Kind.DOUBLE, "DOUBLE");
      case "DATE" -> ResultType.plain(Kind.DATE, "DATE");
      case "TIMESTAMP WITH TIME ZONE" -> ResultType.plain(Kind.TIMESTAMP, "TIMESTAMP");
      case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" ->
          ResultType.plain(Kind.TIMESTAMP, "TIMESTAMP_NTZ");
      case "BLOB" -> ResultType.plain(Kind.BINARY, "BINARY");
      case "INTERVAL" -> ResultType.plain(Kind.INTERVAL, "INTERVAL");
      case "\"NULL\"", "NULL" -> ResultType.plain(Kind.NULL, "VOID");
      default -> ResultType.STRING;
    };
  }
}
