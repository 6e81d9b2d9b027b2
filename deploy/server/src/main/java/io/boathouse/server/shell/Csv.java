package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Lines of comma-separated values (RFC 4180); NULL is empty and an empty text is quoted. */
final class Csv {
  private Csv() {}

  /** A row, an array of strings and nulls. */
  static String line(JsonNode row) {
    List<String> cells = new ArrayList<>();
    row.forEach(cell -> cells.add(cell.isNull() ? "" : quoted(cell.asText())));
    return String.join(",", cells);
  }

  static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
