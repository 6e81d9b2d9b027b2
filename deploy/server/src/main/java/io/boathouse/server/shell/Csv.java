package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines of comma-separated values (RFC 4180); NULL is empty and an empty text is quoted. A cell
 * that a spreadsheet would take for a formula gets a quote before it; numbers do not.
 */
final class Csv {
  private static final Pattern FORMULA = Pattern.compile("[=+\\-@\t\r]");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private Csv() {}

  /** A row, an array of strings and nulls. */
  static String line(JsonNode row) {
    List<String> cells = new ArrayList<>();
    row.forEach(cell -> cells.add(cell.isNull() ? "" : quoted(cell.asText())));
    return String.join(",", cells);
  }

  static String quoted(String cell) {
    boolean formula = FORMULA.matcher(cell).lookingAt() && !NUMBER.matcher(cell).matches();
    String text = formula ? "'" + cell : cell;
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
