package io.boathouse.sql.grammar;

import static io.boathouse.platform.error.ErrorCode.INVALID_ARGUMENT;
import static io.boathouse.platform.error.ErrorCode.UNSUPPORTED;

import io.boathouse.platform.error.LakeException;
import java.util.Map;

/** Failures of reading a statement. */
public final class GrammarErrors {
  /** The reason of every syntax error, which clients of the statement API match. */
  public static final String SYNTAX = "PARSE_SYNTAX_ERROR";

  private static final int MAX_SHOWN = 80;

  private GrammarErrors() {}

  /** Something stands where something else belongs. */
  public static LakeException syntax(String sql, int offset, String found, String expected) {
    return at(
        sql,
        offset,
        "found %s, expected %s".formatted(shown(found), expected),
        "Correct it there.");
  }

  static LakeException unclosed(String sql, int offset, String what, String closing) {
    return at(
        sql,
        offset,
        "the %s that starts here is not closed".formatted(what),
        "Close it with %s.".formatted(closing));
  }

  /** The text holds no statement. */
  public static LakeException empty() {
    return new LakeException(
        INVALID_ARGUMENT,
        SYNTAX,
        "[PARSE_SYNTAX_ERROR] The statement is empty. Write one statement.",
        Map.of("field", "statement"));
  }

  /** The engine's parser refused the text. */
  public static LakeException engineSyntax(String sql, int offset, String message) {
    return at(sql, offset, shown(message), "Correct it there.");
  }

  static LakeException severalStatements(String sql, int offset) {
    return at(sql, offset, "a second statement starts here", "Send one statement at a time.");
  }

  static LakeException unboundParameter(String name) {
    return new LakeException(
        INVALID_ARGUMENT,
        "UNBOUND_SQL_PARAMETER",
        "[UNBOUND_SQL_PARAMETER] The marker ':%s' has no value. Add a parameter of that name."
            .formatted(shown(name)),
        Map.of("field", "parameters", "value", shown(name)));
  }

  /** A statement or clause that SQL has and we do not, yet. */
  public static LakeException unsupported(String what, String remedy) {
    return new LakeException(
        UNSUPPORTED,
        "UNSUPPORTED_STATEMENT",
        "%s is not supported. %s".formatted(shown(what), remedy),
        Map.of("field", "statement", "value", shown(what)));
  }

  private static LakeException at(String sql, int offset, String problem, String remedy) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(offset, sql.length()); i++) {
      if (sql.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return new LakeException(
        INVALID_ARGUMENT,
        SYNTAX,
        "[PARSE_SYNTAX_ERROR] Line %d, column %d: %s. %s".formatted(line, column, problem, remedy),
        Map.of(
            "field",
            "statement",
            "line",
            Integer.toString(line),
            "column",
            Integer.toString(column)));
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ");
    return plain.length() > MAX_SHOWN * 4 ? plain.substring(0, MAX_SHOWN * 4) + "…" : plain;
  }
}
