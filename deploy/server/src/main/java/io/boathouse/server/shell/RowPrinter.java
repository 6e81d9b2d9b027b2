package io.boathouse.server.shell;

import com.fasterxml.jackson.databind.JsonNode;
import io.boathouse.platform.json.Json;
import io.boathouse.server.client.SqlClient;
import io.boathouse.server.client.SqlClient.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jline.utils.AttributedString;

/** Prints rows as they come, or as a table whose widths come from its first rows. */
public final class RowPrinter implements SqlClient.Sink {
  private static final int LOOKED_AT = 500;
  private static final int WIDEST = 60;
  private static final Pattern NUMBER =
      Pattern.compile("(TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL).*");

  /** How rows are printed. */
  public enum Form {
    /** One line a row, under the names of the columns. */
    TABLE,
    CSV,
    /** One object a row and line. */
    JSON,
    /** One line a value. */
    VERTICAL
  }

  private final PrintWriter out;
  private final int screen;
  private final List<List<String>> held = new ArrayList<>();
  private Form form;
  private List<Column> columns = List.of();
  private int[] widths = {};
  private long count;

  /** A printer that knows no screen. */
  public RowPrinter(Form form, PrintWriter out) {
    this(form, out, 0);
  }

  /**
   * @param screen how many columns it has; a table wider than that is printed vertically. 0 for
   *     never
   */
  RowPrinter(Form form, PrintWriter out, int screen) {
    this.form = form;
    this.out = out;
    this.screen = screen;
  }

  /** A printer of rows that no statement made. */
  public static RowPrinter of(Form form, List<String> columns, PrintWriter out) {
    RowPrinter printer = new RowPrinter(form, out);
    printer.columns(columns.stream().map(name -> new Column(name, "STRING")).toList());
    return printer;
  }

  @Override
  public void columns(List<Column> found) {
    columns = List.copyOf(found);
    if (form == Form.CSV) {
      out.println(
          String.join(",", columns.stream().map(column -> Csv.quoted(column.name())).toList()));
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
          fields.put(columns.get(i).name(), row.path(i));
        }
        out.println(Json.writeText(fields));
      }
      case CSV -> out.println(Csv.line(row));
      case VERTICAL -> vertical(count, cells(row));
      case TABLE -> {
        held.add(cells(row));
        if (held.size() == LOOKED_AT) {
          printHeld();
        }
      }
    }
  }

  /** Prints what is held and the number of rows. */
  public void end() {
    end("");
  }

  /**
   * @param more what follows the number of rows
   */
  void end(String more) {
    if (form == Form.TABLE) {
      printHeld();
    }
    if (form == Form.TABLE || form == Form.VERTICAL) {
      out.println((count == 1 ? "1 row" : count + " rows") + more);
    }
    out.flush();
  }

  long count() {
    return count;
  }

  private static List<String> cells(JsonNode row) {
    List<String> cells = new ArrayList<>();
    row.forEach(cell -> cells.add(cell.isNull() ? "null" : harmless(cell.asText())));
    return cells;
  }

  private void printHeld() {
    if (widths.length == 0 && !columns.isEmpty()) {
      measure();
      if (screen > 0 && 2 * (widths.length - 1) + total(widths) > screen) {
        form = Form.VERTICAL;
        for (int i = 0; i < held.size(); i++) {
          vertical(i + 1L, held.get(i));
        }
        held.clear();
        return;
      }
      List<String> rules = new ArrayList<>();
      for (int width : widths) {
        rules.add("-".repeat(width));
      }
      line(names());
      line(rules);
    }
    held.forEach(this::line);
    held.clear();
  }

  private List<String> names() {
    return columns.stream().map(column -> harmless(column.name())).toList();
  }

  private void measure() {
    List<String> names = names();
    widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      int widest = held.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
      widths[i] = Math.clamp(Math.max(widest, width(names.get(i))), 1, WIDEST);
    }
  }

  private static int total(int[] numbers) {
    int sum = 0;
    for (int number : numbers) {
      sum += number;
    }
    return sum;
  }

  private void line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String shown = width(cell) > WIDEST ? start(cell) + "…" : cell;
      String blanks = " ".repeat(Math.max(0, widths[i] - width(shown)));
      line.append(i == 0 ? "" : "  ");
      if (NUMBER.matcher(columns.get(i).type()).matches()) {
        line.append(blanks).append(shown);
      } else {
        line.append(shown).append(i < cells.size() - 1 ? blanks : "");
      }
    }
    out.println(line);
  }

  private void vertical(long number, List<String> cells) {
    List<String> names = names();
    int widest = names.stream().mapToInt(RowPrinter::width).max().orElse(0);
    out.println("-[ row " + number + " ]" + "-".repeat(Math.max(1, widest)));
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      out.println(name + " ".repeat(widest - width(name)) + " | " + cells.get(i));
    }
  }

  /** How many places of a screen a text takes: Chinese signs take two. */
  private static int width(String text) {
    return new AttributedString(text).columnLength();
  }

  private static String start(String text) {
    return new AttributedString(text).columnSubSequence(0, WIDEST - 1).toString();
  }

  /** A value must not steer the terminal. */
  private static String harmless(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f]", " ");
  }
}
