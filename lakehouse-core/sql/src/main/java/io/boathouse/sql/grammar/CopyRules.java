package io.boathouse.sql.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** COPY INTO. */
final class CopyRules {
  private final Cursor cursor;

  CopyRules(Cursor cursor) {
    this.cursor = cursor;
  }

  Statement copy() {
    cursor.expect("copy");
    cursor.expect("into");
    List<String> name = cursor.names("a table");
    cursor.expect("from");
    if (cursor.peek().isSymbol("(")) {
      throw GrammarErrors.unsupported(
          "COPY INTO of a query", "Copy into a table of its own, and INSERT from that.");
    }
    String from = cursor.string("a path in single quotes");
    cursor.expect("fileformat");
    cursor.expectSymbol("=");
    String format = cursor.name("CSV, JSON or PARQUET");
    if (cursor.peek().isWord("validate")) {
      throw GrammarErrors.unsupported("COPY INTO … VALIDATE", "Leave VALIDATE out.");
    }
    List<String> files = new ArrayList<>();
    Optional<String> pattern = Optional.empty();
    if (cursor.accept("files")) {
      cursor.expectSymbol("=");
      cursor.expectSymbol("(");
      do {
        files.add(cursor.string("a file in single quotes"));
      } while (cursor.acceptSymbol(","));
      cursor.expectSymbol(")");
    } else if (cursor.accept("pattern")) {
      cursor.expectSymbol("=");
      pattern = Optional.of(cursor.string("a pattern in single quotes"));
    }
    return new Statement.CopyInto(
        name, from, format, files, pattern, options("format_options"), options("copy_options"));
  }

  /** Names in lower case. */
  private Map<String, String> options(String word) {
    Map<String, String> options = new LinkedHashMap<>();
    if (!cursor.accept(word)) {
      return options;
    }
    cursor.expectSymbol("(");
    do {
      String name = cursor.string("an option in single quotes").toLowerCase(Locale.ROOT);
      cursor.expectSymbol("=");
      options.put(name, cursor.string("a value in single quotes"));
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    return options;
  }
}
