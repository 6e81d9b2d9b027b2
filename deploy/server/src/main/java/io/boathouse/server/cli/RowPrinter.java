package io.boathouse.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.SqlClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prints rows as they come, or as a table whose widths come from its first rows. */
final class RowPrinter implements SqlClient.Sink {
  private static final int LOOKED_AT = 500;
  private static final int WIDEST = 60;

  /** How rows are printed. */
  enum Form {
    TABLE,
    CSV,
    JSON
  }

  private final Form form;
  private final PrintWriter out;
  private final List<List<String>> held = new ArrayList<>();
  private List<String> columns = List.of();
  private int[] widths = {};
  private long count;

  RowPrinter(Form form, PrintWriter out) {
    this.form = form;
    this.out = out;
  }

  static RowPrinter of(Form form, List<String> columns, PrintWriter out) {
    RowPrinter printer = new RowPrinter(form, out);
    printer.columns(columns);
    return printer;
  }

  @Override
  public void columns(List<String> names) {
    columns = names;
    if (form == Form.CSV) {
      out.println(String.join(",", columns.stream().map(RowPrinter::quoted).toList()));
    }
  }

  /** Prints or holds one row, an array of strings and nulls. */
  @Override
  public void row(JsonNode row) {
    count++;
    switch (form) {
      case JSON -> {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
          fields.put(columns.get(i), row.path(i));
        }
        out.println(Json.writeText(fields));
      }
      case CSV -> {
        List<String> cells = new ArrayList<>();
        row.forEach(cell -> cells.add(cell.isNull() ? "" : quoted(cell.asText())));
        out.println(String.join(",", cells));
      }
      case TABLE -> {
        List<String> cells = new ArrayList<>();
        row.forEach(cell -> cells.add(cell.isNull() ? "null" : harmless(cell.asText())));
        held.add(cells);
        if (held.size() == LOOKED_AT) {
          printHeld();
        }
      }
    }
  }

  /** Prints what is held and the number of rows. */
  void end() {
    if (form == Form.TABLE) {
      printHeld();
      out.println(count == 1 ? "1 row" : count + " rows");
    }
  }

  private void printHeld() {
    if (widths.length == 0 && !columns.isEmpty()) {
      widths = new int[columns.size()];
      for (int i = 0; i < widths.length; i++) {
        int column = i;
        int widest = held.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        widths[i] = Math.clamp(Math.max(widest, columns.get(i).length()), 1, WIDEST);
      }
      line(columns);
      line(columns.stream().map(name -> "-".repeat(widths[columns.indexOf(name)])).toList());
    }
    held.forEach(this::line);
    held.clear();
  }

  private void line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String shown = cell.length() > WIDEST ? cell.substring(0, WIDEST - 1) + "…" : cell;
      line.append(i == 0 ? "" : "  ").append(shown);
      if (i < cells.size() - 1) {
        line.append(" ".repeat(Math.max(0, widths[i] - shown.length())));
      }
    }
    out.println(line);
  }

  /** A value must not steer the terminal. */
  private static String harmless(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
